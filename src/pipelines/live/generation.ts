import { setImmediate } from 'node:timers/promises'
import { byteOrder } from '../../features/byte-order.ts'
import { Crowding } from '../../matching/crowding.ts'
import type { Description, Details } from '../../matching/description/description.ts'
import { unpackDetails, unpackTerms } from '../../matching/description/description-bytes.ts'
import { keyHash } from '../../matching/description/key-hash.ts'
import type { Surroundings } from '../../matching/explanation.ts'
import { createSharedIndex } from '../../matching/index/shared-index.ts'
import { type Close, Population } from '../../matching/live/population.ts'
import { PopulationStatistics } from '../../matching/live/population-statistics.ts'
import type { PairScore } from '../../matching/pair-score.ts'
import type { FeatureStore } from '../../store/feature-store.ts'
import type { ModelRegistry } from '../../store/model-registry.ts'
import type { SearchVectors } from '../../store/open.ts'
import { scan } from '../../store/scan.ts'
import type { Listener } from '../../taste/listener.ts'
import { type OpenedModel, openModel } from '../../training/open-model.ts'

/** So many training listeners say how crowded it is anywhere. */
const mostForCrowding = 1_000
/** For so many listeners in a row it is found out in the background before others get their turn. */
const measuredAtOnce = 16
/** From so many listeners' details it is known what listeners here are like. */
const sampled = 1_000
/** That is found out anew when this share of the listeners has changed. */
const staleShare = 0.1

const readAtOnce = 16
/** Below, one thread scans everybody in well under a millisecond, and another one's help is not worth waiting for. */
const mostForOneThread = 50_000

/** A listener as one generation describes them. */
export interface Shown extends Description {
  readonly listener: Listener
}

/**
 * One model version with everybody as it describes them. An answer comes from one generation alone, the question's own
 * description included, so no answer is ever a mix of two models.
 */
export class Generation {
  readonly opened: OpenedModel
  readonly population: Population
  readonly #store: FeatureStore
  readonly #search: SearchVectors | undefined
  readonly #trained: ReadonlyMap<number, number>
  #crowding!: Crowding
  /** By slot: r, NaN where nobody has asked yet. */
  #around = new Float32Array(1024).fill(Number.NaN)
  #statistics: { readonly value: Promise<PopulationStatistics>; changes: number } | undefined
  /** Keys of listeners whom another version of the program described. */
  readonly unreadable: string[] = []
  /** The store's changes up to this one are in. */
  seen: number
  /** What the store called its history then. */
  readonly history: string
  #users = 0
  #retired = false

  private constructor(
    opened: OpenedModel,
    population: Population,
    {
      store,
      search,
      seen,
      history,
    }: { store: FeatureStore; search: SearchVectors | undefined; seen: number; history: string },
  ) {
    this.opened = opened
    this.population = population
    this.#store = store
    this.#search = search
    this.seen = seen
    this.history = history
    const { keys, frequencies, listeners } = opened.model.pair.parameters.statistics
    this.#trained = new Map(keys.map((key, row) => [keyHash(key), frequencies[row]! / listeners]))
  }

  /**
   * Loads what the store holds for a version.
   * @param search what searches by embedding in place of the index in memory
   * @throws Problem when there is no such model.
   */
  static async load(
    store: FeatureStore,
    registry: ModelRegistry,
    version: number,
    search?: SearchVectors,
  ): Promise<Generation> {
    const opened = await openModel(registry, version)
    const history = await store.history()
    const seen = await store.lastChange()
    const { pair } = opened.model
    const { described } = await store.staleness(version)
    const index = await createSharedIndex(indexDimensions(pair), {
      ...(described < mostForOneThread && { threads: 1 }),
    })
    const generation = new Generation(opened, new Population(pair, index), { store, search, seen, history })
    try {
      for await (const row of scan((query) => store.descriptions(version, query)))
        if (!generation.population.put(row)) generation.unreadable.push(row.key)
      await generation.#measureCrowding(registry)
      return generation
    } catch (error) {
      // It is tried again and again, each time with memory and threads of its own.
      generation.population.close()
      throw error
    }
  }

  get version(): number {
    return this.opened.card.version
  }

  /** Runs something that needs this generation; it is freed when it is retired and nobody uses it. */
  async use<T>(work: (generation: Generation) => Promise<T>): Promise<T> {
    this.#users++
    try {
      return await work(this)
    } finally {
      this.#users--
      this.#free()
    }
  }

  retire(): void {
    this.#retired = true
    this.#free()
  }

