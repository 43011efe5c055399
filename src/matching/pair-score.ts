import { type ArtistStatistics, inverseDocumentFrequency, joinKeys } from '../features/artist-statistics.ts'
import { artistCounts } from '../features/bags.ts'
import type { Catalogue, Corpus } from '../features/corpus.ts'
import { InvertedIndex } from '../features/inverted-index.ts'
import { denseDots } from '../features/scorers.ts'
import {
  forEachShared,
  mapValues,
  normaliseRows,
  rowDot,
  rowNorms,
  rowSums,
  type SparseRows,
  selectColumns,
  selectRows,
} from '../features/sparse-rows.ts'
import { random, shuffle } from '../towers/random.ts'
import type { Scorer } from '../training/scorer.ts'

/** What describes listeners as unit vectors: the linear model, or the network. */
export interface Embedder {
  readonly dimensions: number
  /** [listeners x dimensions]: unit rows, or zeros. */
  embed(corpus: Corpus): Float32Array
  /** The views that an embedding is made of, where there are several. */
  readonly views?: readonly string[]
  /**
   * Embeddings by every subset of the views, all others zeroed: bit v of a subset's place stands for view v. The
   * last is the same as `embed` gives, the first all zeros.
   */
  embedByViews?(corpus: Corpus): readonly Float32Array[]
  /** [items x dimensions]: where items of a catalogue lie among the listeners who would like them. */
  embedItems?(catalogue: Catalogue, items: ArrayLike<number>): Float32Array
}

/** Typical values of a source's listeners. */
export interface SourceMedians {
  /** n~: effective number of artists. */
  readonly breadth: number
  /** v~: length of v. */
  readonly volume: number
}

/** What the pair score knows from the training listeners. */
export interface PairParameters {
  readonly statistics: ArtistStatistics
  /** [references x statistics.keys]: overlap vectors x of some training listeners, nameless and in random order. */
  readonly references: SparseRows
  /** s: median over the references of the standard deviation of overlap. */
  readonly spread: number
  /** Of sources with enough training listeners. */
  readonly medians: ReadonlyMap<string, SourceMedians>
  /** Median breadth over all training listeners, for other sources. */
  readonly breadth: number
  /** [D]: mean embedding of the training listeners. */
  readonly centroid: Float32Array
  /** mu and sigma of the embeddings' closeness over pairs of references. */
  readonly cosineMean: number
  readonly cosineDeviation: number
  /** How much the embedding counts against the overlap. */
  readonly embeddingWeight: number
}

/** Listeners as the pair score compares them. */
export interface PairRows {
  /** x: [listeners x artists], unit rows. */
  readonly overlap: SparseRows
  /** h: [listeners]. */
  readonly weights: Float64Array
  /** z: [listeners x dimensions]. */
  readonly embeddings: Float32Array
  /** m: [listeners], how near each is to the middle of everybody. */
  readonly centralities: Float64Array
}

/** How many training listeners the spread of overlap is measured against. */
const referenceCount = 500
/** Fewest training listeners whose medians stand for their source. */
const leastOfSource = 20
/** How much an embedding counts against the overlap unless its maker says otherwise. */
const usualWeight = 1.5

/**
 * What two different listeners have in common (docs/matching.md):
 *
 * M_ij = h_i h_j c_ij / s + w (z_i . z_j - m_i - m_j - mu) / sigma
 *
 * - c_ij = x_i . x_j, overlap: x is v = sqrt(n) idf^.75 scaled to unit length. Without idf it would be the
 *   Bhattacharyya overlap of two distributions of plays.
 * - h_i = (breadth_i / n~)^.25 (|v_i| / v~)^.2 / (sd_i / s)^.25: an overlap means more to a listener of many artists
 *   (breadth = exp(entropy of v / sum v)) and many plays, and less to one who overlaps with everybody (sd_i, the
 *   standard deviation of c_ir over reference listeners r, no smaller than s / 4). Medians are of the same source; a
 *   listener of a source that training hardly knew is compared with everybody's breadth, and with nobody's volume.
 * - z: embeddings; m_i = z_i . z~, where z~ is the mean embedding of the training listeners. Up to a constant,
 *   z_i . z_j - m_i - m_j is the product of the two after z~ is taken from both: near to the middle of everybody, one is
 *   near to many, which says little (centring against hubs, Suzuki et al. 2013). mu and sigma standardise it over
 *   random pairs; w is how much it counts.
 *
 * Symmetric and always finite. An artist's share of the overlap, x_ia x_ja / c_ij, is exact.
 */
export class PairScore implements Scorer {
  readonly name = 'pair score'
  readonly parameters: PairParameters
  readonly embedder: Embedder
  #referenceIndex: InvertedIndex | undefined

  constructor(parameters: PairParameters, embedder: Embedder) {
    this.parameters = parameters
    this.embedder = embedder
  }

