import { Chance } from './chance.ts'
import { genreTable } from './genres.ts'
import type { Repertoire, Taste } from './tastes.ts'
import { playlistTitle } from './titles.ts'
import { trackCount, trackNumber } from './tracks.ts'

/** A playlist by numbers. */
export interface Mix {
  readonly title: string
  readonly tracks: readonly { readonly track: number; readonly addedAt: number }[]
}

/** 2026-01-01T00:00:00Z: nothing in the world is newer. */
const newest = 1_767_225_600
const day = 86_400
/** A theme with fewer artists is no playlist of its own. */
const leastArtists = 4

/** How many playlists `mixesOf` makes. */
export function mixCount(seed: number, listener: number): number {
  return countOf(chanceOf(seed, listener))
}

function chanceOf(seed: number, listener: number): Chance {
  return new Chance(seed, 91, listener)
}

function countOf(chance: Chance): number {
  return chance.within(3, 12, 4)
}

/** A listener's three to twelve playlists, 15 to 80 tracks each: most have one of their tastes as theme. */
export function mixesOf(
  seed: number,
  tastes: readonly Taste[],
  repertoire: Repertoire,
  listener: number,
): readonly Mix[] {
  const chance = chanceOf(seed, listener)
  const titles = new Set<string>()
  return Array.from({ length: countOf(chance) }, () => {
    const taste = chance.happens(700) ? chance.weighted(tastes.map((one) => one.weight)) : undefined
    const own = taste === undefined ? [] : repertoire.byTaste[taste]!
    const themed = taste !== undefined && own.length >= leastArtists
    const title = distinct(titles, playlistTitle(chance, themed ? genreTable[tastes[taste]!.genre]!.name : undefined))
    return { title, tracks: filled(seed, chance, themed ? own : repertoire.all) }
  })
}

/** Distinct tracks, mostly the dearest artists' best-known ones. */
function filled(seed: number, chance: Chance, artists: readonly number[]): Mix['tracks'] {
  const size = chance.within(15, Math.min(80, artists.length * 8), 4)
  let addedAt = newest - 250 * day - chance.below(1500 * day)
  const tracks = new Map<number, number>()
  for (let draw = 0; tracks.size < size; draw++) {
    const artist = artists[chance.within(0, artists.length - 1, 2)]!
    const known = draw < 3 * size ? chance.within(1, trackCount(seed, artist), 4) : trackCount(seed, artist)
    const track = trackNumber(artist, chance.below(known))
    if (tracks.has(track)) continue
    addedAt += chance.below(3 * day)
    tracks.set(track, addedAt)
  }
  return [...tracks].map(([track, added]) => ({ track, addedAt: added }))
}

function distinct(taken: Set<string>, title: string): string {
  let name = title
  for (let copy = 2; taken.has(name); copy++) name = `${title} ${copy}`
  taken.add(name)
  return name
}
