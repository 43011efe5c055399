import { byteOrder } from '../../features/byte-order.ts'
import type { Described } from '../../store/feature-store.ts'
import type { ListenerId } from '../../taste/listener-id.ts'
import { leastArtists } from '../confidence.ts'
import type { Description, Terms } from '../description/description.ts'
import { unpackTerms } from '../description/description-bytes.ts'
import type { VectorIndex } from '../index/vector-index.ts'
import { OverlapIndex } from '../overlap/overlap-index.ts'
import type { PairScore } from '../pair-score.ts'

/** Somebody whom a query is close to. */
export interface Close {
  /** The listener's opaque key. */
  readonly key: string
  readonly listener: ListenerId
  /** M. */
  readonly score: number
  /** Where the listener is in the population; good until the next change. */
  readonly slot: number
}

export interface RetrieveOptions {
  /** How many of the closest are wanted. */
  readonly k: number
  /** Keys of those who are left out. */
  readonly exclude?: ReadonlySet<string>
  /** How many candidates each way of retrieval brings; as many as recall needs by default. */
  readonly candidates?: number
  /** Keys of those nearest by embedding, where another index has searched along `direction`. By default this one's searches. */
  readonly nearest?: readonly string[]
}

/**
 * How many candidates each way of retrieval brings, for each match that is wanted, and at least. Recall of the exact top
 * ten is .99 or more with these at 10,000 and at 100,000 listeners (docs/scale.md).
 */
const retrieved = { each: 20, least: 200 }
/** Flag of the index: the listener has enough artists to be told from others. */
const eligible = 16

/**
 * Everybody who may be found, in memory, as one model describes them: unit vectors in the vector index, artists in the
 * inverted index, and per listener the few numbers that the pair score needs. Changes are seen by the next question.
 */
export class Population {
  readonly pair: PairScore
  readonly #index: VectorIndex
  readonly #overlap = new OverlapIndex()
  readonly #slots = new Map<string, number>()
  readonly #free: number[] = []
  readonly #keys: string[] = []
  readonly #listeners: ListenerId[] = []
  #embeddings: Float32Array
  #weights = new Float64Array(1024)
  /** h of those who have enough artists to be a match, else 0. */
  #candidateWeights = new Float64Array(1024)
  /** The largest of them that there ever was. */
  #heaviest = 1e-9
  #centralities = new Float64Array(1024)
  #artists = new Uint32Array(1024)
  #known = new Uint32Array(1024)
  /** Seconds since 1970. */
  #expiries = new Float64Array(1024)
  #nextExpiry = Number.POSITIVE_INFINITY
  #candidates = 0

  /** @param index empty, of at least as many dimensions as the model's */
  constructor(pair: PairScore, index: VectorIndex) {
    this.pair = pair
    this.#index = index
    this.#embeddings = new Float32Array(1024 * pair.dimensions)
  }

  get size(): number {
    return this.#slots.size
  }

  /** How many of them have enough artists to be anybody's match. */
  get candidates(): number {
    return this.#candidates
  }

  /** Memory that it takes, in bytes, without texts. */
  get bytes(): number {
    return this.#index.bytes + this.#overlap.bytes + this.#embeddings.byteLength + 40 * this.#weights.length
  }

  slotOf(key: string): number | undefined {
    return this.#slots.get(key)
  }

  /** Whether somebody is there who has enough artists to be a match. */
  isCandidate(key: string): boolean {
    const slot = this.#slots.get(key)
    return slot !== undefined && this.#artists[slot]! >= leastArtists
  }

  entries(): Iterable<readonly [key: string, slot: number]> {
    return this.#slots
  }

  listener(slot: number): ListenerId {
    return this.#listeners[slot]!
  }

  /** [D]: a view, good until the next change. */
  vector(slot: number): Float32Array {
    const { dimensions } = this.pair
    return this.#embeddings.subarray(slot * dimensions, (slot + 1) * dimensions)
  }

