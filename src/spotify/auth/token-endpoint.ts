import type { Environment } from '../environment.ts'
import { parseErrorBody } from '../error-body.ts'
import { classify, SpotifyError } from '../errors.ts'
import { exchange } from '../exchange.ts'
import type { Gate } from '../gate.ts'
import { checkedHosts, type Hosts, spotifyHosts } from '../hosts.ts'
import type { Log } from '../log.ts'
import { parseRetryAfter } from '../retry-after.ts'
import type { Secrets } from '../secrets.ts'
import { asFields, asNumber, asText } from '../shape.ts'
import type { Credentials } from './credentials.ts'

export interface TokenEndpointOptions {
  readonly credentials: Credentials
  readonly environment: Environment
  readonly secrets: Secrets
  readonly hosts?: Hosts
  /** Its pauses hold for this host too. */
  readonly gate?: Gate
  /** Milliseconds for one request. Default 30,000. */
  readonly timeout?: number
  readonly log?: Log
}

export interface TokenAnswer {
  readonly accessToken: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
  /** Absent when the former one stays in force. */
  readonly refreshToken?: string
  readonly scopes: readonly string[]
}

const most = 4
const longestSleep = 60_000

/**
 * Asks the sign-in host for tokens (RFC 6749, 4.1.3, 4.4 and 6).
 * @param as `app` proves who it is with its secret; `public` names its client id only, as PKCE does.
 * @throws SpotifyError `sign-in-over`, `code-refused`, `bad-credentials` ... or what passes after four tries.
 */
export async function requestToken(
  options: TokenEndpointOptions,
  form: Readonly<Record<string, string>>,
  as: 'app' | 'public',
  signal?: AbortSignal,
): Promise<TokenAnswer> {
  const { credentials, environment, secrets, gate, timeout = 30_000 } = options
  const subject = 'access token'
  const url = `${checkedHosts(options.hosts ?? spotifyHosts).accounts}/api/token`
  const fields = as === 'public' ? { ...form, client_id: credentials.clientId } : form
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' }
  if (as === 'app') headers.authorization = `Basic ${basic(credentials, secrets)}`
  for (let tries = 1; ; tries++) {
    await gate?.opened(subject, signal)
    let failure: SpotifyError
    try {
      const body = `${new URLSearchParams(fields)}`
      const answer = await exchange(environment, { url, method: 'POST', headers, body, subject, timeout, signal })
      if (answer.status === 200) return readToken(answer.text, environment.now(), secrets, subject)
      const { status } = answer
      const said = parseErrorBody(secrets.hide(answer.text))
      const pause = parseRetryAfter(answer.headers.get('retry-after'), environment.now())
      const retryAt = pause !== undefined && pause > longestSleep ? environment.now() + pause : undefined
      failure = new SpotifyError(classify(status, said), {
        subject,
        status,
        said: said.message || said.code || '',
        ...(retryAt !== undefined && { retryAt }),
      })
      if (pause !== undefined && retryAt === undefined) await environment.sleep(pause, signal)
    } catch (error) {
      if (!(error instanceof SpotifyError)) throw error
      failure = error
    }
    const again = failure.passing || failure.kind === 'rate-limited'
    if (!again || tries === most || failure.retryAt !== undefined) throw failure
    await environment.sleep(500 * 2 ** (tries - 1) * (0.5 + environment.random() / 2), signal)
  }
}

function basic({ clientId, clientSecret }: Credentials, secrets: Secrets): string {
  if (clientSecret === undefined)
    throw new SpotifyError('no-credentials', { subject: 'access token', said: 'SPOTIFY_CLIENT_SECRET is not set' })
  const encoded = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
  secrets.keep(encoded)
  return encoded
}

function readToken(text: string, now: number, secrets: Secrets, subject: string): TokenAnswer {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new SpotifyError('broken-answer', { subject, status: 200 })
  }
  const fields = asFields(json) ?? {}
  const accessToken = asText(fields.access_token)
  const refreshToken = asText(fields.refresh_token)
  if (accessToken === undefined) throw new SpotifyError('broken-answer', { subject, status: 200 })
  secrets.keep(accessToken)
  secrets.keep(refreshToken)
  return {
    accessToken,
    expiresAt: now + (asNumber(fields.expires_in) ?? 3600) * 1000,
    ...(refreshToken !== undefined && { refreshToken }),
    scopes: asText(fields.scope)?.split(/\s+/) ?? [],
  }
}
