import { SpotifyError } from '../errors.ts'
import type { Secrets } from '../secrets.ts'
import { asText } from '../shape.ts'
import { readPrivateFile } from './private-json.ts'

/** What an app at developer.spotify.com/dashboard is known by. */
export interface Credentials {
  readonly clientId: string
  /** Needed to ask as the app; signing a person in works without it. */
  readonly clientSecret?: string
}

/**
 * The app's credentials: from `SPOTIFY_CLIENT_ID` and `SPOTIFY_CLIENT_SECRET`, or else from `clientId` and
 * `clientSecret` in a JSON file that only its owner may read.
 * @throws SpotifyError `no-credentials`; Problem when others may read the file.
 */
export async function loadCredentials(
  from: { readonly env: Readonly<Record<string, string | undefined>>; readonly file?: string },
  secrets: Secrets,
): Promise<Credentials> {
  const file = from.env.SPOTIFY_CLIENT_ID || from.file === undefined ? {} : await readPrivateFile(from.file)
  const clientId = asText(from.env.SPOTIFY_CLIENT_ID) ?? asText(file.clientId)
  const clientSecret = from.env.SPOTIFY_CLIENT_ID ? from.env.SPOTIFY_CLIENT_SECRET : file.clientSecret
  if (clientId === undefined) throw new SpotifyError('no-credentials', { subject: 'sign-in of the app' })
  const secret = asText(clientSecret)?.trim()
  secrets.keep(secret)
  return { clientId: clientId.trim(), ...(secret !== undefined && { clientSecret: secret }) }
}