  /** Fits on the rows of `training`, of which `statistics` were counted; what else its catalogue names changes nothing. */
  static fit(
    training: Corpus,
    statistics: ArtistStatistics,
    embedder: Embedder,
    { seed, embeddingWeight = usualWeight }: { readonly seed: number; readonly embeddingWeight?: number },
  ): PairScore {
    const vectors = overlapVectors(training, statistics)
    const breadths = breadthsOf(vectors)
    const volumes = rowNorms(vectors)
    const rowsOf = Map.groupBy(training.listeners.keys(), (row) => training.sources[row]!)
    const medians = new Map<string, SourceMedians>()
    for (const [source, rows] of rowsOf)
      if (rows.length >= leastOfSource)
        medians.set(source, {
          breadth: median(rows.map((row) => breadths[row]!)),
          volume: median(rows.map((row) => volumes[row]!)),
        })

    const drawn = shuffle(Uint32Array.from(training.listeners.keys()), random(seed, 0x9a1)).slice(0, referenceCount)
    const references = selectRows(knownColumns(normaliseRows(vectors), statistics, training.catalogue), drawn)
    const spreads = spreadsOf(references, new InvertedIndex(references), references.rows)
    const embeddings = embedder.embed(training)
    const centroid = centroidOf(embeddings, embedder.dimensions)
    const { mean, deviation } = closenessOf(embeddings, centroid, drawn)
    return new PairScore(
      {
        statistics,
        references,
        spread: median([...spreads]) || 1,
        medians,
        breadth: median([...breadths]) || 1,
        centroid,
        cosineMean: mean,
        cosineDeviation: deviation,
        embeddingWeight,
      },
      embedder,
    )
  }

  /** D: numbers in an embedding. */
  get dimensions(): number {
    return this.embedder.dimensions
  }

