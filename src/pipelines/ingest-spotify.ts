import { Backlog } from '../sources/spotify/backlog.ts'
import { CatalogueQueue, type CatalogueQueueOptions } from '../sources/spotify/catalogue-queue.ts'
import { type NamedProfile, nameProfiles } from '../sources/spotify/profile-links.ts'
import { type PublicProfiles, publicConsent } from '../sources/spotify/public-profiles.ts'
import { readNotes, spotifyListener, writeNotes } from '../sources/spotify/reading-notes.ts'
import { itemsOf, type LastReading, lastReading, notesOf } from '../sources/spotify/stored-reading.ts'
import {
  type CollectedProfile,
  collectProfile,
  ProfileReading,
  readPersonal,
  type SpotifyClient,
  SpotifyError,
} from '../spotify/index.ts'
import type { Candidate, FeatureStore } from '../store/feature-store.ts'
import { policy } from '../store/policy.ts'
import { noConsent } from '../taste/consent.ts'
import type { Item } from '../taste/item.ts'
import type { Listener, Profile } from '../taste/listener.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import type { Origin, Provenance } from '../taste/provenance.ts'
import { type EmbedItems, Enough, type ReadingLimits, readingLimits } from './enough.ts'
import { exportProfile } from './export.ts'
import type { Progress, Task } from './progress.ts'
import { barred, erased, type ProfileOutcome, type ProfileSoFar, type SpotifyIngestReport } from './spotify-report.ts'
import { stoppedBy } from './stopped.ts'

export type { ProfileOutcome, ProfileSoFar, SpotifyIngestReport } from './spotify-report.ts'

type SpotifyIngestStore = CatalogueQueueOptions['store'] &
  Pick<
    FeatureStore,
    | 'putProfiles'
    | 'putCandidates'
    | 'listener'
    | 'readingNotes'
    | 'profile'
    | 'artists'
    | 'tracks'
    | 'erase'
    | 'isBarred'
    | 'readmit'
    | 'purgeExpired'
  >

export interface SpotifyIngestOptions {
  readonly client: SpotifyClient
  readonly store: SpotifyIngestStore
  /** How the profiles appear, as the operator stated it. */
  readonly publicProfiles?: PublicProfiles | undefined
  /**
   * Reads the most telling playlists of a profile first, and no more of them than show its taste; what is left is read
   * with `whole`. Default: everything. The person who is signed in is always read to the end.
   */
  readonly byWorth?: { readonly embed: EmbedItems; readonly limits?: ReadingLimits } | undefined
  /** Reads what was left before, too. */
  readonly whole?: boolean | undefined
  /** Reads profiles also that were erased for good, but no candidates. Only for who has their owner's word. */
  readonly readmit?: boolean | undefined
  /** Which of the profiles are candidates: what becomes of them is written down, so that the next run takes others. */
  readonly candidates?: ReadonlySet<ListenerId>
  /** Id of the person who is signed in: they bring their own data, which is found only when they say so. */
  readonly signedIn?: string | undefined
  readonly progress: Progress
  /** Told of each profile while it is read: when its playlists are listed, and after each of them. */
  readonly onProfile?: ((soFar: ProfileSoFar) => void) | undefined
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
    return `${requests.toLocaleString('en-US')} requests${left}`
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
      await this.#storing.add({ at, link, asked: id, ...(await this.#collect(id)) })
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

  /** Reads a profile as far as it has changed since it was stored. */
  async #collect(id: string): Promise<{ readonly collected: CollectedProfile; readonly last?: LastReading }> {
    const known = await this.#lastReading(id)
    if (known) {
      const { last, origin } = known
      const collected = await this.#collectFrom(id, last)
      // Only an answer tells whether this is the same Spotify as the last time.
      if (origin === this.#origin) return { collected, last }
    }
    return { collected: await this.#collectFrom(id, undefined) }
  }

  /** Of the person who is signed in: saved songs and top lists tell as much as playlists, after these. */
  async #withPersonal(profile: CollectedProfile, last: LastReading | undefined): Promise<CollectedProfile> {
    const { outcome, sentences } = profile.report
    if (outcome === 'not-found' || outcome === 'not-permitted') return profile
    const { client } = this.#options
    const personal = await readPersonal(client, { snapshots: last?.person.snapshots, signal: this.#signal })
    const isRead = personal.playlists.some(({ items }) => items.length > 0)
    const isNothing = outcome === 'private' || outcome === 'empty'
    return {
      ...profile,
      playlists: [...profile.playlists, ...personal.playlists],
      report: {
        ...profile.report,
        outcome: isRead && isNothing ? 'read' : outcome,
        sentences: [...(isRead && isNothing ? [] : sentences), ...personal.sentences],
      },
    }
  }

  async #collectFrom(id: string, last: LastReading | undefined): Promise<CollectedProfile> {
    const { client, byWorth, whole, signedIn } = this.#options
    const signal = this.#signal
    const reading = new ProfileReading(client, id, {
      ...(last && { known: last.person }),
      whole: whole ?? false,
      signal,
    })
    const watch = this.#watch(id, last)
    if (id === signedIn) return this.#withPersonal(await collectProfile(reading, { watch }), last)
    if (!byWorth || whole) return collectProfile(reading, { watch })
    const known = [...(last?.items.values() ?? [])].flat()
    const enough = new Enough(byWorth.embed, byWorth.limits ?? readingLimits, known)
    return collectProfile(reading, { watch, enough: ({ items }) => enough.after(items, reading.requests) })
  }

  /** Tells of a profile while it is read, if anybody wants to know. */
  #watch(id: string, last: LastReading | undefined): ((soFar: CollectedProfile) => void) | undefined {
    const { onProfile } = this.#options
    return (
      onProfile &&
      (({ person, playlists, report }) => {
        const { own, followed, read, unchanged, notRead } = report.playlists
        const items = itemsOf(playlists, last)
        onProfile({
          listener: spotifyListener(person?.id ?? id),
          ...(person?.name && { name: person.name }),
          playlists: { done: read + unchanged + notRead.length, total: own + followed },
          tracks: items.length,
          items,
          notRead,
          sentences: report.sentences,
        })
      })
    )
  }

  async #lastReading(id: string): Promise<{ readonly last: LastReading; readonly origin: Origin } | undefined> {
    const { store, signedIn } = this.#options
    const notes = readNotes(await store.readingNotes(spotifyListener(id)))
    if (!notes) return undefined
    const { name, items, provenance } = await exportProfile(spotifyListener(id), { store })
    const who = { id, isSignedIn: id === signedIn }
    const last = lastReading(who, notes, { ...(name !== undefined && { name }), items })
    return last && { last, origin: provenance.origin }
  }

  /** The stored listener; one of another origin is somebody else, who is taken out first. */
  async #storedOfSameOrigin(listener: ListenerId): Promise<Listener | undefined> {
    const { store } = this.#options
    const stored = await store.listener(listener)
    if (!stored || stored.provenance.origin === this.#origin) return stored
    await store.erase(listener)
    return undefined
  }

  get #origin(): Origin {
    return this.#options.client.simulated ? 'simulated' : 'spotify'
  }

  #provenance(): Provenance {
    const readAt = this.#options.now()
    const { keep } = policy[this.#origin]
    const provenance = { origin: this.#origin, source: 'spotify', readAt }
    return keep === Infinity ? provenance : { ...provenance, expiresAt: readAt + keep }
  }
}
