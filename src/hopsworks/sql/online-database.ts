import type { Connection, FieldPacket } from 'mysql2'
import { HopsworksError } from '../error.ts'
import { backoff } from '../http/environment.ts'
import type { Session } from '../session.ts'
import { abortable, Shared } from '../shared.ts'
import { ConnectionPool } from './connection-pool.ts'
import { type DatabaseAccess, databaseAccess } from './connector.ts'
import { isAboutPassword, sqlFailure } from './sql-failure.ts'
import { withoutZeros } from './text.ts'

/** What a statement takes for its question marks: whole numbers as text, so that they stay exact. */
export type SqlParameter = null | number | string | Uint8Array

/** One row by the names of its columns: bigints, decimals and times as text (a time's fraction as short as it can be), binary as bytes. */
export type SqlRow = Readonly<Record<string, unknown>>

export interface SqlStatement {
  /** With question marks for the values. */
  readonly text: string
  readonly values: readonly SqlParameter[]
  /** What is asked for, as errors say it. */
  readonly subject: string
}

interface Connected {
  readonly pool: ConnectionPool
  readonly address: string
}

/** MySQL's number of the type. */
const timestampType = 7

/**
 * RonDB through its MySQL server. Statements are prepared there, so that values keep their exact form on the way (in plain
 * queries MySQL tells six digits of a float). Connects when first asked; a few connections stay open until the project closes.
 */
export class OnlineDatabase {
  readonly #session: Session
  readonly #storeId: number
  readonly #connected: Shared<Connected>
  readonly #closing = new AbortController()
  #open: Connected | undefined

  constructor(session: Session, storeId: number) {
    this.#session = session
    this.#storeId = storeId
    this.#connected = new Shared(() => this.#connect())
    session.closing(() => this.#close())
  }

  /** What a statement that only reads finds. Passing failures are tried again. @throws HopsworksError */
  async query(statement: SqlStatement, signal: AbortSignal | undefined): Promise<readonly SqlRow[]> {
    const { environment, patienceOfReads, options } = this.#session
    const until = environment.now() + patienceOfReads
    const over = AbortSignal.any([...(signal ? [signal] : []), this.#closing.signal])
    let renewed = false
    for (let tries = 1; ; tries++) {
      signal?.throwIfAborted()
      const connected = await this.#get(statement.subject, signal)
      try {
        return await this.#run(connected, statement, over)
      } catch (error) {
        signal?.throwIfAborted()
        if (this.#closing.signal.aborted) continue
        if (isAboutPassword(error) && !renewed) {
          renewed = true
          await this.#forget(connected)
          continue
        }
        const failure = sqlFailure(connected.address, statement.subject, error)
        const delay = backoff(tries, environment)
        if (!failure.passing || environment.now() + delay > until) throw failure
        const { subject } = statement
        options.log?.({ kind: 'retry', part: 'mysql', subject, attempt: tries, because: failure.message })
        await environment.sleep(delay, over).catch(() => signal?.throwIfAborted())
      }
    }
  }

  async #get(subject: string, signal: AbortSignal | undefined): Promise<Connected> {
    const { aborted } = this.#closing.signal
    if (!aborted) {
      const connected = await this.#connected.get(signal).catch((error) => {
        if (!this.#closing.signal.aborted) throw error
      })
      if (connected) return connected
    }
    throw new HopsworksError('client', `${subject}: the project is closed`, { do: 'log in again' })
  }

  async #run({ pool }: Connected, { text, values, subject }: SqlStatement, signal: AbortSignal) {
    const { environment, timeouts, options } = this.#session
    const started = environment.now()
    const connection = await this.#take(pool, signal)
    try {
      const parameters = values.map((value) => (value instanceof Uint8Array ? Buffer.from(value) : value))
      const [rows, fields] = await inTime(connection.promise().execute(text, parameters), timeouts.request, signal)
      pool.giveBack(connection)
      options.log?.({
        kind: 'request',
        part: 'mysql',
        method: 'SELECT',
        path: subject,
        ms: environment.now() - started,
      })
      return withShortTimes(rows as Record<string, unknown>[], fields)
    } catch (error) {
      // It may still be at work for a statement that nobody waits for.
      pool.discard(connection)
      throw error
    }
  }

  /** When the wait is given up, the connection goes back as soon as it is there. */
  async #take(pool: ConnectionPool, signal: AbortSignal): Promise<Connection> {
    const taken = pool.take()
    try {
      return await inTime(taken, this.#session.timeouts.request, signal)
    } catch (error) {
      taken.then(
        (connection) => pool.giveBack(connection),
        () => {},
      )
      throw error
    }
  }

  async #connect(): Promise<Connected> {
    // Not loaded by who reads otherwise.
    const { createConnection } = await import('mysql2')
    const access = await databaseAccess(this.#session, this.#storeId)
    const { host, port, user, password, database } = access
    const tls = await this.#tls(access)
    this.#closing.signal.throwIfAborted()
    const pool = new ConnectionPool(createConnection, {
      host,
      port,
      user,
      password,
      database,
      ...(tls && { ssl: tls }),
      charset: 'utf8mb4_general_ci',
      timezone: 'Z',
      connectTimeout: Math.min(10_000, this.#session.timeouts.request),
      maxPreparedStatements: 200,
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
    })
    this.#open = { pool, address: `${host.includes(':') ? `[${host}]` : host}:${port}` }
    return this.#open
  }

  async #tls({ host, port }: DatabaseAccess) {
    if (this.#session.options.mysqlTls === false) {
      const text = `the connection to ${host}:${port} is not encrypted (mysqlTls: false)`
      this.#session.options.log?.({ kind: 'note', part: 'mysql', text })
      return undefined
    }
    const { ca, insecure } = await this.#session.clusterTrust(undefined)
    return { ca: [...(ca ?? [])], rejectUnauthorized: !insecure, minVersion: 'TLSv1.2' }
  }

  /** Reads the connector again before the next statement. */
  async #forget(connected: Connected): Promise<void> {
    if ((await this.#connected.made) === connected) this.#connected.forget()
    await connected.pool.close()
  }

  async #close(): Promise<void> {
    this.#closing.abort()
    await this.#open?.pool.close()
  }
}

/** As times are asked for: servers show all digits that a column has. */
function withShortTimes(rows: Record<string, unknown>[], fields: readonly FieldPacket[]): readonly SqlRow[] {
  const times = fields.filter(({ columnType, decimals }) => columnType === timestampType && decimals > 0)
  for (const { name } of times) for (const row of rows) if (row[name] !== null) row[name] = withoutZeros(`${row[name]}`)
  return rows
}

async function inTime<T>(work: Promise<T>, ms: number, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const late = () => reject(Object.assign(new Error(`not within ${ms} ms`), { code: 'ETIMEDOUT' }))
  const timer = setTimeout(late, ms)
  try {
    return await abortable(Promise.race([work, promise]), signal)
  } finally {
    clearTimeout(timer)
  }
}