  /** Everything about the listeners of a corpus that their scores need. */
  rows(corpus: Corpus): PairRows {
    const { statistics, references, spread, medians, breadth } = this.parameters
    const vectors = overlapVectors(corpus, statistics)
    const overlap = normaliseRows(vectors)
    const known = knownColumns(overlap, statistics, corpus.catalogue)
    this.#referenceIndex ??= new InvertedIndex(references)
    const spreads = spreadsOf(known, this.#referenceIndex, references.rows)
    const breadths = breadthsOf(vectors)
    const volumes = rowNorms(vectors)
    const weights = Float64Array.from(corpus.listeners, (_, row) => {
      const typical = medians.get(corpus.sources[row]!)
      const wide = (breadths[row]! / (typical?.breadth || breadth)) ** 0.25
      const loud = typical?.volume ? (volumes[row]! / typical.volume) ** 0.2 : 1
      return (wide * loud) / (Math.max(spreads[row]!, spread / 4) / spread) ** 0.25
    })
    const embeddings = this.embedder.embed(corpus)
    return { overlap, weights, embeddings, centralities: this.centralities(embeddings) }
  }

  /** m: [rows], of embeddings [rows x D]. */
  centralities(embeddings: Float32Array): Float64Array {
    return dotsWith(embeddings, this.parameters.centroid)
  }

  /** M of row i of `a` and row j of `b`, whose corpora share one catalogue. */
  score(a: PairRows, i: number, b: PairRows, j: number): number {
    const { dimensions } = this
    let cosine = 0
    for (let d = 0; d < dimensions; d++) cosine += a.embeddings[i * dimensions + d]! * b.embeddings[j * dimensions + d]!
    const closeness = cosine - (a.centralities[i]! + b.centralities[j]!)
    return this.combine(a.weights[i]! * b.weights[j]!, rowDot(a.overlap, i, b.overlap, j), closeness)
  }

  prepare(queries: Corpus, candidates: Corpus): (q: number, out: Float32Array) => void {
    const a = this.rows(queries)
    const b = queries === candidates ? a : this.rows(candidates)
    const index = new InvertedIndex(b.overlap)
    const overlaps = new Float64Array(candidates.listeners.length)
    return (q, out) => {
      index.dots(a.overlap, q, overlaps)
      denseDots(a.embeddings, q, b.embeddings, this.dimensions, out)
      for (let c = 0; c < out.length; c++) {
        const closeness = out[c]! - (a.centralities[q]! + b.centralities[c]!)
        out[c] = this.combine(a.weights[q]! * b.weights[c]!, overlaps[c]!, closeness)
      }
    }
  }

  /** The overlap's part of M. */
  overlapPoints(a: PairRows, i: number, b: PairRows, j: number): number {
    return (a.weights[i]! * b.weights[j]! * rowDot(a.overlap, i, b.overlap, j)) / this.parameters.spread
  }

  /** The part of M that a closeness z_i . z_j - m_i - m_j makes. */
  closenessPoints(closeness: number): number {
    return (this.parameters.embeddingWeight * closeness) / this.parameters.cosineDeviation
  }

  /** What every pair has alike: M of a pair without overlap and with a closeness of 0. */
  get constant(): number {
    return -this.closenessPoints(this.parameters.cosineMean)
  }

  /** M from h_i h_j, c_ij and the closeness z_i . z_j - m_i - m_j. */
  combine(weight: number, overlap: number, closeness: number): number {
    const { spread, cosineMean, cosineDeviation, embeddingWeight } = this.parameters
    return (weight * overlap) / spread + (embeddingWeight * (closeness - cosineMean)) / cosineDeviation
  }
}

/**
 * Of each artist that row i of `a` and row j of `b` share, its share of their overlap: x_ia x_ja / c_ij, adding up to 1.
 * Empty where they don't overlap.
 */
export function overlapShares(a: PairRows, i: number, b: PairRows, j: number): ReadonlyMap<number, number> {
  const shares = new Map<number, number>()
  const overlap = rowDot(a.overlap, i, b.overlap, j)
  if (overlap > 0) forEachShared(a.overlap, i, b.overlap, j, (artist, x, y) => shares.set(artist, (x * y) / overlap))
  return shares
}

/** v = sqrt(n) idf^.75: [listeners x the catalogue's artists]. */
function overlapVectors(corpus: Corpus, statistics: ArtistStatistics): SparseRows {
  const weight = inverseDocumentFrequency(statistics, corpus.catalogue).map((idf) => idf ** 0.75)
  return mapValues(artistCounts(corpus), (count, artist) => Math.sqrt(count) * weight[artist]!)
}

/** exp(entropy of v / sum v): [listeners], 0 for an empty row. */
function breadthsOf(vectors: SparseRows): Float64Array {
  return rowSums(vectors).map((sum, row) => {
    if (!(sum > 0)) return 0
    let entropy = 0
    for (let i = vectors.offsets[row]!; i < vectors.offsets[row + 1]!; i++) {
      const share = vectors.values[i]! / sum
      if (share > 0) entropy -= share * Math.log(share)
    }
    return Math.exp(entropy)
  })
}

function knownColumns(rows: SparseRows, statistics: ArtistStatistics, catalogue: Catalogue): SparseRows {
  return selectColumns(rows, joinKeys(statistics.keys, catalogue.artists.keys), statistics.keys.length)
}

/**
 * [rows]: the standard deviation of each row's overlap with the references, the largest overlap left out: it is the
 * listener's own where the listener is a reference, and would tell who was trained on.
 */
function spreadsOf(rows: SparseRows, index: InvertedIndex, references: number): Float64Array {
  const overlaps = new Float64Array(references)
  return Float64Array.from({ length: rows.rows }, (_, row) => {
    index.dots(rows, row, overlaps)
    overlaps.sort()
    return deviationOf(overlaps.subarray(0, references - 1)).deviation
  })
}

/** [dimensions]: zeros of no rows. */
function centroidOf(embeddings: Float32Array, dimensions: number): Float32Array {
  const sum = new Float64Array(dimensions)
  for (let i = 0; i < embeddings.length; i++) sum[i % dimensions]! += embeddings[i]!
  const rows = embeddings.length / dimensions
  return Float32Array.from(sum, (value) => (rows > 0 ? value / rows : 0))
}

/** [rows]: of each row of A [rows x D] with v [D]. */
function dotsWith(a: Float32Array, v: Float32Array): Float64Array {
  const dimensions = v.length
  return Float64Array.from({ length: a.length / dimensions }, (_, row) => {
    let dot = 0
    for (let d = 0; d < dimensions; d++) dot += a[row * dimensions + d]! * v[d]!
    return dot
  })
}

/** Mean and deviation of z_i . z_j - m_i - m_j over all pairs of some rows. */
function closenessOf(embeddings: Float32Array, centroid: Float32Array, rows: Uint32Array) {
  const dimensions = centroid.length
  const drawn = new Float32Array(rows.length * dimensions)
  for (const [i, row] of rows.entries())
    drawn.set(embeddings.subarray(row * dimensions, (row + 1) * dimensions), i * dimensions)
  const centralities = dotsWith(drawn, centroid)
  const cosines = new Float32Array(rows.length)
  const pairs: number[] = []
  for (let i = 0; i < rows.length; i++) {
    denseDots(drawn, i, drawn, dimensions, cosines)
    for (let j = 0; j < i; j++) pairs.push(cosines[j]! - centralities[i]! - centralities[j]!)
  }
  const { mean, deviation } = deviationOf(Float64Array.from(pairs))
  return { mean, deviation: deviation > 1e-6 ? deviation : 1 }
}

function deviationOf(values: Float64Array): { mean: number; deviation: number } {
  if (values.length === 0) return { mean: 0, deviation: 0 }
  let sum = 0
  for (const value of values) sum += value
  const mean = sum / values.length
  let squares = 0
  for (const value of values) squares += (value - mean) ** 2
  return { mean, deviation: Math.sqrt(squares / values.length) }
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >> 1
  if (sorted.length === 0) return 0
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
