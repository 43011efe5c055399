import { type Asked, CatalogueQueue, type CatalogueQueueOptions } from '../sources/spotify/catalogue-queue.ts'
import { type KnownPeople, spotifyListener } from '../sources/spotify/known-people.ts'
import { type NamedProfile, nameProfiles } from '../sources/spotify/profile-links.ts'
import { type PublicProfiles, publicConsent } from '../sources/spotify/public-profiles.ts'
import { itemsOf, type LastReading, lastReading, remember } from '../sources/spotify/stored-reading.ts'
import {
  type CollectedProfile,
  collectProfile,
  type GateUsage,
  type Outcome,
  ProfileReading,
  type SpotifyClient,
  SpotifyError,
} from '../spotify/index.ts'
import type { FeatureStore, PutOutcome } from '../store/feature-store.ts'
import { policy } from '../store/policy.ts'
import { noConsent } from '../taste/consent.ts'
import type { Listener, Profile } from '../taste/listener.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import type { Origin, Provenance } from '../taste/provenance.ts'
import { exportProfile } from './export.ts'
import type { Progress, Task } from './progress.ts'

type SpotifyIngestStore = CatalogueQueueOptions['store'] &
  Pick<FeatureStore, 'putProfiles' | 'listener' | 'profile' | 'erase' | 'purgeExpired'>

export interface SpotifyIngestOptions {
  readonly client: SpotifyClient
  readonly store: SpotifyIngestStore
  /** What the former runs left behind. */
  readonly people: KnownPeople
  /** How the profiles appear, as the operator stated it. */
  readonly publicProfiles?: PublicProfiles | undefined
  /** Id of the person who is signed in: they bring their own data, which is found only when they say so. */
  readonly signedIn?: string | undefined
  readonly progress: Progress
  /** Stops the run; what was read stays, and running it again continues. */
  readonly signal?: AbortSignal
  /** Seconds since 1970. */
  readonly now: () => number
}

/** What became of one link. */
export interface ProfileOutcome {
  readonly link: string
  /** Absent when the link names no profile. */
  readonly listener?: ListenerId
  /** `waiting`: the run stopped before; `refused`: it is not the link of a profile. */
  readonly outcome: Outcome | 'failed' | 'waiting' | 'refused'
  /** Absent when nothing was stored. */
  readonly stored?: PutOutcome
  readonly entries?: number
  /** What was read and what was not, or why it failed, in words for a listener. */
  readonly sentences: readonly string[]
}

export interface SpotifyIngestReport {
  /** Each profile once, in the order of the links. */
  readonly profiles: readonly ProfileOutcome[]
  readonly outcomes: Readonly<Partial<Record<ProfileOutcome['outcome'], number>>>
  readonly simulated: boolean
  /** Sent by the client, with retries. */
  readonly requests: number
  readonly quota: GateUsage
  readonly artists: Asked
  readonly tracks: Asked
  /** Why the run ended before all profiles were read, and when to continue, in milliseconds since 1970. */
  readonly stopped?: { readonly reason: string; readonly kind: string; readonly continueAt?: number }
}