  sizeOf(slot: number): { readonly artists: number; readonly known: number } {
    return { artists: this.#artists[slot]!, known: this.#known[slot]! }
  }

  /** Of how many listeners the artist with this hash is. */
  listenersOf(hash: number): number {
    return this.#overlap.listeners(hash)
  }

  /** Adds or replaces a listener. False for a description that another version of the program made. */
  put(row: Described): boolean {
    const terms = unpackTerms(row.terms)
    if (!terms || row.vector.length !== this.pair.dimensions) return false
    this.set(row, terms)
    return true
  }

  set({ key, listener, vector, expiresAt = Number.POSITIVE_INFINITY }: Omit<Described, 'terms'>, terms: Terms): void {
    const slot = this.#slots.get(key) ?? this.#free.pop() ?? this.#slots.size
    if (slot >= this.#weights.length) this.#grow(2 * slot)
    if (this.#slots.has(key)) this.#candidates -= Number(this.#artists[slot]! >= leastArtists)
    this.#slots.set(key, slot)
    this.#keys[slot] = key
    this.#listeners[slot] = listener
    const artists = terms.artists.hashes.length
    this.#embeddings.set(vector, slot * this.pair.dimensions)
    this.#weights[slot] = terms.weight
    this.#candidateWeights[slot] = artists >= leastArtists ? terms.weight : 0
    this.#heaviest = Math.max(this.#heaviest, this.#candidateWeights[slot]!)
    this.#centralities[slot] = this.pair.centralities(vector)[0]!
    this.#artists[slot] = artists
    this.#known[slot] = terms.known
    this.#expiries[slot] = expiresAt
    this.#nextExpiry = Math.min(this.#nextExpiry, expiresAt)
    this.#candidates += Number(artists >= leastArtists)
    this.#overlap.put(slot, terms.artists)
    const flags = artists >= leastArtists ? eligible : 0
    // By slot: what the index finds needs no looking up.
    this.#index.put({ key: String(slot), listener, vector: this.#centred(vector), flags })
  }

  delete(key: string): boolean {
    const slot = this.#slots.get(key)
    if (slot === undefined) return false
    this.#candidates -= Number(this.#artists[slot]! >= leastArtists)
    this.#slots.delete(key)
    this.#free.push(slot)
    this.#index.delete(String(slot))
    this.#overlap.delete(slot)
    this.vector(slot).fill(0)
    this.#keys[slot] = ''
    this.#listeners[slot] = ''
    this.#weights[slot] = 0
    this.#candidateWeights[slot] = 0
    this.#expiries[slot] = Number.POSITIVE_INFINITY
    return true
  }

  /** Keys of listeners whose content may not be matched any more; they are to be deleted. */
  expired(now: number): readonly string[] {
    if (now < this.#nextExpiry) return []
    this.#nextExpiry = Number.POSITIVE_INFINITY
    return Array.from(this.#slots).flatMap(([key, slot]) => {
      if (this.#expiries[slot]! <= now) return key
      this.#nextExpiry = Math.min(this.#nextExpiry, this.#expiries[slot]!)
      return []
    })
  }

  /** How many candidates each way of retrieval brings when `k` are wanted. */
  candidatesFor(k: number): number {
    return Math.max(retrieved.least, retrieved.each * k)
  }

  /**
   * z - z~ [D]. The cosine of unit vectors with it orders them as the index does, because what all have alike then is the
   * same for all of them.
   */
  direction(vector: Float32Array): Float32Array {
    const { centroid } = this.pair.parameters
    return vector.map((value, d) => value - centroid[d]!)
  }

  /**
   * Candidates for the closest, highest pair score first, equal ones in the byte order of their ids: those nearest by
   * embedding, who may share no artist, and those who overlap most, who need not lie close.
   */
  retrieve({ vector, terms }: Pick<Description, 'vector' | 'terms'>, options: RetrieveOptions): readonly Close[] {
    const { k, exclude = new Set(), candidates = this.candidatesFor(k), nearest } = options
    const wanted = Math.max(k, Math.min(candidates, this.size))
    const excluded = new Set([...exclude].flatMap((key) => this.#slots.get(key) ?? []))
    const centrality = this.pair.centralities(vector)[0]!
    return this.#overlap.search(terms.artists, (overlaps) => {
      const found = new Set(nearest ? this.#present(nearest, excluded) : this.#nearest(vector, wanted, excluded))
      const options = { heaviest: this.#heaviest, exclude: excluded }
      for (const slot of overlaps.largest(this.#candidateWeights, wanted, options)) found.add(slot)
      const scored = Array.from(found, (slot) => ({
        key: this.#keys[slot]!,
        listener: this.#listeners[slot]!,
        score: this.#score(vector, terms.weight, centrality, overlaps.of[slot]!, slot),
        slot,
      }))
      return scored.sort((a, b) => b.score - a.score || byteOrder(a.listener, b.listener))
    })
  }

  /** One listener as a candidate, whoever else is closer; undefined when they are not there. */
  one({ vector, terms }: Pick<Description, 'vector' | 'terms'>, key: string): Close | undefined {
    const slot = this.#slots.get(key)
    if (slot === undefined) return undefined
    const centrality = this.pair.centralities(vector)[0]!
    const score = this.#overlap.search(terms.artists, ({ of }) =>
      this.#score(vector, terms.weight, centrality, of[slot]!, slot),
    )
    return { key, listener: this.#listeners[slot]!, score, slot }
  }

  close(): void {
    this.#index.close()
  }

  #score(vector: Float32Array, weight: number, centrality: number, overlap: number, slot: number): number {
    const { dimensions } = this.pair
    const from = slot * dimensions
    let cosine = 0
    for (let d = 0; d < dimensions; d++) cosine += vector[d]! * this.#embeddings[from + d]!
    return this.pair.combine(weight * this.#weights[slot]!, overlap, cosine - (centrality + this.#centralities[slot]!))
  }

  /** The slots of those who may be matches, whom another index may not know to be gone. */
  #present(keys: readonly string[], excluded: ReadonlySet<number>): number[] {
    return keys.flatMap((key) => {
      const slot = this.#slots.get(key)
      return slot === undefined || excluded.has(slot) || this.#artists[slot]! < leastArtists ? [] : slot
    })
  }

  /** The slots of those nearest by embedding. */
  #nearest(vector: Float32Array, k: number, excluded: ReadonlySet<number>): number[] {
    const options = { k, exclude: Array.from(excluded, String), mask: eligible }
    return this.#index.nearest(this.#centred(vector), options).map(({ key }) => Number(key))
  }

  /**
   * (z - z~) / 2, filled up with zeros to the index's dimensions. The nearest by it are those whose part of the pair score
   * is the highest, because that takes what all have alike (z~) from both; half, so that it is at most 1 long.
   */
  #centred(vector: Float32Array): Float32Array {
    const { centroid } = this.pair.parameters
    const centred = new Float32Array(this.#index.dimensions)
    for (let d = 0; d < vector.length; d++) centred[d] = (vector[d]! - centroid[d]!) / 2
    return centred
  }

  #grow(slots: number): void {
    const grown = <T extends Float32Array | Float64Array | Uint32Array>(from: T, to: T): T => {
      to.set(from)
      return to
    }
    this.#embeddings = grown(this.#embeddings, new Float32Array(slots * this.pair.dimensions))
    this.#weights = grown(this.#weights, new Float64Array(slots))
    this.#candidateWeights = grown(this.#candidateWeights, new Float64Array(slots))
    this.#centralities = grown(this.#centralities, new Float64Array(slots))
    this.#artists = grown(this.#artists, new Uint32Array(slots))
    this.#known = grown(this.#known, new Uint32Array(slots))
    this.#expiries = grown(this.#expiries, new Float64Array(slots))
  }
}
