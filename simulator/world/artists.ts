import { artistName } from './artist-names.ts'
import { isOneOf, mixed } from './chance.ts'
import { familySize, genreTable, scenes } from './genres.ts'
import type { Shares } from './shares.ts'

/** Where an artist stands: in a genre, in one of its scenes, and how famous there (0 is the most famous). */
export interface Standing {
  readonly genre: number
  readonly scene: number
  readonly rank: number
}

/** Ranks in a scene. Most of them are so unlikely that they exist only once somebody has them. */
export const ranks = 1 << 14
const genreSlots = 64

/** One number, below 2^23, for each artist. */
export function artistNumber({ genre, scene, rank }: Standing): number {
  return (rank * genreSlots + genre) * scenes.length + scene
}

export function standing(artist: number): Standing {
  const genre = Math.floor(artist / scenes.length)
  return { scene: artist % scenes.length, genre: genre % genreSlots, rank: Math.floor(genre / genreSlots) }
}

/** The artist's name; a homonym bears that of somebody famous in another genre. */
export function nameOfArtist(seed: number, shares: Shares, artist: number): string {
  if (!isOneOf(shares.homonyms, seed, 41, artist)) return artistName(seed, artist)
  const famous = { genre: mixed(seed, 42, artist) % genreTable.length, scene: artist % scenes.length, rank: artist % 4 }
  return artistName(seed, artistNumber(famous))
}

/** Lower case, most telling first; undefined where nobody knows them. */
export function genresOfArtist(seed: number, shares: Shares, artist: number): readonly string[] | undefined {
  if (isOneOf(shares.withoutGenres, seed, 43, artist)) return undefined
  const { genre, scene } = standing(artist)
  const { name, family } = genreTable[genre]!
  const genres = [name]
  if (isOneOf(600, seed, 44, artist)) genres.push(`${scenes[scene]} ${name}`)
  if (isOneOf(400, seed, 45, artist) && family !== name) genres.push(family)
  if (isOneOf(150, seed, 46, artist)) {
    const first = genre - (genre % familySize)
    const neighbour = genreTable[first + (mixed(seed, 47, artist) % familySize)]!.name
    if (neighbour !== name) genres.push(neighbour)
  }
  return genres
}
