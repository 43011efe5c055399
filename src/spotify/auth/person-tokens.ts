import { SpotifyError } from '../errors.ts'
import { requestToken, type TokenEndpointOptions } from './token-endpoint.ts'
import { expiryMargin, SingleFlight, type TokenSource } from './token-source.ts'
import type { SignIn, TokenStore } from './token-store.ts'

const warnBefore = 14 * 24 * 3600_000

/** When a sign-in ends for good, in milliseconds since 1970: six months after the person agreed. */
export function signInEnds(signIn: Pick<SignIn, 'authorizedAt'>): number {
  const agreed = new Date(signIn.authorizedAt)
  const ends = new Date(agreed)
  ends.setUTCMonth(agreed.getUTCMonth() + 6)
  // 31 August plus six months is not a day in February: the last one is.
  if (ends.getUTCDate() !== agreed.getUTCDate()) ends.setUTCDate(0)
  return ends.getTime()
}

/** What to tell the person in the last two weeks of a sign-in; undefined before. */
export function signInWarning(signIn: Pick<SignIn, 'authorizedAt'>, now: number): string | undefined {
  const ends = signInEnds(signIn)
  if (ends - now > warnBefore) return undefined
  const day = new Date(ends).toISOString().slice(0, 10)
  return ends > now
    ? `the sign-in at Spotify ends on ${day}: sign in again before then`
    : `the sign-in at Spotify ended on ${day}: sign in again`
}

/**
 * Tokens of a person who signed in (authorization code with PKCE). Refresh tokens can be used once, so renewing is done
 * once at a time, and the new one is on disk before it is used; when none is returned, the old one stays in force.
 */
export class PersonTokens implements TokenSource {
  readonly kind = 'person'
  readonly #options: TokenEndpointOptions
  readonly #store: TokenStore
  readonly #flight = new SingleFlight()
  #signIn: SignIn | undefined

  constructor(options: TokenEndpointOptions, store: TokenStore) {
    this.#options = options
    this.#store = store
  }

  async current(signal?: AbortSignal): Promise<string> {
    const { environment } = this.#options
    for (;;) {
      const signIn = this.#signIn ?? (await this.#load())
      if (signIn.expiresAt - expiryMargin > environment.now()) return signIn.accessToken
      await this.renew(signIn.accessToken, signal)
    }
  }

  async renew(refused: string, signal?: AbortSignal): Promise<void> {
    if (this.#signIn && this.#signIn.accessToken !== refused) return
    await this.#flight.join(() => this.#refresh(refused), signal)
  }

  async #load(): Promise<SignIn> {
    const signIn = await this.#store.load()
    if (signIn === undefined) throw new SpotifyError('sign-in-needed', { subject: 'sign-in' })
    this.#options.secrets.keep(signIn.accessToken)
    this.#options.secrets.keep(signIn.refreshToken)
    const warning = signInWarning(signIn, this.#options.environment.now())
    if (warning && this.#signIn === undefined) this.#options.log?.({ kind: 'warning', text: warning })
    this.#signIn = signIn
    return signIn
  }

  async #refresh(refused: string): Promise<void> {
    const { environment, log } = this.#options
    // Another process may have renewed it meanwhile.
    let known = await this.#load()
    if (known.accessToken !== refused && known.expiresAt - expiryMargin > environment.now()) return
    for (;;) {
      const { refreshToken, authorizedAt, scopes } = known
      try {
        const form = { grant_type: 'refresh_token', refresh_token: refreshToken }
        const answer = await requestToken(this.#options, form, 'public')
        const next = {
          accessToken: answer.accessToken,
          expiresAt: answer.expiresAt,
          refreshToken: answer.refreshToken ?? refreshToken,
          authorizedAt,
          scopes: answer.scopes.length > 0 ? answer.scopes : scopes,
        }
        await this.#store.save(next)
        this.#signIn = next
        log?.({ kind: 'token', of: 'person' })
        return
      } catch (error) {
        if (!(error instanceof SpotifyError) || error.kind !== 'sign-in-over') throw error
        known = await this.#load()
        if (known.refreshToken !== refreshToken) continue
        await this.#store.clear()
        this.#signIn = undefined
        throw error
      }
    }
  }
}
