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
      const own = world.playlists(i)
      return Array.from({ length: playlists }, (_, place): SimulatedPlaylist => {
        const { name } = own[place % own.length]!
        const id = idOf(world.seed, 'playlist', i * slots + place)
        return { id, name: `${name} (${place})`, tracks: filled(world, i, place, tracks) }
      })
    },
  }
}

/** Tracks of the listener's playlists from a place on, and of the next listeners' when these have too few. */
function filled(world: World, i: number, place: number, size: number): SimulatedPlaylist['tracks'] {
  const tracks = new Map<string, SimulatedPlaylist['tracks'][number]>()
  for (let next = i; tracks.size < size; next = (next + 1) % world.listeners) {
    const playlists = world.playlists(next)
    for (let at = 0; at < playlists.length && tracks.size < size; at++)
      for (const track of playlists[(place + at) % playlists.length]!.tracks)
        if (tracks.size < size && !tracks.has(track.id)) tracks.set(track.id, track)
  }
  return [...tracks.values()]
}
