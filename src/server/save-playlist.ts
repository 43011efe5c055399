import { createPlaylist, type SpotifyClient } from '../spotify/index.ts'
import { ApiProblem } from './problems.ts'

/** Saves a private playlist to the account of whoever is signed in. @throws ApiProblem, SpotifyError */
export async function savePlaylist(
  client: SpotifyClient,
  playlist: { readonly title: string; readonly description: string; readonly tracks: readonly string[] },
): Promise<{ url: string; tracks: number }> {
  if (playlist.tracks.length === 0)
    throw new ApiProblem('cannot-match', 'None of these tracks is known to be at Spotify, so there is nothing to save.')
  const { url } = await createPlaylist(client, playlist)
  return { url, tracks: playlist.tracks.length }
}
