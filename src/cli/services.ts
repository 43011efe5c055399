import { join } from 'node:path'
import type { ServiceClientOptions } from '../services/service-client.ts'
import { readPrivateFile } from '../spotify/auth/private-json.ts'
import { Gate } from '../spotify/gate.ts'
import { filePersistence, type GateLimits, isLoopback, Secrets, systemEnvironment } from '../spotify/index.ts'
import { asText } from '../spotify/shape.ts'
import type { Settings } from './settings.ts'

/** Nothing to spare: a simulator is on this machine, and counts by itself what it wants counted. */
const localLimits: GateLimits = { perSecond: Infinity, burst: 1, concurrency: 6, perDay: Infinity }

/** Where everything about services other than Spotify is kept: keys, and pauses that they stated. */
function servicesFolder(dataFolder: string): string {
  return join(dataFolder, 'services')
}

export type ServiceName = 'reccobeats' | 'musicbrainz' | 'lastfm' | 'listenbrainz'

/** What a client of one service is opened with: its gate, and a simulator's address where one is configured. */
export async function serviceOptions(
  name: ServiceName,
  limits: GateLimits,
  { dataFolder, settings }: { readonly dataFolder: string; readonly settings: Settings },
): Promise<ServiceClientOptions> {
  const address = settings[`${name}.api`]
  const isLocal = address !== undefined && isLoopback(address)
  const place = isLocal ? new URL(address).host.replaceAll(/[^\w.-]/g, '-') : name
  const gate = await Gate.open({
    limits: isLocal ? localLimits : limits,
    environment: systemEnvironment,
    persistence: filePersistence(join(servicesFolder(dataFolder), place)),
    account: name,
  })
  return { address, gate, environment: systemEnvironment, secrets: new Secrets() }
}

/** Keys of services, each absent where there is none. */
export interface ServiceKeys {
  readonly lastfm?: string
  readonly listenbrainz?: string
}

/**
 * Keys from `LASTFM_API_KEY` and `LISTENBRAINZ_TOKEN`, or else from `lastfm` and `listenbrainz` in
 * `services/credentials.json` of the data folder, which only its owner may read.
 * @throws Problem when others may read that file.
 */
export async function serviceKeys(
  dataFolder: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<ServiceKeys> {
  const file = await readPrivateFile(join(servicesFolder(dataFolder), 'credentials.json'), 'services')
  const lastfm = (asText(env.LASTFM_API_KEY) ?? asText(file.lastfm))?.trim()
  const listenbrainz = (asText(env.LISTENBRAINZ_TOKEN) ?? asText(file.listenbrainz))?.trim()
  return { ...(lastfm && { lastfm }), ...(listenbrainz && { listenbrainz }) }
}