  /** To be called with each change of a listener. */
  changed(key: string): void {
    const slot = this.population.slotOf(key)
    if (slot !== undefined && slot < this.#around.length) this.#around[slot] = Number.NaN
    if (this.#statistics) this.#statistics.changes++
  }

  /** Finds out how crowded it is around everybody, so that questions need not. */
  async measureAll(signal: AbortSignal): Promise<void> {
    let measured = 0
    for (const [key, slot] of [...this.population.entries()]) {
      if (signal.aborted || this.#retired) return
      // Somebody else may have got the slot meanwhile.
      if (this.population.slotOf(key) !== slot) continue
      this.correction({ key, slot, listener: this.population.listener(slot) })
      if (++measured % measuredAtOnce === 0) await setImmediate()
    }
  }

  /** Keys of those nearest by embedding, where something else than the index in memory searches. */
  async searched(vector: Float32Array, k: number): Promise<readonly string[] | undefined> {
    return this.#search?.(this.version, this.population.direction(vector), k)
  }

  /** Takes a listener out of everything. */
  delete(key: string): void {
    const slot = this.population.slotOf(key)
    if (slot === undefined) return
    this.changed(key)
    this.#crowding.forget(this.population.listener(slot))
    this.population.delete(key)
  }

  /** Points that the place of a candidate loses because it is crowded there. */
  correction({ slot, listener }: Omit<Close, 'score'>): number {
    if (slot >= this.#around.length) {
      const longer = new Float32Array(2 * slot).fill(Number.NaN)
      longer.set(this.#around)
      this.#around = longer
    }
    if (Number.isNaN(this.#around[slot]!))
      this.#around[slot] = this.#crowding.around(this.population.vector(slot), 0, listener)
    return this.opened.model.pair.closenessPoints(this.#around[slot]! / 2)
  }

  get leastCorrection(): number {
    return this.#crowding.leastCorrection
  }

  /** @param own key of the listener who asks: they don't count */
  async surroundings(own: string | undefined, ownArtists: ReadonlySet<number>): Promise<Surroundings> {
    const { population } = this
    const statistics = await this.statistics()
    const self = own !== undefined && population.slotOf(own) !== undefined ? 1 : 0
    const listeners = Math.max(1, population.size - self)
    return {
      knownBy: (artist) => {
        const others = population.listenersOf(artist) - (self && ownArtists.has(artist) ? 1 : 0)
        return Math.max(this.#trained.get(artist) ?? 0, others / listeners)
      },
      genreListeners: (genre) => statistics.genreListeners(genre),
      middle: (feature) => statistics.sound(feature, 0.5),
    }
  }

  /** What listeners here are like. */
  statistics(): Promise<PopulationStatistics> {
    const known = this.#statistics
    if (known && known.changes <= staleShare * this.population.size) return known.value
    const value = this.#readStatistics()
    this.#statistics = { value, changes: 0 }
    value.catch(() => {
      this.#statistics = undefined
    })
    return value
  }

  /** Listeners as they are shown; undefined for who is not there any more, or may not be shown. */
  async shown(keys: readonly string[]): Promise<readonly (Shown | undefined)[]> {
    const found = await this.#store.shownOf(this.version, keys)
    return found.map((row) => {
      const terms = row && unpackTerms(row.terms)
      const details = row && unpackDetails(row.details, this.population.pair.dimensions)
      return terms && details && { listener: row.listener, vector: row.vector, terms, details }
    })
  }

  async #readStatistics(): Promise<PopulationStatistics> {
    const keys = Array.from(this.population.entries(), ([key]) => key).sort()
    const every = Math.max(1, Math.ceil(keys.length / sampled))
    const asked = keys.filter((_, i) => i % every === 0)
    const found: Details[] = []
    for (let from = 0; from < asked.length; from += readAtOnce) {
      for (const row of await this.shown(asked.slice(from, from + readAtOnce))) if (row) found.push(row.details)
      await setImmediate()
    }
    return new PopulationStatistics(found)
  }

  /** Asks only listeners whom the model was trained on, so that nobody's nearness to one who was not tells who was. */
  async #measureCrowding(registry: ModelRegistry): Promise<void> {
    const { population } = this
    const parts = await registry.split(this.version)
    const rows = Array.from(population.entries(), ([, slot]) => slot)
      .filter((slot) => parts.get(population.listener(slot)) === 'train')
      .sort((a, b) => byteOrder(population.listener(a), population.listener(b)))
    const every = Math.max(1, Math.ceil(rows.length / mostForCrowding))
    const asked = rows.filter((_, i) => i % every === 0)
    const { pair } = population
    const training = new Float32Array(asked.length * pair.dimensions)
    for (const [i, slot] of asked.entries()) training.set(population.vector(slot), i * pair.dimensions)
    this.#crowding = new Crowding(
      pair,
      training,
      asked.map((slot) => population.listener(slot)),
      await createSharedIndex(indexDimensions(pair), { threads: 1 }),
    )
  }

  #free(): void {
    if (!this.#retired || this.#users > 0) return
    this.population.close()
    this.#crowding.close()
  }
}

/** The next multiple of what the index takes. */
function indexDimensions({ dimensions }: PairScore): number {
  return 16 * Math.max(1, Math.ceil(dimensions / 16))
}
