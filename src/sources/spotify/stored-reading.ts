import type { CollectedPlaylist, KnownPerson } from '../../spotify/index.ts'
import { profileLink } from '../../spotify/index.ts'
import type { Item } from '../../taste/item.ts'
import type { ReadingNotes } from './reading-notes.ts'

/** A profile as it is stored: its items in their order, with the names of their playlists. */
export interface StoredItems {
  readonly name?: string
  readonly items: readonly Item[]
}

/** The last reading, put together from what is remembered and what is stored. */
export interface LastReading {
  readonly person: KnownPerson
  /** What each playlist contributed, by its id. */
  readonly items: ReadonlyMap<string, readonly Item[]>
}

/**
 * Undefined when the two don't fit: then the profile is to be read from the beginning.
 * @param who the person, and whether it is the one who is signed in now.
 */
export function lastReading(
  { id, isSignedIn }: Pick<KnownPerson, 'id' | 'isSignedIn'>,
  notes: ReadingNotes,
  stored: StoredItems,
): LastReading | undefined {
  const rest = byPlaylist(stored.items)
  const items = new Map<string, readonly Item[]>()
  for (const playlist of notes.playlists) {
    const { entries, stored: place } = playlist
    const taken = place === undefined ? [] : (rest[place]?.splice(0, entries) ?? [])
    if (taken.length !== entries) return undefined
    items.set(playlist.id, taken)
  }
  if (rest.some((left) => left.length > 0)) return undefined
  const snapshots = new Map(
    notes.playlists.flatMap(({ id, snapshot }) => (snapshot === undefined ? [] : [[id, snapshot] as const])),
  )
  const left = new Set(notes.playlists.flatMap(({ id, begun }) => (begun ? id : [])))
  const { name } = stored
  return { person: { id, ...(name && { name }), url: profileLink(id).url, isSignedIn, snapshots, left }, items }
}

/** All items of a reading, those of unchanged playlists from the last one, under the names that the playlists have now. */
export function itemsOf(playlists: readonly CollectedPlaylist[], last: LastReading | undefined): readonly Item[] {
  return playlists.flatMap((collected) => itemsOfOne(collected, last))
}

function itemsOfOne({ playlist, items, state }: CollectedPlaylist, last: LastReading | undefined): readonly Item[] {
  const isLeftAsBefore =
    state === 'left' && items.length === 0 && playlist.snapshotId === last?.person.snapshots.get(playlist.id)
  const isFormer = state === 'unchanged' || isLeftAsBefore
  if (!isFormer) return items
  const former = last?.items.get(playlist.id) ?? []
  return former.map(({ playlist: _, ...item }) => ({ ...item, ...(playlist.name && { playlist: playlist.name }) }))
}

/** What to note of a reading whose items are stored. */
export function notesOf(playlists: readonly CollectedPlaylist[], last: LastReading | undefined): ReadingNotes {
  const names = new Map<string, number>()
  return {
    playlists: playlists.map((collected) => {
      const { playlist, state } = collected
      const entries = itemsOfOne(collected, last).length
      if (entries > 0 && !names.has(playlist.name)) names.set(playlist.name, names.size)
      return {
        id: playlist.id,
        ...(state !== 'partly' && playlist.snapshotId !== undefined && { snapshot: playlist.snapshotId }),
        ...(state === 'left' && { begun: true }),
        ...(entries > 0 && { stored: names.get(playlist.name)! }),
        entries,
      }
    }),
  }
}

/** Items of each playlist name, in the order in which the names first come. */
function byPlaylist(items: readonly Item[]): Item[][] {
  const playlists = new Map<string | undefined, Item[]>()
  for (const item of items) {
    const same = playlists.get(item.playlist)
    if (same) same.push(item)
    else playlists.set(item.playlist, [item])
  }
  return [...playlists.values()]
}
