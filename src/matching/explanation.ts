import { type ArtistStatistics, shareOfListeners } from '../features/artist-statistics.ts'
import { artistCounts } from '../features/bags.ts'
import type { Catalogue, Corpus } from '../features/corpus.ts'
import { columnCounts, forEachShared, multiply, rowSums, type SparseRows, scaleRows } from '../features/sparse-rows.ts'
import type { TrackKey } from '../taste/track.ts'
import { overlapShares, type PairRows } from './pair-score.ts'
import { reason } from './words.ts'

export interface SharedArtist {
  readonly name: string
  /** Share of your plays, 0 to 1. */
  readonly yours: number
  /** Share of their plays. */
  readonly theirs: number
  /** Share of what your artists have in common; adds up to 1 over all shared artists. */
  readonly weight: number
  /** Share of listeners who have the artist: here, or among those that the model was trained on if it is larger. */
  readonly knownBy: number
}

export interface SharedGenre {
  readonly genre: string
  /** Share of your plays whose genre is known. */
  readonly yours: number
  readonly theirs: number
}

/** Why two listeners match. Holds of the other's taste what both share, and more only if they agreed. */
export interface Explanation {
  /** One plain sentence. */
  readonly reason: string
  /** All of them, rarest first. */
  readonly artists: readonly SharedArtist[]
  /** The most telling first. */
  readonly genres: readonly SharedGenre[]
  /** Tracks that both have, rarest first. */
  readonly tracks: readonly TrackKey[]
  readonly differences: {
    /** Genres that take more of your plays than of theirs, largest difference first. */
    readonly yourGenres: readonly SharedGenre[]
    readonly theirGenres: readonly SharedGenre[]
    /** Artists of theirs that you don't have, most played first; absent unless they agreed to show them. */
    readonly theirArtists?: readonly string[]
  }
}

/** How many genres, or artists of the other's, an explanation names. */
const named = 5
/** Smallest share of plays, or difference between two, that is worth a word. */
const worthAWord = 0.02

/** Explains matches of one listener among many. */
export class Explainer {
  readonly #mine: Side
  readonly #others: Side
  /** [artists]. */
  readonly #knownBy: Float64Array
  /** [genres]: idf among the others; a genre of nearly everybody tells little. */
  readonly #genreWeight: Float64Array
  /** [items]: how many of the others have the item. */
  readonly #itemListeners: Uint32Array

  /**
   * @param mine a corpus of one listener, with its rows of the pair score
   * @param others the candidates, on the same catalogue
   */
  constructor(mine: CorpusRows, others: CorpusRows, statistics: ArtistStatistics) {
    this.#mine = new Side(mine)
    this.#others = new Side(others)
    const listeners = others.corpus.listeners.length
    const here = columnCounts(this.#others.artists)
    this.#knownBy = shareOfListeners(statistics, mine.corpus.catalogue).map((share, artist) =>
      Math.max(share, here[artist]! / listeners),
    )
    const idf = (df: number) => Math.log((1 + listeners) / (1 + df))
    this.#genreWeight = Float64Array.from(columnCounts(this.#others.genres), idf)
    this.#itemListeners = columnCounts(others.corpus.counts)
  }

  /** @param showTracks whether the listener in this row agreed that more than what you share may be shown */
  explain(row: number, { showTracks }: { readonly showTracks: boolean }): Explanation {
    const artists = this.#sharedArtists(row)
    const genres = this.#genresOf(row)
    const shared = genres
      .map((genre, g) => ({ ...genre, telling: Math.min(genre.yours, genre.theirs) * this.#genreWeight[g]! }))
      .filter(({ yours, theirs }) => Math.min(yours, theirs) >= worthAWord)
      .sort((x, y) => y.telling - x.telling)
      .slice(0, named)
      .map(({ genre, yours, theirs }) => ({ genre, yours, theirs }))
    return {
      reason: reason(artists, shared),
      artists,
      genres: shared,
      tracks: this.#sharedTracks(row),
      differences: {
        yourGenres: largest(genres, ({ yours, theirs }) => yours - theirs),
        theirGenres: largest(genres, ({ yours, theirs }) => theirs - yours),
        ...(showTracks && { theirArtists: this.#artistsOfTheirs(row) }),
      },
    }
  }

  #sharedArtists(row: number): readonly SharedArtist[] {
    const { names } = this.#mine.catalogue.artists
    const weights = overlapShares(this.#mine.rows, 0, this.#others.rows, row)
    const shared: SharedArtist[] = []
    forEachShared(this.#mine.artists, 0, this.#others.artists, row, (artist, yours, theirs) => {
      const knownBy = this.#knownBy[artist]!
      shared.push({ name: names[artist]!, yours, theirs, weight: weights.get(artist) ?? 0, knownBy })
    })
    return shared.sort((x, y) => x.knownBy - y.knownBy || y.weight - x.weight)
  }

  /** By genre of the catalogue. */
  #genresOf(row: number): readonly SharedGenre[] {
    const yours = denseRow(this.#mine.genres, 0)
    const theirs = denseRow(this.#others.genres, row)
    const { genres } = this.#mine.catalogue.artists
    return genres.map((genre, g) => ({ genre, yours: yours[g]!, theirs: theirs[g]! }))
  }

  #sharedTracks(row: number): readonly TrackKey[] {
    const shared: number[] = []
    forEachShared(this.#mine.corpus.counts, 0, this.#others.corpus.counts, row, (item) => shared.push(item))
    return shared
      .sort((x, y) => this.#itemListeners[x]! - this.#itemListeners[y]!)
      .map((item) => this.#mine.catalogue.items.tracks[item])
      .filter((track) => track !== undefined)
  }

  #artistsOfTheirs(row: number): readonly string[] {
    const mine = denseRow(this.#mine.artists, 0)
    const theirs = denseRow(this.#others.artists, row)
    return [...theirs.keys()]
      .filter((artist) => theirs[artist]! > 0 && mine[artist] === 0)
      .sort((x, y) => theirs[y]! - theirs[x]!)
      .slice(0, named)
      .map((artist) => this.#mine.catalogue.artists.names[artist]!)
  }
}

export interface CorpusRows {
  readonly corpus: Corpus
  readonly rows: PairRows
}

class Side {
  readonly corpus: Corpus
  readonly rows: PairRows
  /** [listeners x artists]: shares of plays. */
  readonly artists: SparseRows
  /** [listeners x genres]: shares of the plays whose genre is known. */
  readonly genres: SparseRows

  constructor({ corpus, rows }: CorpusRows) {
    const counts = artistCounts(corpus)
    this.corpus = corpus
    this.rows = rows
    this.artists = shares(counts)
    this.genres = shares(multiply(counts, corpus.catalogue.artists.genreRows))
  }

  get catalogue(): Catalogue {
    return this.corpus.catalogue
  }
}

/** Rows that sum to 1; a row of zeros stays one. */
function shares(rows: SparseRows): SparseRows {
  return scaleRows(
    rows,
    rowSums(rows).map((sum) => (sum > 0 ? 1 / sum : 0)),
  )
}

function denseRow(rows: SparseRows, row: number): Float64Array {
  const dense = new Float64Array(rows.columns)
  for (let i = rows.offsets[row]!; i < rows.offsets[row + 1]!; i++) dense[rows.indices[i]!] = rows.values[i]!
  return dense
}

function largest(genres: readonly SharedGenre[], difference: (genre: SharedGenre) => number): readonly SharedGenre[] {
  return genres
    .filter((genre) => difference(genre) >= worthAWord)
    .sort((x, y) => difference(y) - difference(x))
    .slice(0, named)
}
