import { requestToken, type TokenAnswer, type TokenEndpointOptions } from './token-endpoint.ts'
import { expiryMargin, SingleFlight, type TokenSource } from './token-source.ts'

/** Tokens of the app itself (client credentials, RFC 6749, 4.4): enough for what is public. */
export class AppTokens implements TokenSource {
  readonly kind = 'app'
  readonly #options: TokenEndpointOptions
  readonly #flight = new SingleFlight()
  #token: TokenAnswer | undefined

  constructor(options: TokenEndpointOptions) {
    this.#options = options
  }

  async current(signal?: AbortSignal): Promise<string> {
    for (;;) {
      const token = this.#token
      if (token && token.expiresAt - expiryMargin > this.#options.environment.now()) return token.accessToken
      await this.renew(token?.accessToken, signal)
    }
  }

  async renew(refused: string | undefined, signal?: AbortSignal): Promise<void> {
    if (this.#token?.accessToken !== refused) return
    await this.#flight.join(async () => {
      this.#token = await requestToken(this.#options, { grant_type: 'client_credentials' }, 'app')
      this.#options.log?.({ kind: 'token', of: 'app' })
    }, signal)
  }
}
