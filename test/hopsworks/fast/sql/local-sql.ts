import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { Identity } from '../certificates.ts'
import type { FeatureGroupDto } from '../groups/feature-group.ts'
import type { Message } from '../ingestion/message.ts'
import type { SqlAccess, SqlBackend } from './backend.ts'
import { MysqlSession } from './mysql-session.ts'
import { SqliteTables } from './sqlite-tables.ts'

/** An SQLite in memory that is asked as a MySQL server is. */
export class LocalSql implements SqlBackend {
  readonly #tables: SqliteTables
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #access: SqlAccess
  #hoursAhead = 0

  private constructor(database: string, user: string, tls: Identity | undefined) {
    this.#tables = new SqliteTables(database)
    this.#access = { user, password: newPassword(), database }
    this.#server = createServer((socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      new MysqlSession(socket, {
        access: () => this.#access,
        prepare: (sql) => this.#tables.prepare(sql),
        hoursAhead: () => this.#hoursAhead,
        tls,
      })
    })
  }

  /** @param tls undefined: it offers none */
  static async start(host: string, database: string, user: string, tls: Identity | undefined): Promise<LocalSql> {
    const sql = new LocalSql(database, user, tls)
    sql.#server.listen(0, host)
    await once(sql.#server, 'listening')
    return sql
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get access(): SqlAccess {
    return this.#access
  }

  /** Whoever signs in from now on needs the new one. */
  changePassword(): void {
    this.#access = { ...this.#access, password: newPassword() }
  }

  /** Sessions that name no time zone see times so many hours later than in UTC. */
  moveEast(hours: number): void {
    this.#hoursAhead = hours
  }

  async create(group: FeatureGroupDto): Promise<void> {
    this.#tables.create(group)
  }

  async extend(group: FeatureGroupDto): Promise<void> {
    this.#tables.extend(group)
  }

  async drop(group: FeatureGroupDto): Promise<void> {
    this.#tables.drop(group)
  }

  async apply(messages: readonly Message[]): Promise<void> {
    this.#tables.apply(messages)
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    const closed = once(this.#server, 'close')
    this.#server.close()
    await closed
    this.#tables.close()
  }
}

function newPassword(): string {
  return randomBytes(15).toString('base64url')
}
