import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { Connection, ConnectionOptions } from 'mysql2'

const connectionLimit = 8
/** Milliseconds after which a connection that nobody uses is closed, before somebody on the way forgets it. */
const idleTimeout = 60_000
/** Milliseconds in which connections may take their leave. */
const farewell = 250

/**
 * A few connections to one server, made when they are needed and used again. mysql2's own pool hears one failure of each
 * connection only; one that is given up while it is made has two, and the second would end the process.
 */
export class ConnectionPool {
  readonly #create: (options: ConnectionOptions) => Connection
  readonly #options: ConnectionOptions & { readonly host: string; readonly port: number }
  /** Those that are being made, too. */
  readonly #sockets = new Map<Connection, Socket>()
  readonly #ready = new Set<Connection>()
  /** Nobody has them; the newest last. */
  readonly #idle = new Map<Connection, NodeJS.Timeout>()
  readonly #waiting: PromiseWithResolvers<Connection>[] = []
  #closed = false

  /** @param create mysql2's `createConnection` */
  constructor(
    create: (options: ConnectionOptions) => Connection,
    options: ConnectionOptions & { readonly host: string; readonly port: number },
  ) {
    this.#create = create
    this.#options = options
  }

  /** To be given back, or discarded. */
  async take(): Promise<Connection> {
    if (this.#closed) throw closed()
    const idle = [...this.#idle.keys()].at(-1)
    if (idle) {
      clearTimeout(this.#idle.get(idle))
      this.#idle.delete(idle)
      return idle
    }
    if (this.#sockets.size < connectionLimit) return this.#make()
    const waiting = Promise.withResolvers<Connection>()
    this.#waiting.push(waiting)
    return waiting.promise
  }

  giveBack(connection: Connection): void {
    if (this.#closed || !this.#ready.has(connection)) return
    const next = this.#waiting.shift()
    if (next) next.resolve(connection)
    else this.#idle.set(connection, setTimeout(() => this.discard(connection), idleTimeout).unref())
  }

  discard(connection: Connection): void {
    const socket = this.#sockets.get(connection)
    this.#forget(connection)
    socket?.destroy()
  }

  /** Statements that run may still end, for a moment. */
  async close(): Promise<void> {
    this.#closed = true
    for (const { reject } of this.#waiting.splice(0)) reject(closed())
    const ends = [...this.#ready].map((connection) => new Promise<void>((resolve) => connection.end(() => resolve())))
    const over = new AbortController()
    await Promise.race([Promise.all(ends), wait(farewell, undefined, { signal: over.signal }).catch(() => {})])
    over.abort()
    for (const connection of [...this.#sockets.keys()]) this.discard(connection)
  }

  async #make(): Promise<Connection> {
    const { host, port } = this.#options
    const socket = connect({ host, port, noDelay: true, keepAlive: true })
    const connection = this.#create({ ...this.#options, stream: () => socket })
    this.#sockets.set(connection, socket)
    const lost = Promise.withResolvers<never>()
    connection.on('error', (error) => {
      this.discard(connection)
      lost.reject(error)
    })
    connection.on('end', () => {
      if (this.#idle.has(connection)) this.discard(connection)
    })
    socket.once('close', () => {
      this.#forget(connection)
      lost.reject(closed())
    })
    try {
      await Promise.race([lost.promise, prepared(connection)])
      if (this.#closed) throw closed()
    } catch (error) {
      this.discard(connection)
      throw error
    }
    this.#ready.add(connection)
    return connection
  }

  /** Whoever waits gets a new one in its place. */
  #forget(connection: Connection): void {
    if (!this.#sockets.delete(connection)) return
    this.#ready.delete(connection)
    clearTimeout(this.#idle.get(connection))
    this.#idle.delete(connection)
    this.#waiting.shift()?.resolve(this.#make())
  }
}

/** MySQL tells times in the zone of the session, which is the server's unless said otherwise. */
async function prepared(connection: Connection): Promise<void> {
  await connection.promise().connect()
  await connection.promise().query("SET time_zone = '+00:00'")
}

function closed(): Error {
  return Object.assign(new Error('the connection is closed'), { code: 'PROTOCOL_CONNECTION_LOST' })
}
