import { denseDots } from '../features/scorers.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import type { VectorIndex } from './index/vector-index.ts'
import type { PairRows, PairScore } from './pair-score.ts'

/** How many nearest training listeners say how crowded it is around a listener. */
const neighbours = 10
/** Fewer training listeners don't say it. */
export const leastForCrowding = 100
/** Of so many training listeners it is known how crowded it is around them. */
const sampled = 200
/** Around a candidate it counts as at least as crowded as around this share of the training listeners. */
const floorShare = 0.25

/**
 * How crowded it is around listeners: r_j, the mean of the 10 largest cosines of j to training listeners, j aside. In
 * many dimensions some points are near to everybody ("hubs", Radovanovic et al. 2010). One-sided cross-domain
 * similarity local scaling (Conneau et al. 2018) ranks candidates by 2 cos(i, j) - r_j instead of cos(i, j), which in the
 * pair score takes the points of a closeness of r_j / 2 from M_ij. It moves places in a list; the number shown stays M's.
 *
 * r has a floor, the lower quartile of training listeners: else those of whom next to nothing is known, who are near to
 * nobody, would become hubs themselves.
 *
 * Only training listeners are asked: among others, a listener's own other half would be the nearest.
 */
export class Crowding {
  readonly #pair: PairScore
  readonly #training: Float32Array
  readonly #rowOf: Map<ListenerId, number>
  readonly #cosines: Float32Array
  readonly #index: VectorIndex | undefined
  readonly #floor: number

  /**
   * @param training [listeners x dimensions]: embeddings of training listeners
   * @param index empty, of at least as many dimensions: finds the nearest in less time; it is closed by `close`
   */
  constructor(pair: PairScore, training: Float32Array, listeners: readonly ListenerId[], index?: VectorIndex) {
    this.#pair = pair
    this.#training = training
    this.#index = index
    for (const [row, listener] of listeners.entries())
      index?.put({ key: listener, listener, vector: this.#filledUp(training, row, index.dimensions) })
    this.#rowOf = new Map(listeners.map((listener, row) => [listener, row]))
    this.#cosines = new Float32Array(listeners.length)
    const every = Math.ceil(listeners.length / sampled)
    const some = listeners.keys().filter((row) => row % every === 0)
    const around = Float64Array.from(some, (row) => this.#around(training, row, listeners[row]!)).sort()
    this.#floor = around[Math.floor(floorShare * around.length)] ?? 0
  }

  /** What every place loses at least, in points of the pair score. */
  get leastCorrection(): number {
    return this.#cosines.length < leastForCrowding ? 0 : this.#pair.closenessPoints(this.#floor / 2)
  }

  /** A training listener is gone: nothing of them may stay. */
  forget(listener: ListenerId): void {
    const row = this.#rowOf.get(listener)
    if (row === undefined) return
    this.#training.fill(0, row * this.#pair.dimensions, (row + 1) * this.#pair.dimensions)
    this.#rowOf.delete(listener)
    this.#index?.delete(listener)
  }

  close(): void {
    this.#index?.close()
  }

  /** r of a row of embeddings; 0 while too few training listeners are known. */
  around(embeddings: Float32Array, row: number, listener: ListenerId): number {
    if (this.#cosines.length < leastForCrowding) return 0
    return Math.max(this.#floor, this.#around(embeddings, row, listener))
  }

  /** What a candidate's place in a list loses, in points of the pair score. */
  correction({ embeddings }: Pick<PairRows, 'embeddings'>, row: number, listener: ListenerId): number {
    return this.#pair.closenessPoints(this.around(embeddings, row, listener) / 2)
  }

  #around(embeddings: Float32Array, row: number, listener: ListenerId): number {
    if (this.#index) {
      const query = this.#filledUp(embeddings, row, this.#index.dimensions)
      const nearest = this.#index.nearest(query, { k: neighbours, exclude: [listener] })
      return nearest.reduce((sum, { similarity }) => sum + similarity, 0) / neighbours
    }
    const cosines = this.#cosines
    denseDots(embeddings, row, this.#training, this.#pair.dimensions, cosines)
    const own = this.#rowOf.get(listener)
    if (own !== undefined) cosines[own] = -1
    const nearest = new Float64Array(neighbours).fill(-1) // ascending
    for (const cosine of cosines) {
      if (cosine <= nearest[0]!) continue
      let place = 0
      while (place + 1 < neighbours && nearest[place + 1]! < cosine) {
        nearest[place] = nearest[place + 1]!
        place++
      }
      nearest[place] = cosine
    }
    return nearest.reduce((sum, cosine) => sum + cosine, 0) / neighbours
  }

  /** A row with zeros behind it. */
  #filledUp(embeddings: Float32Array, row: number, dimensions: number): Float32Array {
    const own = embeddings.subarray(row * this.#pair.dimensions, (row + 1) * this.#pair.dimensions)
    if (own.length === dimensions) return own
    const filled = new Float32Array(dimensions)
    filled.set(own)
    return filled
  }
}
