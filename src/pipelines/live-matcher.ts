import type { Hygiene, Match, MatchAnswer, MatchOptions, MatchQuery, Taste } from '../matching/answer.ts'
import { Names } from '../matching/live/names.ts'
import { tasteOf } from '../matching/live/taste.ts'
import type { FeatureStore } from '../store/feature-store.ts'
import type { ModelRegistry } from '../store/model-registry.ts'
import type { SearchVectors } from '../store/open.ts'
import type { PolicySettings } from '../store/policy.ts'
import { Problem } from '../taste/problem.ts'
import { embed } from './embed.ts'
import { Generation } from './live/generation.ts'
import { explainMatches, makeAnswer } from './live/make-answer.ts'
import { type Person, readPerson } from './live/person.ts'
import { noProgress, type Progress } from './progress.ts'
import { refresh } from './refresh.ts'

export interface LiveDeps {
  readonly store: FeatureStore
  readonly registry: ModelRegistry
  /** Searches by embedding in place of the index in memory. */
  readonly nearest?: SearchVectors
  /** What the operator permits; absent, everything that needs a permission is off. */
  readonly policy?: PolicySettings
  readonly progress?: Progress
  /** Seconds since 1970; the machine's clock by default. */
  readonly clock?: () => number
}

interface Failed {
  readonly version: number
  readonly reason: unknown
  /** Seconds since 1970. */
  readonly again: number
  /** Seconds. */
  readonly wait: number
}

export interface LiveState {
  /** The version that answers; absent before there is one. */
  readonly model?: number
  /** How many listeners are in memory, and how many of them can be a match. */
  readonly listeners: number
  readonly candidates: number
  /** Of the store's change sequence. */
  readonly upToChange: number
  readonly bytes: number
  /** Changed listeners who are still described by their former profile. */
  readonly behind: number
  /** A version that is being brought up in the background. */
  readonly comingUp?: number
  /** Why the promoted version could not be brought up. */
  readonly problem?: string
}

/** So many changed profiles are described before the answer; of more, the rest in the background. */
const describedAtOnce = 16
const changesAtOnce = 1_000
/** Seconds until a version that could not be brought up is tried again; doubled each time. */
const retryAfter = { first: 5, most: 300 }

/**
 * Matches out of memory, for as long as a process runs. Opened once, it holds everybody's embedding and the few numbers that
 * ranking needs; profiles and feature blobs are read for those who are shown. Before each answer it catches up with the
 * store's change sequence, so that a listener whom any process has just ingested, erased or made unfindable is right in it.
 */
export class LiveMatcher {
  readonly #deps: LiveDeps
  readonly #names: Names
  readonly #clock: () => number
  readonly #abort = new AbortController()
  #current: Generation | undefined
  #comingUp: { readonly version: number; readonly done: Promise<void> } | undefined
  /** A promoted version that could not be brought up, why, and when it is tried again. */
  #failed: Failed | undefined
  #syncing: Promise<void> = Promise.resolve()
  /** Keys whose description is behind, to be made in the background. */
  readonly #behind = new Set<string>()
  #catchingUp: Promise<void> | undefined
  #measuring: Promise<void> | undefined

  private constructor(deps: LiveDeps) {
    this.#deps = deps
    this.#clock = deps.clock ?? (() => Date.now() / 1000)
    this.#names = new Names(deps.store)
  }

