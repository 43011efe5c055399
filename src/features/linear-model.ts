import type { ArtistKey } from '../taste/artist.ts'
import { type ArtistStatistics, countArtists, inverseDocumentFrequency, joinKeys } from './artist-statistics.ts'
import { artistCounts, tfIdf } from './bags.ts'
import type { Catalogue, Corpus } from './corpus.ts'
import { randomisedSvd } from './randomised-svd.ts'
import { ridge } from './ridge.ts'
import {
  mapValues,
  multiply,
  normaliseRows,
  rowNorms,
  type SparseRows,
  SparseRowsBuilder,
  scaleRows,
  selectColumns,
  selectRows,
  timesDense,
} from './sparse-rows.ts'

/** Fitted parameters of the linear model. */
export interface LinearParameters {
  /** Of the A artists of training listeners. */
  readonly statistics: ArtistStatistics
  readonly dimensions: number
  /** V: [A x dimensions], right singular vectors of the training listeners' TF-IDF. */
  readonly projection: Float32Array
  /** The G genres of the training listeners' artists, in byte order. */
  readonly genres: readonly string[]
  /** B: [G x dimensions], from genre bags to where their listeners lie. */
  readonly genreProjection: Float32Array
}

/**
 * How much artists that training never saw count, placed by genre, against artists it saw. On listeners with up to
 * half of their artists hidden from training it found as many other halves as larger weights did, and it costs nothing where few
 */
const unknownWeight = 0.25

/** More training listeners than this don't make genres better known, only the fit slower. */
const mostForGenres = 20_000

/**
 * Latent semantic analysis (Deerwester et al. 1990) of listeners: a listener is the unit row x of TF-IDF over artists,
 * log1p(n) idf, seen along the training matrix's leading right singular vectors, and scaled to unit length again.
 *
 * An artist that training never saw has no row in V. With x = x_known + x_unknown, such artists are placed by genre
 * instead: z = x_known V + .25 |x_unknown| g B, where g is the unit genre bag of x_unknown, and B maps the genre bags of
 * training listeners to their x V by ridge regression. Who has no known artist and no known genre is a row of zeros,
 * as close to one listener as to another.
 */
export class LinearModel {
  readonly parameters: LinearParameters
  #projection: Float64Array | undefined
  #genreProjection: Float64Array | undefined

  constructor(parameters: LinearParameters) {
    this.parameters = parameters
  }

  /** Fits on the rows of `training`; what else its catalogue names changes nothing. */
  static fit(training: Corpus, options: { readonly seed: number; readonly dimensions?: number }): LinearModel {
    const { catalogue } = training
    const counts = artistCounts(training)
    const statistics = countArtists(catalogue, counts)
    const weights = tfIdf(counts, inverseDocumentFrequency(statistics, catalogue))
    const known = selectArtists(weights, statistics.keys, catalogue)
    const { dimensions, right } = randomisedSvd(known, options.dimensions ?? 64, options)

    const bags = multiply(weights, catalogue.artists.genreRows)
    const used = new Set(bags.indices)
    const genres = catalogue.artists.genres.filter((_, genre) => used.has(genre))
    const genreBags = normaliseRows(selectGenres(bags, genres, catalogue))
    const some = evenly(training.listeners.length, mostForGenres)
    const places = timesDense(selectRows(known, some), right, dimensions)
    const genreProjection = ridge(selectRows(genreBags, some), places, dimensions)
    return new LinearModel({
      statistics,
      dimensions,
      projection: Float32Array.from(right),
      genres,
      genreProjection: Float32Array.from(genreProjection),
    })
  }

  get dimensions(): number {
    return this.parameters.dimensions
  }

  /** x: [listeners x artists], unit rows of TF-IDF; artists unknown to training have df = 0. */
  tfIdf(corpus: Corpus): SparseRows {
    return tfIdf(artistCounts(corpus), inverseDocumentFrequency(this.parameters.statistics, corpus.catalogue))
  }

  /** x V: [listeners x dimensions], unit rows by known artists alone, or zeros without any. */
  project(corpus: Corpus): Float32Array {
    return unitRows(this.#byArtist(corpus, this.tfIdf(corpus)), this.dimensions)
  }

  /** z: [listeners x dimensions], unit rows, or zeros where neither an artist nor a genre is known. */
  embed(corpus: Corpus): Float32Array {
    const { statistics, dimensions, genres, genreProjection } = this.parameters
    const { catalogue } = corpus
    const weights = this.tfIdf(corpus)
    const embeddings = this.#byArtist(corpus, weights)

    const rowOf = joinKeys(statistics.keys, catalogue.artists.keys)
    const unknown = mapValues(weights, (weight, artist) => (rowOf[artist]! < 0 ? weight : 0))
    const bags = normaliseRows(selectGenres(multiply(unknown, catalogue.artists.genreRows), genres, catalogue))
    this.#genreProjection ??= Float64Array.from(genreProjection)
    const byGenre = timesDense(scaleRows(bags, rowNorms(unknown)), this.#genreProjection, dimensions)
    for (let i = 0; i < embeddings.length; i++) embeddings[i]! += unknownWeight * byGenre[i]!
    return unitRows(embeddings, dimensions)
  }

  /** [items x dimensions]: an item lies where a listener of nothing else would. */
  embedItems(catalogue: Catalogue, items: ArrayLike<number>): Float32Array {
    const counts = new SparseRowsBuilder(catalogue.items.keys.length)
    for (let i = 0; i < items.length; i++) {
      counts.add(items[i]!, 1)
      counts.endRow()
    }
    const listeners = Array.from(items, (item) => catalogue.items.keys[item]!)
    const nobody = new Uint32Array()
    const tagged = { offsets: new Uint32Array(items.length + 1), artists: nobody, tags: nobody }
    return this.embed({ catalogue, listeners, sources: listeners, counts: counts.build(), tagged })
  }

  #byArtist(corpus: Corpus, weights: SparseRows): Float64Array {
    const { statistics, dimensions, projection } = this.parameters
    this.#projection ??= Float64Array.from(projection)
    return timesDense(selectArtists(weights, statistics.keys, corpus.catalogue), this.#projection, dimensions)
  }
}

/** At most `most` of the numbers 0 to count - 1, spread evenly. */
function evenly(count: number, most: number): Uint32Array {
  const length = Math.min(count, most)
  return Uint32Array.from({ length }, (_, i) => Math.floor((i * count) / length))
}

/** From the catalogue's artists to those of `keys`. */
function selectArtists(rows: SparseRows, keys: readonly ArtistKey[], catalogue: Catalogue): SparseRows {
  return selectColumns(rows, joinKeys(keys, catalogue.artists.keys), keys.length)
}

/** From the catalogue's genres to `genres`. */
function selectGenres(rows: SparseRows, genres: readonly string[], catalogue: Catalogue): SparseRows {
  return selectColumns(rows, joinKeys(genres, catalogue.artists.genres), genres.length)
}

function unitRows(rows: Float64Array, dimensions: number): Float32Array {
  const units = new Float32Array(rows.length)
  for (let from = 0; from < rows.length; from += dimensions) {
    let squares = 0
    for (let d = from; d < from + dimensions; d++) squares += rows[d]! * rows[d]!
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0
    for (let d = from; d < from + dimensions; d++) units[d] = rows[d]! * scale
  }
  return units
}
