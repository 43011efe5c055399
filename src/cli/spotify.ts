import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { SpotifyWay } from '../server/spotify-way.ts'
import { PersonTokens } from '../spotify/auth/person-tokens.ts'
import {
  Access,
  carefulLimits,
  connect,
  filePersistence,
  Gate,
  type GateLimits,
  type GateUsage,
  type Hosts,
  isLoopback,
  loadCredentials,
  memoryTokenStore,
  type Persistence,
  readingScopes,
  Secrets,
  SpotifyClient,
  SpotifyError,
  signInOnLoopback,
  spotifyHosts,
  systemEnvironment,
  type Tier,
  type TokenEndpointOptions,
} from '../spotify/index.ts'
import { Problem } from '../taste/problem.ts'
import type { Settings } from './settings.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Nothing to spare: the simulator is on this machine, and counts by itself what it wants counted. */
export const simulatorLimits: GateLimits = {
  perSecond: Number.POSITIVE_INFINITY,
  burst: 1,
  concurrency: 6,
  perDay: Number.POSITIVE_INFINITY,
}

/** Where everything about Spotify is kept that is no content: credentials, requests used, what the app may do. */
function spotifyFolder(dataFolder: string): string {
  return join(dataFolder, 'spotify')
}

/** Where `discover` keeps how far it searched. */
export function discoveryNotes(dataFolder: string): Persistence {
  return filePersistence(join(spotifyFolder(dataFolder), placeOf(hostsFrom(process.env))))
}

/** A file for those who would rather not use the environment: `clientId` and `clientSecret` as JSON, mode 0600. */
function credentialsFile(dataFolder: string): string {
  return join(spotifyFolder(dataFolder), 'credentials.json')
}

/**
 * Spotify's own hosts, or what `CONSONANCE_SPOTIFY_API` and `CONSONANCE_SPOTIFY_ACCOUNTS` name: the simulator. Of a
 * simulator, the API's address is enough.
 * @throws Problem naming the variable.
 */
export function hostsFrom(env: Env): Hosts {
  const { CONSONANCE_SPOTIFY_API: given, CONSONANCE_SPOTIFY_ACCOUNTS: accounts } = env
  if (!given && !accounts) return spotifyHosts
  const url = given ? URL.parse(given) : null
  if (!url)
    throw new Problem(
      given ? `CONSONANCE_SPOTIFY_API: "${given}" is not an address` : 'CONSONANCE_SPOTIFY_ACCOUNTS is set alone',
      { do: 'set CONSONANCE_SPOTIFY_API to what consonance simulate prints' },
    )
  if (url.pathname === '/') url.pathname = '/v1'
  if (!accounts && !isLoopback(url.href))
    throw new Problem('CONSONANCE_SPOTIFY_API is set alone', { do: 'set CONSONANCE_SPOTIFY_ACCOUNTS too' })
  return { api: url.href, accounts: accounts || `${url.protocol}//${url.hostname}:${Number(url.port) + 1}` }
}

/** For a command that signs somebody in. */
interface SignInWish {
  /** Tells the person which address to open. */
  readonly show: (url: string) => void
}

/**
 * A client for one command, with what the environment and the data folder say. To be closed with `gate.close()`.
 * @param signIn first waits for somebody to sign in; that is forgotten with the process, and no token is written down.
 * @throws SpotifyError `no-credentials`, `sign-in-declined` ...; Problem about what is wrong with the settings.
 */
export async function openSpotify(dataFolder: string, settings: Settings, signIn?: SignInWish): Promise<SpotifyClient> {
  const { endpoint, rest } = await configured(dataFolder, settings)
  const signedIn = signIn && memoryTokenStore(await signInOnLoopback(endpoint, { ...signIn, scopes: readingScopes }))
  return connect({ ...endpoint, ...rest, ...(signedIn && { signIn: signedIn }) })
}

/**
 * How a server reaches Spotify: one client that asks as the app, and one for each person who signs in, all through one gate.
 * Undefined without credentials.
 * @throws Problem about what is wrong with the settings.
 */
export async function openSpotifyWay(dataFolder: string, settings: Settings): Promise<SpotifyWay | undefined> {
  try {
    const { endpoint, rest } = await configured(dataFolder, settings)
    return spotifyWay(endpoint, await connect({ ...endpoint, ...rest }))
  } catch (error) {
    if (error instanceof SpotifyError && error.kind === 'no-credentials') return undefined
    throw error
  }
}

/** @param client asks as the app */
export function spotifyWay(
  endpoint: TokenEndpointOptions & { readonly hosts: Hosts },
  client: SpotifyClient,
): SpotifyWay {
  const { gate, access } = client
  const shared = { ...endpoint, gate, access }
  return {
    simulated: isLoopback(endpoint.hosts.api),
    client,
    endpoint: shared,
    personClient: (tokens) => new SpotifyClient({ ...shared, tokens: new PersonTokens(shared, tokens) }),
  }
}

async function configured(dataFolder: string, settings: Settings) {
  const { env } = process
  const hosts = hostsFrom(env)
  const secrets = new Secrets()
  const credentials = await loadCredentials({ env, file: credentialsFile(dataFolder) }, secrets)
  return {
    endpoint: { credentials, hosts, secrets, environment: systemEnvironment },
    rest: {
      limits: isLoopback(hosts.api) ? simulatorLimits : limitsFrom(settings),
      persistence: filePersistence(join(spotifyFolder(dataFolder), placeOf(hosts))),
    },
  }
}

/** What was asked of Spotify lately, and what the app turned out to be. */
export interface SpotifyState extends GateUsage {
  /** Absent while no answer has told. */
  readonly tier?: Tier
}

/** Undefined where Spotify was never asked for anything. @throws Problem about what is wrong with the settings. */
export async function spotifyState(dataFolder: string, settings: Settings): Promise<SpotifyState | undefined> {
  const { env } = process
  const hosts = hostsFrom(env)
  const folder = join(spotifyFolder(dataFolder), placeOf(hosts))
  if (!existsSync(folder)) return undefined
  const persistence = filePersistence(folder)
  const limits = isLoopback(hosts.api) ? simulatorLimits : limitsFrom(settings)
  const { used, usedByGroup, perDay, shutUntil } = (
    await Gate.open({ limits, environment: systemEnvironment, persistence })
  ).usage()
  const clientId = await loadCredentials({ env, file: credentialsFile(dataFolder) }, new Secrets()).then(
    (credentials) => credentials.clientId,
    () => undefined,
  )
  const tier = clientId && (await Access.open(clientId, systemEnvironment, persistence)).tier
  return { used, usedByGroup, perDay, ...(shutUntil !== undefined && { shutUntil }), ...(tier && { tier }) }
}

/** What one host counts is no business of another's. */
function placeOf({ api }: Hosts): string {
  return api === spotifyHosts.api ? 'api' : new URL(api).host.replaceAll(/[^\w.-]/g, '-')
}

function limitsFrom(settings: Settings): GateLimits {
  const { perSecond, perDay, ...rest } = carefulLimits
  return {
    ...rest,
    perSecond: settings['spotify.requestsPerSecond'] ?? perSecond,
    perDay: settings['spotify.requestsPerDay'] ?? perDay,
  }
}
