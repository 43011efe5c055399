import { idOf } from './ids.ts'
import type { SimulatedPlaylist, World } from './world.ts'

/** How much each listener of a uniform world has. */
export interface Shape {
  /** At most 15. */
  readonly playlists: number
  /** In each playlist, no track twice. */
  readonly tracks: number
}

/** As many playlists as the world's numbering leaves to a listener. */
const slots = 16

/**
 * The same listeners with the same taste, each with equally many playlists of equally many tracks and without friends:
 * for benchmarks, whose work must be the same for each listener.
 */
export function uniform(world: World, { playlists, tracks }: Shape): World {
  return {
    ...world,
    friends: () => [],
    playlists: (i) => {
      const pool = poolOf(world, i, tracks)
      const own = world.playlists(i)
      return Array.from({ length: playlists }, (_, place): SimulatedPlaylist => {
        const { name } = own[place % own.length]!
        const id = idOf(world.seed, 'playlist', i * slots + place)
        const from = Math.floor((place * pool.length) / playlists)
        return { id, name: `${name} (${place})`, tracks: [...pool.slice(from), ...pool].slice(0, tracks) }
      })
    },
  }
}

/** The listener's distinct tracks, and the next listeners' when these are too few for one playlist. */
function poolOf(world: World, i: number, least: number): SimulatedPlaylist['tracks'] {
  const tracks = new Map<string, SimulatedPlaylist['tracks'][number]>()
  for (let next = i; tracks.size < least; next = (next + 1) % world.listeners)
    for (const playlist of world.playlists(next))
      for (const track of playlist.tracks) if (!tracks.has(track.id)) tracks.set(track.id, track)
  return [...tracks.values()]
}
