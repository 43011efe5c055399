import type { Item } from '../taste/item.ts'
import type { Person } from './person.ts'
import type { PlaylistInfo } from './playlist-info.ts'
import type { ProfileReading, ReadingEvent } from './profile-reader.ts'
import type { ReadingReport } from './reading-report.ts'

/** A playlist as far as it was read. */
export interface CollectedPlaylist {
  readonly playlist: PlaylistInfo
  readonly items: readonly Item[]
  /**
   * `unchanged`: nothing was read, since its snapshot is the known one. `partly`: the rest failed. `left`: the rest, or
   * all of it, is left for another time, because enough was read.
   */
  readonly state: 'complete' | 'partly' | 'unchanged' | 'left'
}

export interface CollectedProfile {
  /** Absent when there is no such person, or when they may not be read. */
  readonly person?: Person
  readonly simulated: boolean
  /** In the order of the profile; those that could not be read at all are absent. */
  readonly playlists: readonly CollectedPlaylist[]
  readonly report: ReadingReport
}

export interface CollectOptions {
  /** Asked after each page; when it says so, the rest is left for another time. */
  readonly enough?: ((page: Extract<ReadingEvent, { kind: 'items' }>) => boolean | Promise<boolean>) | undefined
  /** Told what was read so far: when all playlists are listed, and after each of them. */
  readonly watch?: ((soFar: CollectedProfile) => void) | undefined
}

/**
 * Reads a profile into memory.
 * @throws SpotifyError as the reading does.
 */
export async function collectProfile(
  reading: ProfileReading,
  { enough, watch }: CollectOptions = {},
): Promise<CollectedProfile> {
  let person: Person | undefined
  let simulated = false
  const playlists = new Map<string, { playlist: PlaylistInfo; items: Item[]; state: CollectedPlaylist['state'] }>()
  const at = (playlist: PlaylistInfo) => {
    const kept = playlists.get(playlist.id) ?? { playlist, items: [], state: 'partly' }
    playlists.set(playlist.id, kept)
    return kept
  }
  const collected = (): CollectedProfile => {
    const inOrder = [...playlists.values()].sort((a, b) => a.playlist.place - b.playlist.place)
    return { ...(person && { person }), simulated, playlists: inOrder, report: reading.report() }
  }
  for await (const event of reading) {
    if (event.kind === 'person') {
      person = event.person
      simulated = event.simulated
    } else if (event.kind === 'items') {
      at(event.playlist).items.push(...event.items)
      if (await enough?.(event)) reading.leaveRest()
    } else if (event.kind === 'restarted') at(event.playlist).items = []
    else {
      if (event.kind !== 'listed') at(event.playlist).state = event.kind
      watch?.(collected())
    }
  }
  return collected()
}
