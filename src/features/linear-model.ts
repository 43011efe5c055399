import { type ArtistStatistics, countArtists, inverseDocumentFrequency, joinArtists } from './artist-statistics.ts'
import { artistCounts, genreBags, tfIdf } from './bags.ts'
import type { Catalogue, Corpus } from './corpus.ts'
import { randomisedSvd } from './randomised-svd.ts'
import { type SparseRows, selectColumns, timesDense, transpose } from './sparse-rows.ts'

/** Fitted parameters of the linear model. */
export interface LinearParameters {
  readonly statistics: ArtistStatistics
  readonly dimensions: number
  /** [statistics.keys x dimensions]: right singular vectors of the training listeners' TF-IDF. */
  readonly projection: Float32Array
  /** Genres of the training listeners' artists, in byte order. */
  readonly genres: readonly string[]
  /** [genres x dimensions]: where a genre's artists lie. */
  readonly genreProjection: Float32Array
}

/**
 * Latent semantic analysis (Deerwester et al. 1990) of listeners: a listener is the unit row of TF-IDF over artists,
 * log1p(n) idf, seen along the training matrix's leading right singular vectors, and scaled to unit length again.
 *
 * An artist that training never saw has no direction and contributes nothing. A listener of whom every artist is
 * unknown is placed by genre instead: in the mean direction of the listener's genres, each genre lying where its known
 * artists lie. Who has no known genre either is a row of zeros, as close to one listener as to another.
 */
export class LinearModel {
  readonly parameters: LinearParameters

  constructor(parameters: LinearParameters) {
    this.parameters = parameters
  }

  /** Fits on the rows of `training`; what else its catalogue names changes nothing. */
  static fit(training: Corpus, options: { readonly seed: number; readonly dimensions?: number }): LinearModel {
    const { catalogue } = training
    const counts = artistCounts(training)
    const statistics = countArtists(catalogue, counts)
    const weights = tfIdf(counts, inverseDocumentFrequency(statistics, catalogue))
    const known = selectColumns(weights, joinArtists(statistics.keys, catalogue), statistics.keys.length)
    const { dimensions, right } = randomisedSvd(known, options.dimensions ?? 64, options)
    const projection = Float32Array.from(right)
    return new LinearModel({ statistics, dimensions, projection, ...fitGenres(catalogue, statistics, projection) })
  }

  get dimensions(): number {
    return this.parameters.dimensions
  }

  /** [listeners x artists]: unit rows of TF-IDF, artists unknown to training included with df = 0. */
  tfIdf(corpus: Corpus): SparseRows {
    return tfIdf(artistCounts(corpus), inverseDocumentFrequency(this.parameters.statistics, corpus.catalogue))
  }

  /** [listeners x dimensions]: rows of unit length, or of zeros where nothing about a listener is known. */
  embed(corpus: Corpus): Float32Array {
    const { statistics, dimensions, projection, genres, genreProjection } = this.parameters
    const { catalogue } = corpus
    const artists = selectColumns(this.tfIdf(corpus), joinArtists(statistics.keys, catalogue), statistics.keys.length)
    const byArtist = timesDense(artists, projection, dimensions)
    const genreRow = new Map(genres.map((genre, row) => [genre, row]))
    const genreTarget = Int32Array.from(catalogue.artists.genres, (genre) => genreRow.get(genre) ?? -1)
    const bags = genreBags(artistCounts(corpus), catalogue.artists.genreRows)
    const byGenre = timesDense(selectColumns(bags, genreTarget, genres.length), genreProjection, dimensions)

    const embeddings = new Float32Array(byArtist.length)
    for (let from = 0; from < byArtist.length; from += dimensions) {
      const length = rowLength(byArtist, from, dimensions)
      const source = length > 0 ? byArtist : byGenre
      const scale = length || rowLength(byGenre, from, dimensions) || 1
      for (let d = from; d < from + dimensions; d++) embeddings[d] = source[d]! / scale
    }
    return embeddings
  }
}

/** Every genre at the mean of its artists' directions, an artist weighing by how much of it the genre is. */
function fitGenres(catalogue: Catalogue, statistics: ArtistStatistics, projection: Float32Array) {
  const dimensions = statistics.keys.length ? projection.length / statistics.keys.length : 0
  const known = transpose(
    selectColumns(
      transpose(catalogue.artists.genreRows),
      joinArtists(statistics.keys, catalogue),
      statistics.keys.length,
    ),
  )
  const byGenre = transpose(known)
  const used = [...Array(byGenre.rows).keys()].filter((genre) => byGenre.offsets[genre]! < byGenre.offsets[genre + 1]!)
  const sums = timesDense(byGenre, projection, dimensions)
  const genreProjection = new Float32Array(used.length * dimensions)
  for (const [row, genre] of used.entries())
    for (let d = 0; d < dimensions; d++) genreProjection[row * dimensions + d] = sums[genre * dimensions + d]!
  return { genres: used.map((genre) => catalogue.artists.genres[genre]!), genreProjection }
}

function rowLength(rows: Float64Array, from: number, dimensions: number): number {
  let squares = 0
  for (let d = from; d < from + dimensions; d++) squares += rows[d]! * rows[d]!
  return Math.sqrt(squares)
}