/** Profiles that fail one after the other before the rest is not tried. */
const mostFailures = 3

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
    const { client, store, people, now } = options
    this.#catalogue = new CatalogueQueue({
      client,
      store,
      provenance: () => this.#provenance(),
      onAsked: async (person) => {
        const remembered = await people.load(person)
        if (remembered) await people.save(person, { ...remembered, askedAt: now() })
      },
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
      if (!this.#stopped) await this.#orStop(() => this.#catalogue.finish())
    } catch (error) {
      this.#end.abort()
      await Promise.allSettled(workers)
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
      ...(stopped && {
        stopped: {
          reason: stopped.message,
          kind: stopped.kind,
          ...(stopped.retryAt !== undefined && { continueAt: stopped.retryAt }),
        },
      }),
    }
  }

  async #worker(): Promise<void> {
    while (!this.#stopped && this.#next < this.#named.length) {
      const at = this.#next++
      const profile = this.#named[at]!
      if ('id' in profile) await this.#orStop(() => this.#readOne(profile, at))
      this.#task.advance(1, this.note)
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
      this.#outcomes[at] = { link, ...(await this.#readAndStore(id)) }
      this.#failures = 0
    } catch (error) {
      const isPassing = error instanceof SpotifyError && (error.passing || passing.has(error.kind))
      if (!isPassing || ++this.#failures === mostFailures) throw error
      this.#outcomes[at] = { link, listener: spotifyListener(id), outcome: 'failed', sentences: [error.message] }
    }
  }

  async #readAndStore(asked: string): Promise<Omit<ProfileOutcome, 'link'>> {
    const { client, store, people, publicProfiles, signedIn } = this.#options
    const { collected, last } = await this.#collect(asked)
    const { outcome, sentences } = collected.report
    const id = collected.person?.id ?? asked
    const listener = spotifyListener(id)
    const said = { listener, outcome, sentences }
    if (outcome === 'not-permitted') return said
    const stored = await this.#storedOfSameOrigin(listener, id)
    const { person } = collected
    const items = itemsOf(collected.playlists, last)
    // Nothing to keep; but of somebody who was stored, what they no longer show must go.
    if (items.length === 0 && !stored) return said
    const profile: Profile = {
      id: listener,
      ...(person?.name && { name: person.name }),
      // Where a simulated id leads at the real Spotify is nobody's business.
      ...(person && !client.simulated && { url: person.url }),
      provenance: this.#provenance(),
      consent: id === signedIn ? noConsent : publicConsent(publicProfiles, client.simulated),
      items,
    }
    const [put] = await store.putProfiles([profile])
    if (items.length === 0) {
      await people.forget(id)
      return { ...said, stored: put!, entries: 0 }
    }
    const remembered = await people.load(id)
    const fresh = collected.playlists.flatMap((playlist) => (playlist.state === 'unchanged' ? [] : playlist.items))
    const isAsked = last !== undefined && this.#isCurrent(remembered?.askedAt)
    const wanted = isAsked ? fresh : items
    const askedAt = wanted.length > 0 ? undefined : remembered?.askedAt
    const remembering = remember(collected.playlists, last, askedAt)
    if (JSON.stringify(remembering) !== JSON.stringify(remembered)) await people.save(id, remembering)
    if (wanted.length > 0) {
      this.#signal.throwIfAborted()
      await this.#orStop(() => this.#catalogue.want(id, wanted))
    }
    return { ...said, stored: put!, entries: items.length }
  }

  /** Reads a profile as far as it has changed since it was stored. */
  async #collect(id: string): Promise<{ readonly collected: CollectedProfile; readonly last?: LastReading }> {
    const { client } = this.#options
    const signal = this.#signal
    const known = await this.#lastReading(id)
    if (known) {
      const { last, origin } = known
      const collected = await collectProfile(new ProfileReading(client, id, { known: last.person, signal }))
      // Only an answer tells whether this is the same Spotify as the last time.
      if (origin === this.#origin) return { collected, last }
    }
    return { collected: await collectProfile(new ProfileReading(client, id, { signal })) }
  }

  async #lastReading(id: string): Promise<{ readonly last: LastReading; readonly origin: Origin } | undefined> {
    const { store, people, signedIn } = this.#options
    const remembered = await people.load(id)
    if (!remembered || !(await store.listener(spotifyListener(id)))) return undefined
    const { name, items, provenance } = await exportProfile(spotifyListener(id), { store })
    const who = { id, isSignedIn: id === signedIn }
    const last = lastReading(who, remembered, { ...(name !== undefined && { name }), items })
    return last && { last, origin: provenance.origin }
  }

  /** The stored listener; one of another origin is somebody else, who is taken out first. */
  async #storedOfSameOrigin(listener: ListenerId, id: string): Promise<Listener | undefined> {
    const { store, people } = this.#options
    const stored = await store.listener(listener)
    if (!stored || stored.provenance.origin === this.#origin) return stored
    await people.forget(id)
    await store.erase(listener)
    return undefined
  }

  /** Whether what the catalogue said then may still be kept. */
  #isCurrent(askedAt: number | undefined): boolean {
    return askedAt !== undefined && this.#options.now() < askedAt + policy[this.#origin].keep
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
