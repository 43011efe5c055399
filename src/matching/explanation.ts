import { modelledAudio } from '../features/corpus.ts'
import { type SharedSound, soundFeatures } from './answer.ts'
import type { Description } from './description/description.ts'
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
  /** Of either, the largest first. */
  readonly genresOfBoth: readonly SharedGenre[]
  /** `keyHash` of each track that both have. */
  readonly tracks: readonly number[]
  readonly differences: {
    /** Genres that take more of your plays than of theirs, largest difference first. */
    readonly yourGenres: readonly SharedGenre[]
    readonly theirGenres: readonly SharedGenre[]
    /** Artists of theirs that you don't have, most played first; absent unless they agreed to show them. */
    readonly theirArtists?: readonly string[]
  }
  /** Absent where the sound of either is unknown, or unless they agreed. */
  readonly sound?: readonly SharedSound[]
}

/** What is known of everybody, to tell what is rare from what is not. */
export interface Surroundings {
  /** Share of listeners who have the artist with this hash. */
  knownBy(artist: number): number
  /** Share of listeners who have the genre. */
  genreListeners(genre: string): number
  /** Half of the listeners lie below, for the feature at a place of `modelledAudio`; undefined where nobody's is known. */
  middle(feature: number): number | undefined
}

/** How many genres, or artists of the other's, an explanation names. */
const named = 5
/** How many genres of either. */
const namedOfBoth = 12
/** Smallest share of plays, or difference between two, that is worth a word. */
const worthAWord = 0.02

type Explained = Pick<Description, 'terms' | 'details'>

/** Explains matches of one listener. */
export class Explainer {
  readonly #mine: Explained
  readonly #around: Surroundings
  /** From an artist's hash to its place among mine. */
  readonly #artists: ReadonlyMap<number, number>
  readonly #tracks: ReadonlySet<number>
  readonly #genres: ReadonlyMap<string, number>
  readonly #plays: number

  constructor(mine: Explained, around: Surroundings) {
    this.#mine = mine
    this.#around = around
    this.#artists = new Map(Array.from(mine.terms.artists.hashes, (hash, i) => [hash, i]))
    this.#tracks = new Set(mine.details.tracks)
    this.#genres = new Map(mine.details.genres)
    this.#plays = sum(mine.details.counts)
  }

  /** @param showTracks whether the other agreed that more than what you share may be shown */
  explain(theirs: Explained, { showTracks }: { readonly showTracks: boolean }): Explanation {
    const artists = this.#sharedArtists(theirs)
    const genres = this.#genresOf(theirs)
    const shared = genres
      .filter(({ yours, theirs }) => Math.min(yours, theirs) >= worthAWord)
      .map((genre) => ({ genre, telling: Math.min(genre.yours, genre.theirs) * this.#telling(genre.genre) }))
      .sort((x, y) => y.telling - x.telling)
      .slice(0, named)
      .map(({ genre }) => genre)
    const sound = showTracks ? this.#sound(theirs) : []
    return {
      reason: reason(artists, shared),
      artists,
      genres: shared,
      genresOfBoth: genres.toSorted((x, y) => y.yours + y.theirs - (x.yours + x.theirs)).slice(0, namedOfBoth),
      tracks: [...theirs.details.tracks].filter((track) => this.#tracks.has(track)),
      differences: {
        yourGenres: largest(genres, ({ yours, theirs }) => yours - theirs),
        theirGenres: largest(genres, ({ yours, theirs }) => theirs - yours),
        ...(showTracks && { theirArtists: this.#artistsOfTheirs(theirs) }),
      },
      ...(sound.length > 0 && { sound }),
    }
  }

  #sharedArtists({ terms, details }: Explained): readonly SharedArtist[] {
    const { overlap: mine } = this.#mine.terms.artists
    const plays = sum(details.counts)
    const shared: (SharedArtist & { readonly product: number })[] = []
    for (const [theirs, hash] of terms.artists.hashes.entries()) {
      const yours = this.#artists.get(hash)
      if (yours === undefined) continue
      shared.push({
        name: this.#mine.details.names[yours]!,
        yours: this.#mine.details.counts[yours]! / this.#plays,
        theirs: details.counts[theirs]! / plays,
        weight: 0,
        product: mine[yours]! * terms.artists.overlap[theirs]!,
        knownBy: this.#around.knownBy(hash),
      })
    }
    const overlap = shared.reduce((total, { product }) => total + product, 0)
    return shared
      .map(({ product, ...artist }) => ({ ...artist, weight: overlap > 0 ? product / overlap : 0 }))
      .sort((x, y) => x.knownBy - y.knownBy || y.weight - x.weight)
  }

  /** Of either, in the order of their names. */
  #genresOf({ details }: Explained): readonly SharedGenre[] {
    const theirs = new Map(details.genres)
    return [...new Set([...this.#genres.keys(), ...theirs.keys()])]
      .sort()
      .map((genre) => ({ genre, yours: this.#genres.get(genre) ?? 0, theirs: theirs.get(genre) ?? 0 }))
  }

  /** A genre of nearly everybody tells little. */
  #telling(genre: string): number {
    return -Math.log(Math.max(1e-3, Math.min(0.999, this.#around.genreListeners(genre))))
  }

  #artistsOfTheirs({ terms, details }: Explained): readonly string[] {
    return [...terms.artists.hashes.keys()]
      .filter((artist) => !this.#artists.has(terms.artists.hashes[artist]!))
      .sort((x, y) => details.counts[y]! - details.counts[x]!)
      .slice(0, named)
      .map((artist) => details.names[artist]!)
  }

  #sound({ details }: Explained): readonly SharedSound[] {
    return soundFeatures.flatMap((feature) => {
      const f = modelledAudio.indexOf(feature)
      const [yours, theirs] = [this.#mine.details.sound[f]!, details.sound[f]!]
      const middle = this.#around.middle(f)
      return Number.isNaN(yours + theirs) || middle === undefined ? [] : [{ feature, yours, theirs, middle }]
    })
  }
}

function largest(genres: readonly SharedGenre[], difference: (genre: SharedGenre) => number): readonly SharedGenre[] {
  return genres
    .filter((genre) => difference(genre) >= worthAWord)
    .sort((x, y) => difference(y) - difference(x))
    .slice(0, named)
}

function sum(values: Float32Array): number {
  return values.reduce((total, value) => total + value, 0)
}
