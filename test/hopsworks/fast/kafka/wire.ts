/**
 * The primitive types of Kafka's protocol, big-endian, in their older ("non-flexible") encoding; of the newer one only what
 * ApiVersions 3 needs. https://kafka.apache.org/protocol.html#protocol_types
 */
export class WireReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get remaining(): number {
    return this.#bytes.length - this.#at
  }

  #take(size: number): Buffer {
    if (size < 0 || size > this.remaining) throw new RangeError(`kafka: ${size} bytes wanted, ${this.remaining} left`)
    this.#at += size
    return this.#bytes.subarray(this.#at - size, this.#at)
  }

  int8(): number {
    return this.#take(1).readInt8()
  }

  int16(): number {
    return this.#take(2).readInt16BE()
  }

  int32(): number {
    return this.#take(4).readInt32BE()
  }

  uint32(): number {
    return this.#take(4).readUInt32BE()
  }

  int64(): bigint {
    return this.#take(8).readBigInt64BE()
  }

  bool(): boolean {
    return this.int8() !== 0
  }

  string(): string {
    return this.#take(this.int16()).toString('utf8')
  }

  nullableString(): string | null {
    const size = this.int16()
    return size < 0 ? null : this.#take(size).toString('utf8')
  }

  nullableBytes(): Buffer | null {
    const size = this.int32()
    return size < 0 ? null : this.#take(size)
  }

  array<T>(item: () => T): T[] {
    return Array.from({ length: Math.max(0, this.int32()) }, item)
  }

  nullableArray<T>(item: () => T): T[] | null {
    const length = this.int32()
    return length < 0 ? null : Array.from({ length }, item)
  }

  /** Zigzag, as in records. */
  varint(): number {
    return Number(this.varlong())
  }

  varlong(): bigint {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#take(1)[0]!
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) break
    }
    return (value >> 1n) ^ -(value & 1n)
  }

  /** Bytes of a record, with a zigzag length; -1 is null. */
  varbytes(): Buffer | null {
    const size = this.varint()
    return size < 0 ? null : this.#take(size)
  }
}

export class WireWriter {
  readonly #parts: Buffer[] = []

  #put(size: number, write: (buffer: Buffer) => unknown): this {
    const buffer = Buffer.allocUnsafe(size)
    write(buffer)
    this.#parts.push(buffer)
    return this
  }

  int8(value: number): this {
    return this.#put(1, (buffer) => buffer.writeInt8(value))
  }

  int16(value: number): this {
    return this.#put(2, (buffer) => buffer.writeInt16BE(value))
  }

  int32(value: number): this {
    return this.#put(4, (buffer) => buffer.writeInt32BE(value))
  }

  int64(value: bigint): this {
    return this.#put(8, (buffer) => buffer.writeBigInt64BE(value))
  }

  bool(value: boolean): this {
    return this.int8(value ? 1 : 0)
  }

  string(value: string): this {
    return this.nullableString(value)
  }

  nullableString(value: string | null): this {
    if (value === null) return this.int16(-1)
    const bytes = Buffer.from(value)
    this.int16(bytes.length).#parts.push(bytes)
    return this
  }

  nullableBytes(value: Buffer | null): this {
    if (value === null) return this.int32(-1)
    this.int32(value.length).#parts.push(value)
    return this
  }

  array<T>(items: readonly T[], item: (value: T) => unknown): this {
    this.int32(items.length)
    for (const value of items) item(value)
    return this
  }

  /** Of the newer encoding: the length plus one, then the items, each closed by {@link noTags}. */
  compactArray<T>(items: readonly T[], item: (value: T) => unknown): this {
    let length = items.length + 1
    for (; length >= 0x80; length >>>= 7) this.#put(1, (buffer) => buffer.writeUInt8((length & 0x7f) | 0x80))
    this.#put(1, (buffer) => buffer.writeUInt8(length))
    for (const value of items) item(value)
    return this
  }

  noTags(): this {
    return this.int8(0)
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts)
  }
}
