import { Backlog } from '../sources/spotify/backlog.ts'
import { CatalogueQueue, type CatalogueQueueOptions } from '../sources/spotify/catalogue-queue.ts'
import { type NamedProfile, nameProfiles } from '../sources/spotify/profile-links.ts'
import { type PublicProfiles, publicConsent } from '../sources/spotify/public-profiles.ts'
import { spotifyListener, writeNotes } from '../sources/spotify/reading-notes.ts'
import { itemsOf, type LastReading, notesOf } from '../sources/spotify/stored-reading.ts'
import { type CollectedProfile, SpotifyError } from '../spotify/index.ts'
import type { Candidate, FeatureStore } from '../store/feature-store.ts'
import { policy } from '../store/policy.ts'
import { noConsent } from '../taste/consent.ts'
import { counted } from '../taste/counted.ts'
import type { Item } from '../taste/item.ts'
import type { Listener, Profile } from '../taste/listener.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import type { Provenance } from '../taste/provenance.ts'
import { originOf, ProfileCollector, type ProfileCollectorOptions } from './profile-collector.ts'
import type { Progress, Task } from './progress.ts'
import { barred, erased, type ProfileOutcome, type SpotifyIngestReport } from './spotify-report.ts'
import { stoppedBy } from './stopped.ts'

export type { ProfileOutcome, ProfileSoFar, SpotifyIngestReport } from './spotify-report.ts'

type SpotifyIngestStore = CatalogueQueueOptions['store'] &
  ProfileCollectorOptions['store'] &
  Pick<FeatureStore, 'putProfiles' | 'putCandidates' | 'erase' | 'isBarred' | 'readmit' | 'purgeExpired'>

export interface SpotifyIngestOptions extends ProfileCollectorOptions {
  readonly store: SpotifyIngestStore
  /** How the profiles appear, as the operator stated it. */
  readonly publicProfiles?: PublicProfiles | undefined
  /** Reads profiles also that were erased for good, but no candidates. Only for who has their owner's word. */
  readonly readmit?: boolean | undefined
  /** Which of the profiles are candidates: what becomes of them is written down, so that the next run takes others. */
  readonly candidates?: ReadonlySet<ListenerId>
  readonly progress: Progress
  /** Stops the run; what was read stays, and running it again continues. */
  readonly signal?: AbortSignal
  /** Seconds since 1970. */
  readonly now: () => number
}

/** Profiles that fail one after the other before the rest is not tried. */
const mostFailures = 3

/** Profiles that are stored in one transaction. */
const storedTogether = 32

/** A profile that is read and not yet stored. */
interface Reading {
  readonly at: number
  readonly link: string
  readonly asked: string
  readonly collected: CollectedProfile
  readonly last?: LastReading
}

/** Milliseconds for what is under way to end, when the run ends for a pause. */
const patience = 500

/** What concerns one profile only: the next one may go well. */
const passing: ReadonlySet<string> = new Set(['broken-answer', 'unexpected', 'endless-pages', 'bad-request'])

/**
 * Reads profiles through the Web API into the store, several at a time. Each is durable as soon as it is read; one that
 * has not changed since the last run costs one request for 50 playlists. When Spotify closes the gate for longer than a
 * minute, the run ends at once and says when to continue: running it again does the rest.
 * @param links links, URIs or ids of profiles; what is none is reported, and the others are read.
 * @throws what `signal` was aborted with; whatever the store throws.
 */
export async function ingestSpotify(
  links: readonly string[],
  options: SpotifyIngestOptions,
): Promise<SpotifyIngestReport> {
  await options.store.purgeExpired(options.now())
  const named = await nameProfiles(links, undefined, options.signal)
  using task = options.progress.start('reading profiles', { unit: 'profiles', total: named.length })
  const run = new Run(named, options, task)
  await run.work()
  const report = run.report()
  if (!report.stopped) task.finish(run.note)
  return report
}

class Run {
  readonly #named: readonly NamedProfile[]
  readonly #options: SpotifyIngestOptions
  readonly #task: Task
  readonly #outcomes: ProfileOutcome[]
  readonly #catalogue: CatalogueQueue
  readonly #collector: ProfileCollector
  readonly #storing = new Backlog<Reading>((batch) => this.#store(batch), storedTogether)
  readonly #wanting = new Backlog<readonly Item[]>((batch) => this.#want(batch.flat()), storedTogether)
  /** Ends the work that is under way when going on makes no sense. */
  readonly #end = new AbortController()
  readonly #signal: AbortSignal
  #stopped: SpotifyError | undefined
  #next = 0
  #failures = 0

