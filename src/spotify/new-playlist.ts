import { path, type SpotifyClient } from './client.ts'
import { SpotifyError } from './errors.ts'
import { isCatalogueId } from './link.ts'
import { asFields, asText } from './shape.ts'

/** What making a private playlist needs. */
export const playlistWriteScopes: readonly string[] = ['playlist-modify-private']

/** How many tracks one request adds. */
const atOnce = 100

export interface NewPlaylist {
  readonly title: string
  readonly description: string
  /** Spotify's ids, in order. */
  readonly tracks: readonly string[]
}

/**
 * Makes a private playlist for whoever is signed in.
 * @returns its page, and how many tracks it holds
 * @throws SpotifyError `scope-missing` unless they allowed it (`playlistWriteScopes`), `sign-in-needed` ...
 */
export async function savePlaylist(
  client: SpotifyClient,
  { title, description, tracks }: NewPlaylist,
  signal?: AbortSignal,
): Promise<{ readonly url: string; readonly tracks: number }> {
  const subject = 'a new playlist'
  const made = await client.post('/me/playlists', { name: title, description, public: false }, { subject, signal })
  const id = asText(asFields(made)?.id)
  if (id === undefined || !isCatalogueId(id)) throw new SpotifyError('unexpected', { subject, said: 'no id' })
  const uris = tracks.filter(isCatalogueId).map((track) => `spotify:track:${track}`)
  for (let start = 0; start < uris.length; start += atOnce) {
    const body = { uris: uris.slice(start, start + atOnce) }
    await client.post(path`/playlists/${id}/items`, body, { subject, signal })
  }
  return { url: `https://open.spotify.com/playlist/${id}`, tracks: uris.length }
}
