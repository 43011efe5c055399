/** Reads one packet of MySQL's protocol. */
export class PacketReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  int(size: 1 | 2 | 4): number {
    this.#at += size
    return this.#bytes.readUIntLE(this.#at - size, size)
  }

  bigint(): bigint {
    this.#at += 8
    return this.#bytes.readBigInt64LE(this.#at - 8)
  }

  double(): number {
    this.#at += 8
    return this.#bytes.readDoubleLE(this.#at - 8)
  }

  bytes(length: number): Buffer {
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  /** With its length before it. */
  counted(): Buffer {
    const first = this.int(1)
    if (first < 251) return this.bytes(first)
    if (first === 252) return this.bytes(this.int(2))
    if (first === 253) return this.bytes(this.int(2) + this.int(1) * 65_536)
    return this.bytes(Number(this.bigint()))
  }

  /** Up to a zero. */
  text(): string {
    const end = this.#bytes.indexOf(0, this.#at)
    const text = this.#bytes.toString('utf8', this.#at, end)
    this.#at = end + 1
    return text
  }

  rest(): string {
    return this.#bytes.toString('utf8', this.#at)
  }
}

/** Puts one packet together. */
export class PacketWriter {
  readonly #parts: Buffer[] = []

  int(value: number, size: 1 | 2 | 4): this {
    const bytes = Buffer.alloc(size)
    bytes.writeUIntLE(value, 0, size)
    return this.bytes(bytes)
  }

  bytes(bytes: Uint8Array): this {
    this.#parts.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    return this
  }

  /** With its length before it. */
  counted(value: Uint8Array | string): this {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value
    return this.count(bytes.length).bytes(bytes)
  }

  count(value: number): this {
    if (value < 251) return this.int(value, 1)
    if (value < 65_536) return this.int(252, 1).int(value, 2)
    return this.int(253, 1)
      .int(value % 65_536, 2)
      .int(Math.floor(value / 65_536), 1)
  }

  /** With a zero after it. */
  text(value: string): this {
    return this.bytes(Buffer.from(`${value}\0`))
  }

  get packet(): Buffer {
    return Buffer.concat(this.#parts)
  }
}

/** Bits by which the two sides say what they can do. */
export const capability = {
  longPassword: 0x1,
  longFlag: 0x4,
  withDatabase: 0x8,
  protocol41: 0x200,
  tls: 0x800,
  transactions: 0x2000,
  secureConnection: 0x8000,
  pluginAuth: 0x80000,
} as const

/** First bytes of what clients send. */
export const command = {
  quit: 0x01,
  initDatabase: 0x02,
  query: 0x03,
  ping: 0x0e,
  prepare: 0x16,
  execute: 0x17,
  closeStatement: 0x19,
  resetStatement: 0x1a,
  resetConnection: 0x1f,
} as const
