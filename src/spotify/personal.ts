import { createHash } from 'node:crypto'
import type { Item } from '../taste/item.ts'
import type { SpotifyClient } from './client.ts'
import type { CollectedPlaylist } from './collected-profile.ts'
import { Duplicates } from './duplicates.ts'
import { readEntry, readTrack } from './entry.ts'
import { SpotifyError } from './errors.ts'
import { isCatalogueId } from './link.ts'
import { PageCursor, pageSize } from './pages.ts'
import type { PlaylistInfo } from './playlist-info.ts'
import { asFields, asList, asText } from './shape.ts'

/** What a person who is signed in keeps beside playlists. */
export interface PersonalReading {
  /** Saved songs, top tracks and top artists, as if they were playlists of their own. */
  readonly playlists: readonly CollectedPlaylist[]
  readonly sentences: readonly string[]
}

interface PersonalOptions {
  /** Of the last reading, by id. */
  readonly snapshots?: ReadonlyMap<string, string> | undefined
  readonly signal?: AbortSignal | undefined
}

/** Ids that no playlist has. */
const ids = { saved: 'saved', tracks: 'top-tracks', artists: 'top-artists' } as const
const names = { saved: 'Liked Songs', tracks: 'Top tracks', artists: 'Top artists' } as const
/** Pages of saved songs that are read, the newest ones. */
const mostPages = 40
/** The last four weeks, half a year, and about a year. */
const ranges = ['short_term', 'medium_term', 'long_term'] as const
/** Beside all playlists of a profile. */
const behind = 1_000_000

/**
 * Reads the saved songs (newest first, 2,000 at most), top tracks and top artists of the person who is signed in: six
 * requests for the top lists, one for 50 saved songs, and one when no song was saved since the last time. A sign-in that
 * does not allow it gives nothing.
 * @throws SpotifyError for what concerns more than this.
 */
export async function readPersonal(client: SpotifyClient, options: PersonalOptions = {}): Promise<PersonalReading> {
  const parts = [
    await allowed(() => readSaved(client, options)),
    await allowed(() => readTop(client, 'tracks', options)),
    await allowed(() => readTop(client, 'artists', options)),
  ]
  const playlists = parts.flatMap((part) => part ?? [])
  const count = (id: string) => playlists.find(({ playlist }) => playlist.id === id)?.items.length ?? 0
  const read = [
    ...(count(ids.saved) > 0 ? [`${count(ids.saved).toLocaleString('en')} saved songs`] : []),
    ...(count(ids.tracks) > 0 ? [`${count(ids.tracks)} top tracks`] : []),
    ...(count(ids.artists) > 0 ? [`${count(ids.artists)} top artists`] : []),
  ]
  const sentences = [
    ...(read.length > 0 ? [`We read ${read.join(', ')}.`] : []),
    ...(parts.some((part) => part === undefined)
      ? ['This sign-in does not allow to read saved songs and top artists; signing in again would.']
      : []),
  ]
  return { playlists, sentences }
}

async function allowed(read: () => Promise<CollectedPlaylist>): Promise<CollectedPlaylist | undefined> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof SpotifyError && (error.kind === 'scope-missing' || error.kind === 'forbidden'))
      return undefined
    throw error
  }
}

async function readSaved(client: SpotifyClient, { snapshots, signal }: PersonalOptions): Promise<CollectedPlaylist> {
  const cursor = new PageCursor(client, { path: '/me/tracks', subject: 'your saved songs' })
  const duplicates = new Duplicates()
  const items: Item[] = []
  let snapshot = ''
  while (!cursor.finished && cursor.pages < mostPages) {
    const page = await cursor.next(signal)
    // Whatever is saved or taken out changes the number, or what was saved last.
    if (cursor.pages === 1) snapshot = `${page.total ?? ''} ${asText(asFields(page.items[0])?.added_at) ?? ''}`
    if (snapshots?.get(ids.saved) === snapshot) return collected('saved', snapshot, [], 'unchanged')
    for (const value of page.items) {
      const entry = readEntry(value, names.saved)
      const item = entry.kind === 'track' || entry.kind === 'local' ? entry.item : undefined
      if (item && !duplicates.has(item)) items.push(item)
    }
  }
  return collected('saved', snapshot, items, 'complete')
}

async function readTop(
  client: SpotifyClient,
  what: 'tracks' | 'artists',
  { signal }: PersonalOptions,
): Promise<CollectedPlaylist> {
  const items = new Map<string, Item>()
  for (const range of ranges) {
    const query = { time_range: range, limit: pageSize }
    const json = asFields(await client.get(`/me/top/${what}`, { query, subject: `your top ${what}`, signal }))
    for (const value of asList(json?.items) ?? []) {
      const fields = asFields(value) ?? {}
      const id = asText(fields.id)
      const name = asText(fields.name)?.trim()
      const item =
        what === 'tracks'
          ? readTrack(fields, { playlist: names.tracks })
          : name && {
              artists: [name],
              ...(id && isCatalogueId(id) && { artistIds: [{ spotify: id }] }),
              playlist: names.artists,
            }
      if (id && item && !items.has(id)) items.set(id, item)
    }
  }
  const snapshot = createHash('sha256')
    .update([...items.keys()].join(' '))
    .digest('hex')
    .slice(0, 16)
  return collected(what, snapshot, [...items.values()], 'complete')
}

function collected(
  what: keyof typeof ids,
  snapshotId: string,
  items: readonly Item[],
  state: CollectedPlaylist['state'],
): CollectedPlaylist {
  const playlist: PlaylistInfo = {
    id: ids[what],
    name: names[what],
    relation: 'own',
    collaborative: false,
    total: items.length,
    snapshotId,
    place: behind + Object.keys(ids).indexOf(what),
  }
  return { playlist, items, state }
}
