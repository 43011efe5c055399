import type { Bags } from '../towers/engine.ts'
import type { Random } from '../towers/random.ts'
import { audioColumns, type BagView, bagViews, type TowerInput } from '../towers/tower-input.ts'
import type { VocabularyIndex } from '../towers/vocabulary.ts'
import type { Catalogue } from './corpus.ts'

/** Fewest tracks with audio features that say how a listener's music sounds. */
const leastAudioTracks = 3
/** Standardised audio features are cut here, so that no broken measurement outweighs the rest. */
const audioLimit = 5
const audioFeatures = audioColumns / 2

/** What training leaves out of a view at random. */
export interface EntryDropout {
  /** Share of the artists left out of the id view. */
  readonly id: number
  /** Share of the tracks left out of the track view. */
  readonly track: number
  readonly random: Random
}

export interface DescribeOptions {
  readonly dropout?: EntryDropout
  /** Whether the co-occurrence view may describe the listener (true). */
  readonly cooccurrence?: boolean
}

/**
 * Turns counts over one catalogue into inputs of the towers: joins the catalogue's artists, tracks, genres and tags to
 * the rows of a vocabulary once, then weighs bag after bag (docs/model.md, "Input").
 */
export class TowerInputs {
  readonly #catalogue: Catalogue
  readonly #vocabulary: VocabularyIndex
  readonly #idRow: Int32Array
  readonly #tagRow: Int32Array
  readonly #cooccurrenceRow: Int32Array
  readonly #trackRow: Int32Array
  readonly #genreColumn: Int32Array
  readonly #artists: Accumulator
  readonly #genres: Accumulator
  readonly #tags: Accumulator
  readonly #bags: Readonly<Record<BagView, BagsBuilder>>
  readonly #sound: Sound
  readonly #covered = new Uint32Array(audioFeatures)
  #audio: Float64Array[] = []
  #hasAudio: number[] = []

