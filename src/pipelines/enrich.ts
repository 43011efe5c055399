import { type FeatureProvider, type GenreProvider, type Provider, ProviderClosed } from '../catalogue/provider.ts'
import type { CatalogueAnswer, FeatureStore, GapPage, GapQuery } from '../store/feature-store.ts'
import { policy } from '../store/policy.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import { Problem } from '../taste/problem.ts'
import type { Origin } from '../taste/provenance.ts'
import type { Progress, Task } from './progress.ts'

export type EnrichStore = Pick<
  FeatureStore,
  'artistGaps' | 'trackGaps' | 'putGenreAnswers' | 'putAudioAnswers' | 'purgeExpired'
>

export interface EnrichOptions {
  readonly store: EnrichStore
  /** Who is asked for audio features: the first one first, the next about what is missing then. */
  readonly features: readonly FeatureProvider[]
  /** Who is asked for genres, in the same way. */
  readonly genres: readonly GenreProvider[]
  /** Only these artists and tracks, by their keys; absent: all that somebody listens to. */
  readonly only?: { readonly artists: readonly string[]; readonly tracks: readonly string[] }
  /** At most so many artists, and so many tracks. */
  readonly limit?: number
  readonly progress: Progress
  /** Stops the run; what was answered stays, and running it again continues. */
  readonly signal?: AbortSignal
  /** Seconds since 1970. */
  readonly now: () => number
}

/** How one provider did. */
export interface ProviderReport {
  readonly name: string
  readonly origin: Origin
  /** What it was asked about and answered. */
  readonly asked: number
  /** What it knew. */
  readonly found: number
  readonly requests: number
  /** The first batch that failed, and how many did: they are asked about again in the next run. */
  readonly failed?: { readonly batches: number; readonly first: string }
  /** Why it was not asked to the end, and when to continue, in milliseconds since 1970. */
  readonly closed?: { readonly reason: string; readonly continueAt?: number }
}

/** How it went with the genres, or the audio features. */
export interface FillReport {
  /** Artists or tracks without a value at the beginning, as far as nobody was asked about them lately. */
  readonly gaps: number
  readonly filled: number
  /** Nobody who was asked knows anything; with the time stored, to ask again. */
  readonly unknown: number
  /** Nobody who was asked can know them: they have no id that anybody takes. */
  readonly untaken: number
  readonly providers: readonly ProviderReport[]
}

export interface EnrichReport {
  readonly genres: FillReport
  readonly features: FillReport
}

/** Gaps that are looked at together: full batches for the providers, in the order of how many have them. */
const pageOfGaps = 1000

/**
 * Fills the gaps of the catalogue: genres of artists and audio features of tracks, what most listeners have first. Each
 * provider is asked about the same thing again only when its answer has grown old; every answer, also that nothing is
 * known, is durable at once, so that a run that was killed continues where it was.
 * @throws what `signal` was aborted with; whatever the store throws.
 */
export async function enrich(options: EnrichOptions): Promise<EnrichReport> {
  const { store, features, genres, only, limit = Infinity, progress, signal, now } = options
  await store.purgeExpired(now())
  using task = progress.start('filling gaps', { unit: 'gaps' })
  const failed = new AbortController()
  const shared = { limit, task, now, signal: signal ? AbortSignal.any([signal, failed.signal]) : failed.signal }
  const both = [
    new Filling(genres, shared).run(
      (query) => store.artistGaps({ ...query, ...(only && { only: only.artists }) }),
      (answers) => store.putGenreAnswers(answers),
    ),
    new Filling(features, shared).run(
      (query) => store.trackGaps({ ...query, ...(only && { only: only.tracks }) }),
      (answers) => store.putAudioAnswers(answers),
    ),
  ] as const
  const [forGenres, forFeatures] = await Promise.all(both).catch(async (error: unknown) => {
    failed.abort()
    await Promise.allSettled(both)
    throw error
  })
  task.finish(`genres of ${forGenres.filled} artists, audio features of ${forFeatures.filled} tracks`)
  return { genres: forGenres, features: forFeatures }
}

/** Fills the gaps of what these listeners have, in the same way. Listeners who are not stored are passed over. */
export async function enrichListeners(
  listeners: readonly ListenerId[],
  options: Omit<EnrichOptions, 'only'> & { readonly store: EnrichStore & Pick<FeatureStore, 'profile'> },
): Promise<EnrichReport> {
  const artists = new Set<string>()
  const tracks = new Set<string>()
  for (const listener of listeners) {
    options.signal?.throwIfAborted()
    const profile = await options.store.profile(listener, 'keep')
    for (const entry of profile?.playlists.flatMap(({ entries }) => entries) ?? []) {
      for (const artist of entry.artists) artists.add(artist)
      if (entry.track !== undefined) tracks.add(entry.track)
    }
  }
  return enrich({ ...options, only: { artists: [...artists], tracks: [...tracks] } })
}

interface Asked {
  asked: number
  found: number
  failures: number
  firstFailure?: string
  closed?: ProviderClosed
}

type AnyGap = { readonly key: string; readonly asked: readonly string[]; readonly renews?: string }