  /**
   * Loads everybody for the promoted model, after describing whoever is not described yet. Without a promoted model there is
   * nothing to load; the first question after a promotion does it.
   */
  static async open(deps: LiveDeps): Promise<LiveMatcher> {
    const live = new LiveMatcher(deps)
    await live.sync().catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error
    })
    return live
  }

  /**
   * The `k` closest listeners, ranked and explained.
   * @throws Problem when no model is promoted, the query is unknown, may not be matched or holds nothing that is known here,
   * or there is nobody to compare with.
   */
  match(query: MatchQuery, k: number, options: MatchOptions = {}): Promise<MatchAnswer> {
    return this.#with(async (generation) => {
      const person = await this.#person(query, options.hygiene, generation)
      return makeAnswer(person, k, options, generation, this.#names)
    })
  }

  /**
   * One match in detail, however close; undefined for a listener who is not there (any more).
   * @param key opaque key of the other listener
   */
  pair(query: MatchQuery, key: string, { hygiene }: Pick<MatchOptions, 'hygiene'> = {}): Promise<Match | undefined> {
    return this.#with(async (generation) => {
      const person = await this.#person(query, hygiene, generation)
      const close = generation.population.one(person.description, key)
      return close && (await explainMatches(person, [close], generation, this.#names))[0]
    })
  }

  /** What the taste of whoever asks is like, beside everybody's here. */
  taste(query: MatchQuery, hygiene?: Hygiene): Promise<Taste> {
    return this.#with(async (generation) => {
      const { description, heard, key } = await this.#person(query, hygiene, generation)
      const around = await generation.surroundings(key, new Set(description.terms.artists.hashes))
      return tasteOf(description, heard, await generation.statistics(), (artist) => around.knownBy(artist))
    })
  }

  /** Catches up with the store now, as every question does. */
  async sync(): Promise<void> {
    await this.#with(async () => {})
  }

  state(): LiveState {
    const { population, version, seen } = this.#current ?? {}
    const reason = this.#failed?.reason
    return {
      ...(version !== undefined && { model: version }),
      listeners: population?.size ?? 0,
      candidates: population?.candidates ?? 0,
      upToChange: seen ?? 0,
      bytes: population?.bytes ?? 0,
      behind: this.#behind.size,
      ...(this.#comingUp && { comingUp: this.#comingUp.version }),
      ...(reason !== undefined && { problem: reason instanceof Error ? reason.message : String(reason) }),
    }
  }

  /** Resolves when everything that is under way in the background is done. */
  async settled(): Promise<void> {
    while (this.#comingUp || this.#catchingUp || this.#measuring) {
      await this.#comingUp?.done
      await this.#catchingUp
      await this.#measuring
    }
  }

  /** Stops what is under way in the background; what is done is kept. */
  async close(): Promise<void> {
    this.#abort.abort()
    this.#behind.clear()
    await this.settled()
    await this.#syncing.catch(() => {})
    this.#current?.retire()
    this.#current = undefined
  }

  /** Works with the generation that answers, once it is up to date. */
  async #with<T>(work: (generation: Generation) => Promise<T>): Promise<T> {
    for (;;) {
      await this.#bringUp()
      const generation = this.#current
      if (!generation) throw new Error('the live matcher is closed')
      await this.#sync(generation)
      // Another may have taken its place meanwhile, and be behind what was just caught up with.
      if (generation === this.#current) return generation.use(work)
    }
  }

  #person(query: MatchQuery, hygiene: Hygiene | undefined, generation: Generation): Promise<Person> {
    const nothing = hygiene && Object.values(hygiene).every((value) => !value || value.length === 0)
    return readPerson(query, nothing ? undefined : hygiene, generation, (key) => this.#behind.has(key), this.#deps)
  }

  /** Brings up the promoted version: at once where there is none to answer meanwhile, else in the background. */
  async #bringUp(): Promise<void> {
    if (this.#current) return
    const promoted = await this.#deps.registry.promoted()
    if (!promoted) throw new Problem('no model is promoted yet', { do: 'run "consonance train" first' })
    this.#start(promoted.version)
    await this.#comingUp?.done
    if (!this.#current) throw this.#failed?.reason ?? new Error('the live matcher is closed')
  }

  #start(version: number): void {
    if (this.#comingUp || this.#abort.signal.aborted) return
    const done = this.#load(version)
      .then(
        () => {
          this.#failed = undefined
        },
        (reason: unknown) => {
          if (this.#abort.signal.aborted) return
          const before = this.#failed?.version === version ? this.#failed.wait : 0
          const wait = Math.min(retryAfter.most, 2 * before || retryAfter.first)
          this.#failed = { version, reason, again: this.#clock() + wait, wait }
        },
      )
      .finally(async () => {
        this.#comingUp = undefined
        // Another one may have been promoted meanwhile.
        if (this.#current && !this.#abort.signal.aborted) await this.#promoted(this.#current)
      })
      .catch(() => {})
    this.#comingUp = { version, done }
  }

  /** Describes everybody for a version while the former one answers, then switches at once. */
  async #load(version: number): Promise<void> {
    const { store, registry, nearest, progress = noProgress } = this.#deps
    const { signal } = this.#abort
    await refresh({ store, registry, signal, progress, clock: this.#clock }, { version, catalogue: false })
    signal.throwIfAborted()
    const next = await Generation.load(store, registry, version, nearest)
    if (signal.aborted) return next.retire()
    const former = this.#current
    this.#current = next
    this.#behind.clear()
    former?.retire()
    this.#describeLater(next.unreadable)
    const measuring = next
      .measureAll(signal)
      .catch(() => {})
      .finally(() => {
        if (this.#measuring === measuring) this.#measuring = undefined
      })
    this.#measuring = measuring
  }

  /** One after the other: a question that comes while another catches up waits for it, and finds nothing left to do. */
  async #sync(generation: Generation): Promise<void> {
    const now = this.#syncing.catch(() => {}).then(() => this.#catchUp(generation))
    this.#syncing = now
    await now
  }

  async #catchUp(generation: Generation): Promise<void> {
    const { store } = this.#deps
    for (const key of generation.population.expired(this.#clock())) generation.delete(key)
    if (this.#failed && this.#clock() >= this.#failed.again) await this.#promoted(generation)
    const last = await store.lastChange()
    if ((await store.history()) !== generation.history) return this.#drop(generation)
    while (generation.seen < last) {
      const changes = await store.changes(generation.seen, changesAtOnce)
      const keys = new Set<string>()
      const profiles = new Map<string, number>()
      for (const { kind, key, seq } of changes) {
        if (kind === 'model') await this.#promoted(generation)
        if (kind === 'erased') this.#names.forget()
        if (key === undefined) continue
        keys.add(key)
        if (kind === 'profile') profiles.set(key, seq)
      }
      await this.#apply([...keys], profiles, generation)
      generation.seen = changes.at(-1)?.seq ?? last
    }
  }

  /** What it holds may never have come to pass: the next question loads all of it anew. */
  #drop(generation: Generation): void {
    if (generation !== this.#current) return
    this.#names.forget()
    this.#behind.clear()
    this.#current = undefined
    generation.retire()
  }

  async #apply(keys: readonly string[], profiles: ReadonlyMap<string, number>, generation: Generation): Promise<void> {
    const { store } = this.#deps
    const rows = await store.descriptionsOf(generation.version, keys)
    const undescribed: string[] = []
    for (const [i, key] of keys.entries()) {
      const row = rows[i]
      const current = row !== undefined && row.madeAt >= (profiles.get(key) ?? 0)
      generation.changed(key)
      if (row && generation.population.put(row)) {
        generation.changed(key)
        if (current) this.#behind.delete(key)
      } else generation.delete(key)
      if (!current) undescribed.push(key)
    }
    const now = undescribed.length <= describedAtOnce ? undescribed : []
    await this.#describe(now, generation)
    if (now.length === undescribed.length) return
    this.#describeLater(undescribed)
  }

  #describeLater(keys: readonly string[]): void {
    for (const key of keys) this.#behind.add(key)
    if (this.#behind.size === 0) return
    this.#catchingUp ??= this.#describeBehind()
      // They stay behind, and the next change tries again.
      .catch(() => {})
      .finally(() => {
        this.#catchingUp = undefined
      })
  }

  /** Describes, embeds, stores and indexes listeners in one go; passes over who may not be matched. */
  async #describe(keys: readonly string[], generation: Generation): Promise<void> {
    if (keys.length === 0) return
    const { store } = this.#deps
    await embed(keys, generation.opened, store)
    const rows = await store.descriptionsOf(generation.version, keys)
    for (const [i, key] of keys.entries()) {
      const row = rows[i]
      if (row) {
        generation.population.put(row)
        generation.changed(key)
      } else generation.delete(key)
      this.#behind.delete(key)
    }
  }

  async #describeBehind(): Promise<void> {
    while (this.#behind.size > 0 && !this.#abort.signal.aborted) {
      const generation = this.#current
      if (!generation) return
      const keys = [...this.#behind].slice(0, describedAtOnce)
      await generation.use(() => this.#describe(keys, generation))
    }
  }

  async #promoted(generation: Generation): Promise<void> {
    const promoted = await this.#deps.registry.promoted()
    if (!promoted) return
    const failed = this.#failed?.version === promoted.version ? this.#failed : undefined
    if (promoted.version === generation.version) this.#failed = undefined
    else if (!failed || this.#clock() >= failed.again) this.#start(promoted.version)
  }
}