  constructor(catalogue: Catalogue, vocabulary: VocabularyIndex) {
    this.#catalogue = catalogue
    this.#vocabulary = vocabulary
    const { artists, items } = catalogue
    this.#idRow = Int32Array.from(artists.keys, (key) => vocabulary.artist.get(key) ?? -1)
    this.#tagRow = Int32Array.from(artists.keys, (key) => vocabulary.taggedArtist.get(key) ?? -1)
    this.#cooccurrenceRow = Int32Array.from(artists.keys, (key) => vocabulary.cooccurringArtist.get(key) ?? -1)
    this.#trackRow = Int32Array.from(items.tracks, (key) =>
      key === undefined ? -1 : (vocabulary.track.get(key) ?? -1),
    )
    this.#genreColumn = Int32Array.from(artists.genres, (name) => vocabulary.genre.get(name) ?? -1)
    this.#sound = standardise(items.audio, vocabulary)
    this.#artists = new Accumulator(artists.keys.length)
    this.#genres = new Accumulator(vocabulary.genre.size)
    this.#tags = new Accumulator(vocabulary.tag.size)
    this.#bags = Object.fromEntries(bagViews.map((view) => [view, new BagsBuilder()])) as Record<BagView, BagsBuilder>
  }

  /** Appends one listener: rows of the catalogue's items and how often each. */
  addItems(items: ArrayLike<number>, counts: ArrayLike<number>, options: DescribeOptions = {}): void {
    const { credits } = this.#catalogue.items
    for (let i = 0; i < items.length; i++) {
      const item = items[i] as number
      const count = positive(counts[i] as number)
      for (let p = credits.offsets[item] as number; p < (credits.offsets[item + 1] as number); p++)
        this.#artists.add(credits.indices[p] as number, (credits.values[p] as number) * count)
    }
    this.#addTracks(items, counts, options.dropout)
    this.#addAudio(items, Math.min(items.length, leastAudioTracks))
    this.#addArtists(options)
  }

  /** Appends one listener of whom nothing but one artist is known: an artist as an item. */
  addArtist(artist: number, options: DescribeOptions = {}): void {
    this.#artists.add(artist, 1)
    this.#addTracks([], [])
    this.#addAudio([], 1)
    this.#addArtists(options)
  }

  /** Everything added since the last call. */
  take(): TowerInput {
    const rows = this.#hasAudio.length
    const bags = Object.fromEntries(bagViews.map((view) => [view, this.#bags[view].take()])) as Record<BagView, Bags>
    const input = { rows, bags, audio: concatenated(this.#audio), hasAudio: Float32Array.from(this.#hasAudio) }
    this.#audio = []
    this.#hasAudio = []
    return input
  }

  #addTracks(items: ArrayLike<number>, counts: ArrayLike<number>, dropout?: EntryDropout): void {
    const bag = this.#bags.track
    for (let i = 0; i < items.length; i++) {
      const row = this.#trackRow[items[i] as number] as number
      if (row < 0 || (dropout && dropout.random.uniform() < dropout.track)) continue
      bag.add(row, Math.log1p(positive(counts[i] as number)) * (this.#vocabulary.trackIdf[row] as number))
    }
    bag.end()
  }

  /** Spends the artists accumulated so far. */
  #addArtists({ dropout, cooccurrence = true }: DescribeOptions): void {
    const { genreRows } = this.#catalogue.artists
    const { artistIdf, unknownIdf, artistTags } = this.#vocabulary
    const { id: ids, cooccurrence: cooccurring } = this.#bags
    const artists = this.#artists
    for (let i = 0; i < artists.size; i++) {
      const artist = artists.touched[i] as number
      const count = artists.taken(artist)
      if (count === 0) continue
      const id = this.#idRow[artist] as number
      const weight = Math.log1p(count) * (id < 0 ? unknownIdf : (artistIdf[id] as number))
      if (id >= 0 && !(dropout && dropout.random.uniform() < dropout.id)) ids.add(id, weight)
      this.#genres.addRow(genreRows.indices, genreRows.values, genreRows.offsets, artist, weight, this.#genreColumn)
      const tagged = this.#tagRow[artist] as number
      if (tagged >= 0) this.#tags.addRow(artistTags.indices, artistTags.weights, artistTags.offsets, tagged, weight)
      const beside = this.#cooccurrenceRow[artist] as number
      if (cooccurrence && beside >= 0) cooccurring.add(beside, weight)
    }
    artists.size = 0
    this.#genres.drainTo(this.#bags.genre)
    this.#tags.drainTo(this.#bags.tag)
    this.#bags.id.end()
    this.#bags.cooccurrence.end()
    this.#bags.genre.endNormalised()
    this.#bags.tag.endNormalised()
  }

  /** Mean and spread of each standardised feature over the tracks that have it. */
  #addAudio(items: ArrayLike<number>, least: number): void {
    const { values, heard } = this.#sound
    const row = new Float64Array(audioColumns)
    const covered = this.#covered.fill(0)
    for (let i = 0; i < items.length; i++) {
      const item = items[i] as number
      if (heard[item] === 0) continue
      const start = item * audioFeatures
      for (let f = 0; f < audioFeatures; f++) {
        const value = values[start + f] as number
        if (Number.isNaN(value)) continue
        covered[f] = (covered[f] as number) + 1
        row[f] = (row[f] as number) + value
        row[f + audioFeatures] = (row[f + audioFeatures] as number) + value * value
      }
    }
    let most = 0
    for (let f = 0; f < audioFeatures; f++) most = Math.max(most, covered[f] as number)
    const has = least > 0 && most >= least
    for (let f = 0; has && f < audioFeatures; f++) {
      const n = Math.max(1, covered[f] as number)
      const mean = (row[f] as number) / n
      const variance = (row[f + audioFeatures] as number) / n - mean * mean
      row[f] = mean
      row[f + audioFeatures] = Math.sqrt(Math.max(0, variance))
    }
    this.#audio.push(has ? row : row.fill(0))
    this.#hasAudio.push(has ? 1 : 0)
  }
}

interface Sound {
  /** [items x 10]: z-scores, cut; NaN where a feature is missing. */
  readonly values: Float32Array
  /** [items]: 1 where some feature is known. */
  readonly heard: Uint8Array
}

function standardise(audio: Float32Array, { audioMean, audioDeviation }: VocabularyIndex): Sound {
  const heard = new Uint8Array(audio.length / audioFeatures)
  const values = audio.map((value, i) => {
    const f = i % audioFeatures
    if (!Number.isFinite(value)) return Number.NaN
    heard[Math.floor(i / audioFeatures)] = 1
    const z = (value - (audioMean[f] as number)) / (audioDeviation[f] as number)
    return Math.max(-audioLimit, Math.min(audioLimit, z))
  })
  return { values, heard }
}

function concatenated(rows: readonly Float64Array[]): Float32Array {
  const out = new Float32Array(rows.length * audioColumns)
  for (const [r, row] of rows.entries()) out.set(row, r * audioColumns)
  return out
}

/** A count that a weight can be made of; a broken one counts as one. */
function positive(count: number): number {
  return count > 0 && count < Number.MAX_VALUE ? count : 1
}

/** Sums of positive values by index, in memory for every index but in time for the touched ones. */
class Accumulator {
  /** The indices whose sums have begun, in that order; of those after `size` nothing is meant. */
  touched = new Uint32Array(1024)
  size = 0
  readonly #sums: Float64Array

  constructor(size: number) {
    this.#sums = new Float64Array(size)
  }

  add(index: number, value: number): void {
    const sum = this.#sums[index] as number
    this.#sums[index] = sum + value
    if (sum > 0) return
    if (this.size === this.touched.length) this.#grow(2 * this.size)
    this.touched[this.size++] = index
  }

  /**
   * Adds `weight` times one of many sparse rows.
   * @param target where each index of the row counts; -1: nowhere
   */
  addRow(
    indices: Uint32Array,
    values: Float32Array | Float64Array,
    offsets: Uint32Array,
    row: number,
    weight: number,
    target?: Int32Array,
  ): void {
    const [start, end] = [offsets[row] as number, offsets[row + 1] as number]
    if (this.size + end - start > this.touched.length) this.#grow(2 * (this.size + end - start))
    const sums = this.#sums
    const touched = this.touched
    let size = this.size
    for (let p = start; p < end; p++) {
      const own = indices[p] as number
      const index = target ? (target[own] as number) : own
      if (index < 0) continue
      const sum = sums[index] as number
      sums[index] = sum + weight * (values[p] as number)
      if (!(sum > 0)) touched[size++] = index
    }
    this.size = size
  }

  /** The sum of one index, which starts again. */
  taken(index: number): number {
    const sum = this.#sums[index] as number
    this.#sums[index] = 0
    return sum
  }

  /** Hands out all sums in the order in which they began, and starts again. */
  drainTo(bag: BagsBuilder): void {
    for (let i = 0; i < this.size; i++) {
      const index = this.touched[i] as number
      const sum = this.taken(index)
      if (sum > 0) bag.add(index, sum)
    }
    this.size = 0
  }

  #grow(size: number): void {
    this.touched = grown(this.touched, new Uint32Array(size))
  }
}

/** Collects bags in memory that grows by doubling. */
class BagsBuilder {
  #rows = 0
  #size = 0
  #offsets = new Uint32Array(64)
  #indices = new Uint32Array(1024)
  #weights = new Float32Array(1024)

  add(index: number, weight: number): void {
    if (this.#size === this.#indices.length) {
      this.#indices = grown(this.#indices, new Uint32Array(2 * this.#size))
      this.#weights = grown(this.#weights, new Float32Array(2 * this.#size))
    }
    this.#indices[this.#size] = index
    this.#weights[this.#size++] = weight
  }

  end(): void {
    if (++this.#rows === this.#offsets.length) this.#offsets = grown(this.#offsets, new Uint32Array(2 * this.#rows))
    this.#offsets[this.#rows] = this.#size
  }

  /** Ends a row whose weights are scaled to unit length. */
  endNormalised(): void {
    const row = this.#weights.subarray(this.#offsets[this.#rows] as number, this.#size)
    let squares = 0
    for (const weight of row) squares += weight * weight
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0
    for (let i = 0; i < row.length; i++) row[i] = (row[i] as number) * scale
    this.end()
  }

  take(): Bags {
    const bags = {
      rows: this.#rows,
      offsets: this.#offsets.slice(0, this.#rows + 1),
      indices: this.#indices.slice(0, this.#size),
      weights: this.#weights.slice(0, this.#size),
    }
    this.#rows = 0
    this.#size = 0
    return bags
  }
}

function grown<T extends Uint32Array | Float32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
