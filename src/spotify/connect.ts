import { Access } from './access.ts'
import { AppTokens } from './auth/app-tokens.ts'
import type { Credentials } from './auth/credentials.ts'
import { PersonTokens } from './auth/person-tokens.ts'
import type { TokenEndpointOptions } from './auth/token-endpoint.ts'
import type { TokenStore } from './auth/token-store.ts'
import { SpotifyClient } from './client.ts'
import type { ConditionalCache } from './conditional-cache.ts'
import { type Environment, systemEnvironment } from './environment.ts'
import { carefulLimits, Gate, type GateLimits } from './gate.ts'
import { type Hosts, spotifyHosts } from './hosts.ts'
import type { Log } from './log.ts'
import { memoryPersistence, type Persistence } from './persistence.ts'
import { Secrets } from './secrets.ts'

export interface ConnectOptions {
  readonly credentials: Credentials
  /** Sign-in of a person; without it, requests are made as the app. */
  readonly signIn?: TokenStore
  /** Default: Spotify's own. */
  readonly hosts?: Hosts
  /** Default: what a new app can bear. */
  readonly limits?: GateLimits
  /** Default: in memory, which forgets the day's count with the process. */
  readonly persistence?: Persistence
  readonly environment?: Environment
  readonly secrets?: Secrets
  /** Milliseconds for one request. */
  readonly timeout?: number
  readonly cache?: ConditionalCache
  readonly log?: Log
}

/**
 * A client that is ready for requests; nothing is sent yet. Close its gate at the end: `await client.gate.close()`.
 * @example
 * const client = await connect({ credentials: await loadCredentials({ env: process.env }, new Secrets()) })
 * const profile = await collectProfile(new ProfileReading(client, parseProfileLink(link).id))
 */
export async function connect(options: ConnectOptions): Promise<SpotifyClient> {
  const { credentials, signIn, environment = systemEnvironment, persistence = memoryPersistence() } = options
  const { hosts = spotifyHosts, limits = carefulLimits, secrets = new Secrets() } = options
  secrets.keep(credentials.clientSecret)
  const gate = await Gate.open({ limits, environment, persistence })
  const access = await Access.open(credentials.clientId, environment, persistence)
  const endpoint: TokenEndpointOptions = { ...options, hosts, environment, secrets, gate }
  const tokens = signIn ? new PersonTokens(endpoint, signIn) : new AppTokens(endpoint)
  return new SpotifyClient({ ...options, hosts, environment, secrets, gate, access, tokens })
}
