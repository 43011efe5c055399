import { createHash, randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Identity } from '../certificates.ts'
import type { SqlAccess, SqlResult, SqlValue } from './backend.ts'
import { columnTypes, fractionDigits, parameter, textValue } from './column-types.ts'
import type { PreparedQuery } from './sqlite-tables.ts'
import { capability, command, PacketReader, PacketWriter } from './wire.ts'

/** What a client is served from. */
export interface SessionDeps {
  readonly access: () => SqlAccess
  readonly prepare: (sql: string) => PreparedQuery
  /** Hours that its own time zone is ahead of UTC. */
  readonly hoursAhead: () => number
  /** Undefined: it offers no TLS. */
  readonly tls: Identity | undefined
}

const serverVersion = '8.0.35-local'
const authPlugin = 'mysql_native_password'
const autocommit = 2
const utf8mb4 = 45

/** One client's connection, as MySQL's protocol has it: sign in, then one command after the other. */
export class MysqlSession {
  readonly #deps: SessionDeps
  readonly #salt = Buffer.from(randomBytes(20).map((byte) => (byte % 120) + 1))
  readonly #statements = new Map<
    number,
    { readonly query: PreparedQuery; readonly parameters: number; types: number[] }
  >()
  readonly #commands: Readonly<Record<number, (reader: PacketReader) => void>> = {
    [command.quit]: () => this.#stream.end(),
    [command.initDatabase]: () => this.#done(),
    [command.query]: (reader) => this.#query(reader.rest()),
    [command.ping]: () => this.#done(),
    [command.prepare]: (reader) => this.#prepare(reader.rest()),
    [command.execute]: (reader) => this.#execute(reader),
    [command.closeStatement]: (reader) => this.#statements.delete(reader.int(4)),
    [command.resetStatement]: () => this.#done(),
    [command.resetConnection]: () => {
      this.#statements.clear()
      this.#done()
    },
  }
  #stream: Socket
  #lastStatement = 0
  #received = Buffer.alloc(0)
  #sequence = 0
  #step: 'hello' | 'signed in' = 'hello'
  #inUtc = false

  constructor(stream: Socket, deps: SessionDeps) {
    this.#stream = stream.setNoDelay(true)
    this.#deps = deps
    this.#listen(stream)
    this.#greet()
  }

  #listen(stream: Socket): void {
    stream.on('data', (bytes) => this.#receive(bytes))
    stream.on('error', () => stream.destroy())
  }

  #greet(): void {
    const { longPassword, longFlag, withDatabase, protocol41, tls, transactions, secureConnection, pluginAuth } =
      capability
    const own = longPassword | longFlag | withDatabase | protocol41 | transactions | secureConnection | pluginAuth
    const all = own | (this.#deps.tls ? tls : 0)
    this.#send(
      new PacketWriter()
        .int(10, 1)
        .text(serverVersion)
        .int(1, 4)
        .bytes(this.#salt.subarray(0, 8))
        .int(0, 1)
        .int(all & 0xffff, 2)
        .int(utf8mb4, 1)
        .int(autocommit, 2)
        .int(all >>> 16, 2)
        .int(21, 1)
        .bytes(Buffer.alloc(10))
        .bytes(this.#salt.subarray(8))
        .int(0, 1)
        .text(authPlugin),
    )
  }

  #receive(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes])
    while (this.#received.length >= 4) {
      const end = 4 + this.#received.readUIntLE(0, 3)
      if (this.#received.length < end) return
      this.#sequence = this.#received[3]! + 1
      const packet = this.#received.subarray(4, end)
      this.#received = this.#received.subarray(end)
      if (this.#step === 'hello') this.#signIn(packet)
      else this.#obey(packet)
    }
  }

  #signIn(packet: Buffer): void {
    const reader = new PacketReader(packet)
    const flags = reader.int(4)
    reader.bytes(28)
    if (packet.length === 32) {
      this.#encrypt()
      return
    }
    const user = reader.text()
    const token = reader.counted()
    const database = flags & capability.withDatabase ? reader.text() : ''
    const access = this.#deps.access()
    if (user !== access.user || !token.equals(nativePassword(access.password, this.#salt))) {
      this.#fail(1045, '28000', `Access denied for user '${user}'@'localhost' (using password: YES)`)
      this.#stream.end()
      return
    }
    if (database !== '' && database !== access.database) {
      this.#fail(1044, '42000', `Access denied for user '${user}'@'localhost' to database '${database}'`)
      this.#stream.end()
      return
    }
    this.#step = 'signed in'
    this.#done()
  }

  #encrypt(): void {
    const plain = this.#stream
    plain.removeAllListeners('data')
    plain.pause()
    // What came with the request is the beginning of the handshake.
    if (this.#received.length > 0) plain.unshift(this.#received)
    this.#received = Buffer.alloc(0)
    const { cert, key } = this.#deps.tls!
    this.#stream = new TLSSocket(plain, { isServer: true, cert, key })
    this.#listen(this.#stream)
  }

  #obey(packet: Buffer): void {
    const reader = new PacketReader(packet)
    try {
      const run = this.#commands[reader.int(1)]
      if (run) run(reader)
      else this.#fail(1047, '08S01', 'Unknown command')
    } catch (error) {
      this.#fail(...errorOf(error as Error))
    }
  }

  #query(sql: string): void {
    if (/^\s*SET\b/i.test(sql)) {
      this.#inUtc ||= /\btime_zone\s*=\s*'\+00:00'/i.test(sql)
      this.#done()
    } else this.#answer(this.#deps.prepare(sql).run([]), 'text')
  }

  #prepare(sql: string): void {
    const query = this.#deps.prepare(sql)
    const parameters = sql.split('?').length - 1
    const id = ++this.#lastStatement
    this.#statements.set(id, { query, parameters, types: [] })
    const { columns } = query
    this.#send(new PacketWriter().int(0, 1).int(id, 4).int(columns.length, 2).int(parameters, 2).int(0, 1).int(0, 2))
    for (let i = 0; i < parameters; i++) this.#send(definition('?', 253, 63, 0))
    if (parameters > 0) this.#end()
    this.#define({ columns, rows: [] })
  }

  #execute(reader: PacketReader): void {
    const statement = this.#statements.get(reader.int(4))
    if (!statement) throw new Error('unknown prepared statement')
    const { parameters } = statement
    reader.bytes(5)
    const nulls = reader.bytes(parameters > 0 ? (parameters + 7) >> 3 : 0)
    if (parameters > 0 && reader.int(1) === 1)
      statement.types = Array.from({ length: parameters }, () => reader.int(2) & 0xff)
    const values = statement.types.map((type, i) => (nulls[i >> 3]! & (1 << (i & 7)) ? null : parameter(type, reader)))
    this.#answer(statement.query.run(values), 'binary')
  }

  #answer(result: SqlResult, form: 'text' | 'binary'): void {
    if (result.columns.length === 0) {
      this.#done()
      return
    }
    const types = columnTypes(result)
    this.#send(new PacketWriter().count(result.columns.length))
    this.#define(result)
    const hours = this.#inUtc ? 0 : this.#deps.hoursAhead()
    for (const row of hours === 0 ? result.rows : inZone(result, hours)) {
      const packet = new PacketWriter()
      if (form === 'binary') packet.int(0, 1).bytes(nullBits(row))
      for (const [i, value] of row.entries()) {
        if (value !== null && form === 'binary') types[i]!.writeBinary(value, packet)
        else if (value !== null) packet.counted(textValue(value, types[i]!))
        else if (form === 'text') packet.int(251, 1)
      }
      this.#send(packet)
    }
    this.#end()
  }

  #define(result: SqlResult): void {
    if (result.columns.length === 0) return
    const types = columnTypes(result)
    for (const [i, { name, type }] of result.columns.entries())
      this.#send(definition(name, types[i]!.code, types[i]!.charset, fractionDigits(type)))
    this.#end()
  }

  #done(): void {
    this.#send(new PacketWriter().int(0, 1).count(0).count(0).int(autocommit, 2).int(0, 2))
  }

  #end(): void {
    this.#send(new PacketWriter().int(0xfe, 1).int(0, 2).int(autocommit, 2))
  }

  #fail(code: number, state: string, message: string): void {
    this.#send(
      new PacketWriter()
        .int(0xff, 1)
        .int(code, 2)
        .bytes(Buffer.from(`#${state}${message}`)),
    )
  }

  #send({ packet }: PacketWriter): void {
    const header = Buffer.alloc(4)
    header.writeUIntLE(packet.length, 0, 3)
    header[3] = this.#sequence++
    const stream = this.#stream
    // All packets of one answer go together.
    if (stream.writableCorked === 0) {
      stream.cork()
      process.nextTick(() => stream.uncork())
    }
    stream.write(Buffer.concat([header, packet]))
  }
}

