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
  readonly #standardisedAudio: Float32Array
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
    this.#standardisedAudio = standardise(items.audio, vocabulary)
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
    this.#artists.drain((artist, count) => {
      const id = this.#idRow[artist] as number
      const weight = Math.log1p(count) * (id < 0 ? unknownIdf : (artistIdf[id] as number))
      if (id >= 0 && !(dropout && dropout.random.uniform() < dropout.id)) this.#bags.id.add(id, weight)
      for (let p = genreRows.offsets[artist] as number; p < (genreRows.offsets[artist + 1] as number); p++) {
        const genre = this.#genreColumn[genreRows.indices[p] as number] as number
        if (genre >= 0) this.#genres.add(genre, weight * (genreRows.values[p] as number))
      }
      const tagged = this.#tagRow[artist] as number
      if (tagged >= 0)
        for (let p = artistTags.offsets[tagged] as number; p < (artistTags.offsets[tagged + 1] as number); p++)
          this.#tags.add(artistTags.indices[p] as number, weight * (artistTags.weights[p] as number))
      const cooccurring = this.#cooccurrenceRow[artist] as number
      if (cooccurrence && cooccurring >= 0) this.#bags.cooccurrence.add(cooccurring, weight)
    })
    this.#genres.drain((genre, weight) => this.#bags.genre.add(genre, weight))
    this.#tags.drain((tag, weight) => this.#bags.tag.add(tag, weight))
    this.#bags.id.end()
    this.#bags.cooccurrence.end()
    this.#bags.genre.endNormalised()
    this.#bags.tag.endNormalised()
  }

  /** Mean and spread of each standardised feature over the tracks that have it. */
  #addAudio(items: ArrayLike<number>, least: number): void {
    const standardised = this.#standardisedAudio
    const row = new Float64Array(audioColumns)
    const covered = new Uint32Array(audioFeatures)
    for (let i = 0; i < items.length; i++) {
      const start = (items[i] as number) * audioFeatures
      for (let f = 0; f < audioFeatures; f++) {
        const value = standardised[start + f] as number
        if (Number.isNaN(value)) continue
        covered[f] = (covered[f] as number) + 1
        row[f] = (row[f] as number) + value
        row[f + audioFeatures] = (row[f + audioFeatures] as number) + value * value
      }
    }
    const has = least > 0 && Math.max(...covered) >= least
    for (let f = 0; f < audioFeatures; f++) {
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

/** [items x 10]: z-scores, cut; NaN where a feature is missing. */
function standardise(audio: Float32Array, { audioMean, audioDeviation }: VocabularyIndex): Float32Array {
  return audio.map((value, i) => {
    const f = i % audioFeatures
    if (!Number.isFinite(value)) return Number.NaN
    const z = (value - (audioMean[f] as number)) / (audioDeviation[f] as number)
    return Math.max(-audioLimit, Math.min(audioLimit, z))
  })
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
  readonly #sums: Float64Array
  #touched = new Uint32Array(1024)
  #size = 0

  constructor(size: number) {
    this.#sums = new Float64Array(size)
  }

  add(index: number, value: number): void {
    const sum = this.#sums[index] as number
    this.#sums[index] = sum + value
    if (sum > 0) return
    if (this.#size === this.#touched.length) this.#touched = grown(this.#touched, new Uint32Array(2 * this.#size))
    this.#touched[this.#size++] = index
  }

  /** Hands out the sums in the order in which they began, and starts again. */
  drain(use: (index: number, sum: number) => void): void {
    for (let i = 0; i < this.#size; i++) {
      const index = this.#touched[i] as number
      const sum = this.#sums[index] as number
      this.#sums[index] = 0
      if (sum > 0) use(index, sum)
    }
    this.#size = 0
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
