import type { ConnectionOptions } from 'node:tls'
import { HopsworksError } from '../error.ts'
import type { Session } from '../session.ts'

/** How the brokers are reached. */
export interface KafkaAccess {
  /** `host:port`. */
  readonly brokers: readonly string[]
  readonly tls?: ConnectionOptions
  readonly sasl?: {
    readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
    readonly username: string
    readonly password: string
  }
}

interface ConnectorRecord {
  readonly bootstrapServers?: string
  readonly securityProtocol?: string
  readonly sslEndpointIdentificationAlgorithm?: string | null
  readonly externalKafka?: boolean
  readonly options?: readonly { readonly name: string; readonly value: string }[] | null
}

/** Asks how Kafka is reached: the project's own with mutual TLS, or one that the project brought with it. */
export async function kafkaAccess(
  session: Session,
  storeId: number,
  signal: AbortSignal | undefined,
): Promise<KafkaAccess> {
  const connector = (await session.projectApi({
    method: 'GET',
    path: `featurestores/${storeId}/storageconnectors/kafka_connector/byok`,
    query: { external: !session.options.internal },
    subject: 'how Kafka is reached',
    signal,
  })) as ConnectorRecord | null
  const stated = (connector?.bootstrapServers ?? '').split(',').map((each) => each.trim().replace(/^\w+:\/\//, ''))
  const brokers = session.options.services?.kafka ?? stated.filter(Boolean)
  if (brokers.length === 0)
    throw new HopsworksError('kafka', 'the project names no broker', {
      do: 'ask for a load balancer of Kafka, or give its address in `services.kafka`',
    })
  const tls = await tlsOf(session, connector ?? {}, signal)
  const sasl = saslOf(session, connector ?? {})
  return { brokers, ...(tls && { tls }), ...(sasl && { sasl }) }
}

async function tlsOf(
  session: Session,
  { externalKafka, securityProtocol = 'SSL', sslEndpointIdentificationAlgorithm: algorithm }: ConnectorRecord,
  signal: AbortSignal | undefined,
): Promise<ConnectionOptions | undefined> {
  if (!securityProtocol.endsWith('SSL')) return undefined
  const { insecure = false, ca } = session.options
  // The cluster's certificates don't name its load balancers; the connector says so with "". Elsewhere Kafka checks by default.
  const checksHost = externalKafka ? algorithm !== '' : !!algorithm
  const common = {
    rejectUnauthorized: !insecure,
    minVersion: 'TLSv1.2',
    ...(!checksHost && { checkServerIdentity: () => undefined }),
  } as const
  if (externalKafka) return { ...common, ...(ca && { ca: [ca].flat() }) }
  const { caChain, clientCert, clientKey } = await session.credentials(signal)
  return { ...common, ca: [caChain, ...[ca ?? []].flat()], cert: clientCert, key: clientKey }
}

const mechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const

/** From `sasl.mechanism` and the JAAS line of a connector that the project brought. */
function saslOf(session: Session, { externalKafka, securityProtocol, options }: ConnectorRecord): KafkaAccess['sasl'] {
  if (!externalKafka || !securityProtocol?.startsWith('SASL')) return undefined
  if (securityProtocol !== 'SASL_SSL' && !session.options.insecure)
    throw new HopsworksError('kafka', "the project's connector would send the password unencrypted", {
      do: 'let the connector use SASL_SSL, or log in with `insecure`, for tests',
    })
  const option = (name: string) => options?.find((each) => each.name === name)?.value ?? ''
  const jaas = option('sasl.jaas.config')
  const username = /username\s*=\s*["']([^"']*)["']/.exec(jaas)?.[1]
  const password = /password\s*=\s*["']([^"']*)["']/.exec(jaas)?.[1]
  const mechanism = mechanisms.find((each) => each === (option('sasl.mechanism') || 'PLAIN'))
  if (!mechanism || username === undefined || password === undefined)
    throw new HopsworksError('kafka', "the project's connector signs in in a way that is not supported", {
      do: `use ${mechanisms.join(', ')} with a user and password`,
    })
  return { mechanism, username, password: session.secrets.keep(password) }
}
