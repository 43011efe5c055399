import { mixed } from '../world/chance.ts'
import { numberOf } from '../world/ids.ts'
import type { SimulatedTrack, World } from '../world/world.ts'

/** A track that somebody plays. */
export interface Played {
  readonly track: SimulatedTrack
  readonly plays: number
  readonly loved: boolean
}

/** One play. */
export interface Listen {
  readonly track: SimulatedTrack
  /** Seconds since 1970. */
  readonly at: number
}

/** Two years before this everybody began to play. */
const until = Date.UTC(2026, 10, 1) / 1000
const span = 2 * 365 * 86_400

/** What listener `i` plays: the tracks of their playlists, some of them much more often than others; most played first. */
export function playedBy(world: World, i: number): readonly Played[] {
  const ids = new Set(world.playlists(i).flatMap(({ tracks }) => tracks.map(({ id }) => id)))
  return [...ids]
    .map((id) => {
      const number = numberOf(world.seed, 'track', id)!
      const chance = mixed(world.seed, 271, i, number) % 1000
      const plays = chance < 50 ? 60 + (chance % 40) : 3 + (chance % 14)
      return { track: world.track(id)!, plays, loved: mixed(world.seed, 272, i, number) % 12 === 0 }
    })
    .sort((a, b) => b.plays - a.plays || (a.track.id < b.track.id ? -1 : 1))
}

/** Whoever reads somebody's listens asks for page after page. */
let latest: { readonly world: World; readonly i: number; readonly listens: readonly Listen[] } | undefined

/** Every play of listener `i`, the newest first; some fall into the same second. */
export function listensOf(world: World, i: number): readonly Listen[] {
  if (latest?.world !== world || latest.i !== i) latest = { world, i, listens: madeListens(world, i) }
  return latest.listens
}

function madeListens(world: World, i: number): readonly Listen[] {
  return playedBy(world, i)
    .flatMap(({ track, plays }) => {
      const number = numberOf(world.seed, 'track', track.id)!
      return Array.from({ length: plays }, (_, nth) => {
        const ago = mixed(world.seed, 273, i, number, nth) % span
        // Imported plays come by the minute.
        return { track, at: until - (nth % 4 === 0 ? ago - (ago % 3600) : ago) }
      })
    })
    .sort((a, b) => b.at - a.at || (a.track.id < b.track.id ? -1 : 1))
}
