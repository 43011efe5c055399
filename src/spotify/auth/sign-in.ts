import { createHash, randomBytes } from 'node:crypto'
import { SpotifyError } from '../errors.ts'
import { checkedHosts, spotifyHosts } from '../hosts.ts'
import { requestToken, type TokenEndpointOptions } from './token-endpoint.ts'
import type { SignIn } from './token-store.ts'

/** What reading a person's own music needs: playlists, the private ones too, saved songs, top tracks and artists. */
export const readingScopes: readonly string[] = [
  'playlist-read-private',
  'playlist-read-collaborative',
  'user-library-read',
  'user-top-read',
]

/** A sign-in that has begun: the person is sent to `url` and comes back to `redirectUri`. */
export interface SignInAttempt {
  readonly url: string
  readonly redirectUri: string
  /** Comes back unchanged, and so tells our sign-in from a forged one. */
  readonly state: string
  /** Proves at the end that whoever began the sign-in also finishes it (PKCE, RFC 7636). Never leaves the process before. */
  readonly verifier: string
}

/** Begins a sign-in: authorization code with PKCE (S256), for apps without a secret too. */
export function beginSignIn(
  options: TokenEndpointOptions,
  redirectUri: string,
  scopes: readonly string[] = readingScopes,
): SignInAttempt {
  const verifier = randomBytes(48).toString('base64url')
  const state = randomBytes(24).toString('base64url')
  options.secrets.keep(verifier)
  const query = new URLSearchParams({
    client_id: options.credentials.clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    code_challenge_method: 'S256',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    scope: scopes.join(' '),
    state,
  })
  return {
    url: `${checkedHosts(options.hosts ?? spotifyHosts).accounts}/authorize?${query}`,
    redirectUri,
    state,
    verifier,
  }
}

/**
 * Finishes a sign-in with the query that the person came back with.
 * @throws SpotifyError `sign-in-mismatch`, `sign-in-declined`, `code-refused` ...
 */
export async function finishSignIn(
  options: TokenEndpointOptions,
  attempt: SignInAttempt,
  query: URLSearchParams,
  signal?: AbortSignal,
): Promise<SignIn> {
  const subject = 'sign-in'
  const code = query.get('code')
  if (query.get('state') !== attempt.state) throw new SpotifyError('sign-in-mismatch', { subject })
  if (code === null)
    throw new SpotifyError('sign-in-declined', { subject, said: query.get('error')?.slice(0, 60) ?? '' })
  options.secrets.keep(code)
  const form = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: attempt.redirectUri,
    code_verifier: attempt.verifier,
  }
  const { refreshToken, ...answer } = await requestToken(options, form, 'public', signal)
  if (refreshToken === undefined) throw new SpotifyError('broken-answer', { subject, said: 'no refresh token' })
  return { ...answer, refreshToken, authorizedAt: options.environment.now() }
}