function definition(name: string, type: number, charset: number, decimals: number): PacketWriter {
  const packet = new PacketWriter().counted('def').counted('').counted('').counted('').counted(name).counted(name)
  const flags = charset === 63 ? 128 : 0
  return packet.int(12, 1).int(charset, 2).int(65_535, 4).int(type, 1).int(flags, 2).int(decimals, 1).int(0, 2)
}

/** With times as a session sees them that is in another time zone. */
function inZone({ columns, rows }: SqlResult, hours: number): SqlResult['rows'] {
  const shifted = (text: string) =>
    text.replace(/^[^.]+/, (time) =>
      new Date(Date.parse(`${time}Z`) + hours * 3_600_000).toISOString().slice(0, 19).replace('T', ' '),
    )
  return rows.map((row) =>
    row.map((value, i) => (value !== null && columns[i]!.type?.startsWith('timestamp') ? shifted(`${value}`) : value)),
  )
}

/** Which values of a row are null; the first two bits are not used. */
function nullBits(row: readonly SqlValue[]): Buffer {
  const bits = Buffer.alloc((row.length + 9) >> 3)
  for (const [i, value] of row.entries()) if (value === null) bits[(i + 2) >> 3]! |= 1 << ((i + 2) & 7)
  return bits
}

/** SHA1(password) XOR SHA1(salt + SHA1(SHA1(password))). */
function nativePassword(password: string, salt: Buffer): Buffer {
  const sha1 = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest()
  const once = sha1(Buffer.from(password))
  const mask = sha1(Buffer.concat([salt, sha1(once)]))
  return Buffer.from(once.map((byte, i) => byte ^ mask[i]!))
}

function errorOf({ message }: Error): [number, string, string] {
  const table = /no such table: (.*)/.exec(message)?.[1]
  if (table) return [1146, '42S02', `Table '${table}' doesn't exist`]
  const column = /no such column: (.*)/.exec(message)?.[1]
  if (column) return [1054, '42S22', `Unknown column '${column}' in 'field list'`]
  return [1064, '42000', `You have an error in your SQL syntax: ${message}`]
}
