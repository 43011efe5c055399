import { HopsworksError } from '../error.ts'
import type { Session } from '../session.ts'

/** How the project's online database is reached, and as whom. */
export interface DatabaseAccess {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string
}

interface JdbcConnector {
  readonly connectionString?: string | null
  readonly arguments?: readonly { readonly name: string; readonly value?: string | null }[] | null
}

const jdbcUrl = /^jdbc:mysql:\/\/(?<host>\[[^\]]+\]|[^:/?]+)(?::(?<port>\d+))?\/(?<database>[^?/]+)/
const address = /^(?<host>\[[^\]]+\]|[^:/\s]+):(?<port>\d+)$/

/**
 * Asks for the connector that Hopsworks makes for each member of a project. Its address is that of the cluster's own
 * network; from elsewhere the load balancer's takes its place.
 * @throws HopsworksError when it tells too little
 */
export async function databaseAccess(session: Session, storeId: number): Promise<DatabaseAccess> {
  const connector = (await session.projectApi({
    method: 'GET',
    path: `featurestores/${storeId}/storageconnectors/onlinefeaturestore`,
    subject: 'the connector of the online store',
  })) as JdbcConnector | null
  const told = jdbcUrl.exec(connector?.connectionString ?? '')?.groups
  const argument = (name: string) => connector?.arguments?.find((each) => each.name === name)?.value
  const [user, password] = [argument('user'), argument('password')]
  if (password) session.secrets.keep(password)
  if (!told || !user || !password)
    throw new HopsworksError('api', 'the connector of the online store does not say how to reach it', {
      do: 'check that the project has an online store, or leave out onlineReads',
    })
  const { host, port } = await addressOf(session, told.host!, Number(told.port ?? 3306))
  return { host: host.replace(/^\[|\]$/g, ''), port, database: told.database!, user, password }
}

async function addressOf(session: Session, host: string, port: number): Promise<{ host: string; port: number }> {
  const { services, internal } = session.options
  if (services?.mysql !== undefined) {
    const given = address.exec(services.mysql)?.groups
    if (given) return { host: given.host!, port: Number(given.port) }
    throw new HopsworksError('client', `"${services.mysql}" is no address of a MySQL server`, {
      do: 'give `services.mysql` as host:port',
    })
  }
  if (internal) return { host, port }
  const outside = await session.addressOf('mysql', 'loadbalancer_external_domain_mysqld', '', port, undefined)
  return { host: outside.slice(0, outside.lastIndexOf(':')), port }
}