  constructor(named: readonly NamedProfile[], options: SpotifyIngestOptions, task: Task) {
    this.#named = named
    this.#options = options
    this.#task = task
    this.#signal = options.signal ? AbortSignal.any([options.signal, this.#end.signal]) : this.#end.signal
    this.#outcomes = named.map((profile) =>
      'id' in profile
        ? { link: profile.link, listener: spotifyListener(profile.id), outcome: 'waiting', sentences: [] }
        : { link: profile.link, outcome: 'refused', sentences: [profile.refused] },
    )
    const { client, store } = options
    this.#collector = new ProfileCollector(options, this.#signal)
    this.#catalogue = new CatalogueQueue({
      client,
      store,
      provenance: () => this.#provenance(),
      signal: this.#signal,
    })
  }

  /** How much was asked of Spotify. */
  get note(): string {
    const { requests, gate } = this.#options.client
    const { used, perDay } = gate.usage()
    const left = Number.isFinite(perDay) ? `, ${Math.max(0, perDay - used).toLocaleString('en-US')} left today` : ''
    return `${counted(requests, 'request')}${left}`
  }

  async work(): Promise<void> {
    const { gate } = this.#options.client
    const workers = Array.from({ length: Math.min(gate.limits.concurrency, this.#named.length) }, () => this.#worker())
    try {
      await Promise.all(workers)
      await this.#storing.flush()
      await this.#wanting.flush()
      if (!this.#stopped) await this.#orStop(() => this.#catalogue.finish())
    } catch (error) {
      this.#end.abort()
      await Promise.allSettled(workers)
      // What was read to its end is kept, also when the run is interrupted.
      await this.#storing.flush().catch(() => {})
      this.#options.signal?.throwIfAborted()
      throw error
    }
  }

  report(): SpotifyIngestReport {
    const { client } = this.#options
    const outcomes: Partial<Record<ProfileOutcome['outcome'], number>> = {}
    for (const { outcome } of this.#outcomes) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    const stopped = this.#stopped
    return {
      profiles: this.#outcomes,
      outcomes,
      simulated: client.simulated,
      requests: client.requests,
      quota: client.gate.usage(),
      artists: this.#catalogue.artists,
      tracks: this.#catalogue.tracks,
      ...(stopped && { stopped: stoppedBy(stopped) }),
    }
  }

  async #worker(): Promise<void> {
    while (!this.#stopped && this.#next < this.#named.length) {
      const at = this.#next++
      const profile = this.#named[at]!
      if ('id' in profile) await this.#orStop(() => this.#readOne(profile, at))
      else this.#task.advance(1)
    }
  }

  /** Does some work; an error that concerns the whole run stops it, and everything that is under way. */
  async #orStop(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#options.signal?.throwIfAborted()
      // This was under way when the run was stopped.
      if (this.#stopped && error === this.#end.signal.reason) return
      if (!(error instanceof SpotifyError)) throw error
      if (this.#stopped) {
        // The better reason of the two.
        if (error.kind === 'quota-closed') this.#stopped = error
        return
      }
      this.#stopped = error
      // A pause is known as soon as an answer begins; the rest of that answer may say that the day's quota is used up.
      if (error.kind === 'rate-limited') setTimeout(() => this.#end.abort(), patience).unref()
      else this.#end.abort()
    }
  }

  async #readOne({ id, link }: { readonly id: string; readonly link: string }, at: number): Promise<void> {
    try {
      if (await this.#isBarred(id)) {
        this.#conclude(at, barred(link, spotifyListener(id)))
        return
      }
      await this.#storing.add({ at, link, asked: id, ...(await this.#collector.collect(id)) })
      this.#failures = 0
    } catch (error) {
      const isPassing = error instanceof SpotifyError && (error.passing || passing.has(error.kind))
      if (!isPassing || ++this.#failures === mostFailures) throw error
      const failed = { link, listener: spotifyListener(id), outcome: 'failed', sentences: [error.message] } as const
      await this.#settle([[id, 'failed']])
      this.#conclude(at, failed)
    }
  }

  /** Nothing is asked about who was erased for good, unless they themselves, or somebody with their word, ask for it. */
  async #isBarred(id: string): Promise<boolean> {
    const { store, signedIn, readmit, candidates } = this.#options
    const listener = spotifyListener(id)
    if (!(await store.isBarred(listener))) return false
    if (id !== signedIn && !(readmit && !candidates?.has(listener))) return true
    await store.readmit(listener)
    return false
  }

  /** Makes profiles durable, all in one transaction; only then it is said what became of them. */
  async #store(batch: readonly Reading[]): Promise<void> {
    const { store } = this.#options
    const profiles: Profile[] = []
    const notes = new Map<ListenerId, string>()
    const outcomes: ProfileOutcome[] = []
    const again = new Set<ListenerId>()
    for (const { link, asked, collected, last } of batch) {
      const { outcome, sentences, playlists } = collected.report
      const id = collected.person?.id ?? asked
      const listener = spotifyListener(id)
      const { notRead } = playlists
      const said: ProfileOutcome = { link, listener, outcome, sentences, ...(notRead.length > 0 && { notRead }) }
      outcomes.push(said)
      if (outcome === 'not-permitted') continue
      const items = itemsOf(collected.playlists, last)
      const stored = await this.#storedOfSameOrigin(listener)
      if (last && !stored) {
        outcomes.splice(-1, 1, erased(said))
        continue
      }
      if (stored) again.add(listener)
      // Nothing to keep; but of somebody who was stored, what they no longer show must go.
      if (!stored && items.length === 0) continue
      profiles.push(this.#profile(id, collected, items))
      if (items.length > 0) notes.set(listener, writeNotes(notesOf(collected.playlists, last)))
    }
    const puts = await store.putProfiles(profiles, notes, again)
    const stored = new Map(profiles.map(({ id, items }, at) => [id, { stored: puts[at]!, entries: items.length }]))
    const concluded = outcomes.map((said) => {
      const put = stored.get(said.listener!)
      return put?.stored === 'gone' ? erased(said) : { ...said, ...put }
    })
    await this.#settle(batch.map(({ asked }, place) => [asked, concluded[place]!.outcome]))
    batch.forEach(({ at }, place) => void this.#conclude(at, concluded[place]!))
    for (const { items } of profiles) if (items.length > 0) await this.#wanting.add(items)
  }

  /** Says what became of candidates, once that is durable. Who may not be read now waits on: another app may do it. */
  async #settle(outcomes: readonly (readonly [asked: string, ProfileOutcome['outcome']])[]): Promise<void> {
    const { store, candidates, now } = this.#options
    const rows = outcomes.flatMap(([asked, outcome]): Candidate[] => {
      const id = spotifyListener(asked)
      if (!candidates?.has(id) || outcome === 'not-permitted') return []
      const state = outcome === 'not-found' || outcome === 'failed' ? 'failed' : 'read'
      return [{ id, foundIn: '', foundAt: now(), state }]
    })
    if (rows.length > 0) await store.putCandidates(rows)
  }

  #profile(id: string, { person }: CollectedProfile, items: readonly Item[]): Profile {
    const { client, publicProfiles, signedIn } = this.#options
    return {
      id: spotifyListener(id),
      ...(person?.name && { name: person.name }),
      // Where a simulated id leads at the real Spotify is nobody's business.
      ...(person && !client.simulated && { url: person.url }),
      provenance: this.#provenance(),
      consent: id === signedIn ? noConsent : publicConsent(publicProfiles, client.simulated),
      items,
    }
  }

  #conclude(at: number, outcome: ProfileOutcome): void {
    this.#outcomes[at] = outcome
    this.#task.advance(1, this.note)
  }

  /** Asks for what is missing of stored items. */
  async #want(items: readonly Item[]): Promise<void> {
    if (!this.#stopped) await this.#orStop(() => this.#catalogue.want(items))
  }

  /** The stored listener; one of another origin is somebody else, who is taken out first. */
  async #storedOfSameOrigin(listener: ListenerId): Promise<Listener | undefined> {
    const { store } = this.#options
    const stored = await store.listener(listener)
    if (!stored || stored.provenance.origin === originOf(this.#options.client)) return stored
    await store.erase(listener)
    return undefined
  }

  #provenance(): Provenance {
    const readAt = this.#options.now()
    const origin = originOf(this.#options.client)
    const { keep } = policy[origin]
    const provenance = { origin, source: 'spotify', readAt }
    return keep === Infinity ? provenance : { ...provenance, expiresAt: readAt + keep }
  }
}
