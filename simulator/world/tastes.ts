import { artistNumber } from './artists.ts'
import { Chance, mixed } from './chance.ts'
import { familySize, genreTable, scenes } from './genres.ts'
import type { Shares } from './shares.ts'

/** One of a listener's communities. */
export interface Taste {
  readonly genre: number
  /** The scene of the genre that they like best. */
  readonly scene: number
  /** Their first community weighs most. */
  readonly weight: number
}

/** The artists a listener knows; both in the order of how dear they are. */
export interface Repertoire {
  /** One list for each of the listener's tastes. */
  readonly byTaste: readonly (readonly number[])[]
  /** All of them, among them what everybody knows. */
  readonly all: readonly number[]
}

/** Least and most weight of the first, second and third community. */
const weightRanges = [
  [60, 100],
  [25, 59],
  [10, 24],
] as const

/** How likely the ranks 2^k - 1 to 2^(k+1) - 2 of a scene are: a Zipf law (Zipf 1949) with a bent head and tail. */
const rankOctaves = [10, 12, 14, 14, 10, 7, 4, 3, 2, 1, 1, 1]
const chartOctaves = [0, 0, 1, 1, 1, 1, 1, 1, 1, 1]

export function tastesOf(seed: number, shares: Shares, sizes: readonly number[], listener: number): readonly Taste[] {
  const chance = new Chance(seed, 81, listener)
  const many = chance.weighted(shares.communities) + 1
  const tastes: Taste[] = []
  while (tastes.length < many) {
    const genre = tastes.length > 0 && chance.happens(400) ? relative(chance, tastes[0]!.genre) : chance.weighted(sizes)
    if (tastes.some((taste) => taste.genre === genre)) continue
    const [least, most] = weightRanges[tastes.length]!
    tastes.push({ genre, scene: chance.below(scenes.length), weight: chance.within(least, most) })
  }
  return tastes
}

export function repertoireOf(seed: number, tastes: readonly Taste[], listener: number): Repertoire {
  const chance = new Chance(seed, 82, listener)
  const size = chance.within(40, 240, 2)
  const mainstream = chance.within(30, 300)
  const weights = tastes.map((taste) => taste.weight)
  const byTaste = tastes.map(() => new Set<number>())
  const all = new Set<number>()
  for (let slot = 0; slot < size; slot++) {
    if (chance.happens(mainstream)) {
      all.add(chartArtist(seed, inOctaves(chance, chartOctaves)))
      continue
    }
    const which = chance.weighted(weights)
    const { genre, scene } = tastes[which]!
    const heard = chance.happens(850) ? scene : chance.below(scenes.length)
    const artist = artistNumber({ genre, scene: heard, rank: inOctaves(chance, rankOctaves) })
    byTaste[which]!.add(artist)
    all.add(artist)
  }
  return { byTaste: byTaste.map((artists) => [...artists]), all: [...all] }
}

/** Another genre of the same family. */
function relative(chance: Chance, genre: number): number {
  const first = genre - (genre % familySize)
  return first + ((genre - first + 1 + chance.below(familySize - 1)) % familySize)
}

/** The artist at a place of the charts: somebody at the top of some scene. */
function chartArtist(seed: number, place: number): number {
  return artistNumber({
    genre: mixed(seed, 83, place) % genreTable.length,
    scene: mixed(seed, 84, place) % scenes.length,
    rank: mixed(seed, 85, place) % 3,
  })
}

function inOctaves(chance: Chance, octaves: readonly number[]): number {
  const width = 1 << chance.weighted(octaves)
  return width - 1 + chance.below(width)
}
