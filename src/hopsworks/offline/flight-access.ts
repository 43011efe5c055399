import { HopsworksError } from '../error.ts'
import type { Session } from '../session.ts'

const port = 5005

/** What it takes to speak to the Feature Query Service. */
export interface FlightAccess {
  /** `host:port`. */
  readonly address: string
  readonly ca: readonly string[]
  readonly clientCert: string
  readonly clientKey: string
  /** Whose certificate it must show: its name inside the cluster, whatever the load balancer is called. */
  readonly serverName: string
  /** Whether that name is known to be right. */
  readonly checksName: boolean
  readonly insecure: boolean
}

/** @throws HopsworksError when the service is switched off, or the backend names no address */
export async function flightAccess(session: Session): Promise<FlightAccess> {
  if ((await session.variable('enable_flyingduck', undefined)) !== 'true')
    throw new HopsworksError('flight', `the Feature Query Service is switched off at ${session.host}`, {
      do: 'ask its administrator to switch it on (variable "enable_flyingduck"), or read online rows',
    })
  const address =
    session.options.services?.flight ??
    (await session.addressOf(
      'flight',
      'loadbalancer_external_domain_feature_query',
      'flyingduck.service',
      port,
      undefined,
    ))
  if (!/^[\w.-]+:\d+$/.test(address) && !/^\[[\da-f:]+\]:\d+$/i.test(address))
    throw new HopsworksError('flight', `"${address}" is no address`, { do: 'give it as host:port' })
  const domain = (await session.variable('service_discovery_domain', undefined))?.trim()
  const { clientCert, clientKey } = await session.credentials(undefined)
  const { ca = [], insecure } = await session.clusterTrust(undefined)
  const serverName = `flyingduck.service.${domain || 'consul'}`
  return { address, ca, clientCert, clientKey, serverName, checksName: Boolean(domain) && !insecure, insecure }
}
