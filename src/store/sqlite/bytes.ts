/**
 * Growing buffer of unsigned varints: 7 bits a byte, low bits first, the high bit set on all bytes but the last
 * (LEB128, as in WebAssembly and protocol buffers).
 */
export class ByteWriter {
  #bytes = new Uint8Array(256)
  #length = 0

  /** @param value integer from 0 to 2^53 - 1. */
  varint(value: number): void {
    if (this.#length + 8 > this.#bytes.length) this.#grow(8)
    let rest = value
    // Bit operations would cut at 32 bits.
    while (rest > 0x7fffffff) {
      this.#bytes[this.#length++] = (rest % 128) | 0x80
      rest = Math.floor(rest / 128)
    }
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#bytes[this.#length++] = rest
  }

  text(value: string): void {
    const bytes = Buffer.from(value, 'utf8')
    this.varint(bytes.length)
    if (this.#length + bytes.length > this.#bytes.length) this.#grow(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** What was written, as a copy. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  #grow(by: number): void {
    const bytes = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + by))
    bytes.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = bytes
  }
}

/** Stored bytes that can't be what was written. */
export class DamagedBytes extends Error {}

/** Reads what a ByteWriter wrote. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length
  }

  /** @throws DamagedBytes at the end of the bytes. */
  varint(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw new DamagedBytes('the bytes end within a number')
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
  }

  text(): string {
    const length = this.varint()
    const end = this.#at + length
    if (end > this.#bytes.length) throw new DamagedBytes('the bytes end within a text')
    const bytes = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('utf8')
  }
}

/** A list of numbers as varints. */
export function packNumbers(numbers: readonly number[]): Uint8Array {
  const writer = new ByteWriter()
  for (const number of numbers) writer.varint(number)
  return writer.finish()
}

export function unpackNumbers(bytes: Uint8Array): number[] {
  const reader = new ByteReader(bytes)
  const numbers: number[] = []
  while (!reader.done) numbers.push(reader.varint())
  return numbers
}