/** The filling of one kind of gaps. */
class Filling<Gap extends AnyGap, Value> {
  readonly #providers: readonly Provider<Gap, Value>[]
  readonly #options: {
    readonly limit: number
    readonly task: Task
    readonly signal: AbortSignal
    readonly now: () => number
  }
  readonly #asked: ReadonlyMap<Provider<Gap, Value>, Asked>
  #filled = 0
  #unknown = 0
  #untaken = 0
  #total = 0

  constructor(
    providers: readonly Provider<Gap, Value>[],
    options: {
      readonly limit: number
      readonly task: Task
      readonly signal: AbortSignal
      readonly now: () => number
    },
  ) {
    this.#providers = providers
    this.#options = options
    this.#asked = new Map(providers.map((provider) => [provider, { asked: 0, found: 0, failures: 0 }]))
  }

  async run(
    read: (query: GapQuery) => Promise<GapPage<Gap>>,
    put: (answers: readonly CatalogueAnswer<Value>[]) => Promise<number>,
  ): Promise<FillReport> {
    const { limit, now } = this.#options
    // Profiles that are stored meanwhile move gaps to pages that are over: so all is gone through until nothing is new.
    const seen = new Set<string>()
    let before: number
    do {
      before = seen.size
      let after: string | undefined
      do {
        const sources = this.#open.map(({ name }) => name)
        const left = limit - seen.size
        if (sources.length === 0 || left <= 0) return this.#report()
        const page = await read({ sources, now: now(), limit: pageOfGaps, ...(after !== undefined && { after }) })
        const fresh = page.rows.filter(({ key }) => !seen.has(key)).slice(0, left)
        if (before === 0 && after === undefined) this.#total = page.total
        for (const { key } of fresh) seen.add(key)
        this.#total = Math.max(this.#total, seen.size)
        await this.#fill(fresh, put)
        after = page.next
      } while (after !== undefined)
    } while (seen.size > before)
    return this.#report()
  }

  get #open(): readonly Provider<Gap, Value>[] {
    return this.#providers.filter((provider) => !this.#asked.get(provider)!.closed)
  }

  async #fill(
    gaps: readonly Gap[],
    put: (answers: readonly CatalogueAnswer<Value>[]) => Promise<number>,
  ): Promise<void> {
    const filled = new Set<Gap>()
    const answered = new Set<Gap>()
    this.#untaken += gaps.filter((gap) => !this.#providers.some((provider) => provider.takes(gap))).length
    for (const provider of this.#open) {
      const { name } = provider
      const mine = gaps.filter(
        (gap) => !filled.has(gap) && !gap.asked.includes(name) && (gap.renews ?? name) === name && provider.takes(gap),
      )
      for (let at = 0; at < mine.length; at += provider.batch) {
        if (this.#asked.get(provider)!.closed) break
        for await (const answers of this.#ask(provider, mine.slice(at, at + provider.batch))) {
          await put(answers.map(({ gap, value }) => this.#toStore(provider, gap, value)))
          for (const { gap, value } of answers) {
            answered.add(gap)
            if (value !== undefined) filled.add(gap)
          }
          this.#options.task.advance(answers.length, this.#note(provider))
        }
      }
    }
    this.#filled += filled.size
    this.#unknown += [...answered].filter((gap) => !filled.has(gap)).length
  }

  /** What one provider answers about one batch; a failure ends the batch, or the provider. */
  async *#ask(provider: Provider<Gap, Value>, batch: readonly Gap[]) {
    const { signal } = this.#options
    const asked = this.#asked.get(provider)!
    signal.throwIfAborted()
    try {
      for await (const answers of provider.ask(batch, signal)) {
        asked.asked += answers.length
        asked.found += answers.filter(({ value }) => value !== undefined).length
        yield answers
      }
    } catch (error) {
      if (signal.aborted) throw error
      if (error instanceof ProviderClosed) asked.closed = error
      else if (error instanceof Problem) {
        asked.failures++
        asked.firstFailure ??= error.message
      } else throw error
    }
  }

  #toStore(provider: Provider<Gap, Value>, gap: Gap, value: Value | undefined): CatalogueAnswer<Value> {
    const { name, origin, age } = provider
    const readAt = this.#options.now()
    const found = value !== undefined
    return {
      key: gap.key,
      ...(found && { value }),
      provenance: { origin, source: name, readAt },
      askAgainAt: readAt + (found ? Math.min(age.found, policy[origin].keep) : age.missing),
    }
  }

  #note({ name }: Provider<Gap, Value>): string {
    const all = [...this.#asked.values()]
    const found = all.reduce((sum, each) => sum + each.found, 0)
    return `${name}: ${found.toLocaleString('en-US')} of ${this.#total.toLocaleString('en-US')} filled`
  }

  #report(): FillReport {
    return {
      gaps: this.#total,
      filled: this.#filled,
      unknown: this.#unknown,
      untaken: this.#untaken,
      providers: [...this.#asked].map(
        ([{ name, origin, requests }, { asked, found, failures, firstFailure, closed }]) => ({
          name,
          origin,
          asked,
          found,
          requests,
          ...(firstFailure !== undefined && { failed: { batches: failures, first: firstFailure } }),
          ...(closed && {
            closed: {
              reason: closed.message,
              ...(closed.retryAt !== undefined && { continueAt: closed.retryAt }),
            },
          }),
        }),
      ),
    }
  }
}
