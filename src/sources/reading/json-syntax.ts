/** `JsonSyntax.scan`: the value goes on behind the bytes at hand. */
export const unfinished = -1
/** `JsonSyntax.scan`: no JSON; `position` says where. */
export const wrong = -2

const value: number = 0
const valueOrEnd = 1
const keyOrEnd = 2
const key = 3
const colon = 4
const commaOrEnd = 5
const inString = 6
const inEscape = 7
const inLiteral = 8

const maxDepth = 64

/**
 * Finds where one JSON value ends, and the first byte that no JSON value has there (RFC 8259), in bytes that arrive chunk by chunk.
 * Literals and escapes are left to JSON.parse.
 */
export class JsonSyntax {
  /** Where `scan` stopped. */
  position = 0
  #state = value
  #isKey = false
  #depth = 0
  /** 1 for an object, 0 for an array. */
  readonly #objects = new Uint8Array(maxDepth)

  /** Gets ready for a value that begins at `position`. */
  begin(position: number): void {
    this.position = position
    this.#state = value
    this.#isKey = false
    this.#depth = 0
  }

  /** The bytes at hand moved by so much towards the front. */
  shift(by: number): void {
    this.position -= by
  }

  /** Goes on at `position`. Returns the index behind the value, `unfinished` or `wrong`. */
  scan(bytes: Uint8Array, end: number): number {
    let at = this.position
    while (at < end) {
      const byte = bytes[at] as number
      if (this.#state === inString) {
        if (byte === 0x5c) this.#state = inEscape
        else if (byte < 0x20) return this.#fail(at)
        else if (byte === 0x22) {
          this.#state = this.#isKey ? colon : commaOrEnd
          this.#isKey = false
          if (this.#depth === 0) return at + 1
        }
        at++
        continue
      }
      if (this.#state === inEscape) {
        this.#state = inString
        at++
        continue
      }
      if (this.#state === inLiteral) {
        if (isLiteral(byte)) {
          at++
          continue
        }
        if (this.#depth === 0) return at
        this.#state = commaOrEnd
      }
      if (!isSpace(byte) && !this.#token(byte)) return this.#fail(at)
      at++
      if (this.#depth === 0 && this.#state === commaOrEnd) return at
    }
    this.position = at
    return unfinished
  }

  #fail(at: number): typeof wrong {
    this.position = at
    return wrong
  }

  /** Whether the byte may stand here, outside strings and literals. */
  #token(byte: number): boolean {
    switch (this.#state) {
      case keyOrEnd:
        if (byte === 0x7d) return this.#close(1)
        return this.#startKey(byte)
      case key:
        return this.#startKey(byte)
      case colon:
        this.#state = value
        return byte === 0x3a
      case commaOrEnd:
        if (byte === 0x7d) return this.#close(1)
        if (byte === 0x5d) return this.#close(0)
        this.#state = this.#objects[this.#depth - 1] ? key : value
        return byte === 0x2c
      case valueOrEnd:
        if (byte === 0x5d) return this.#close(0)
        return this.#startValue(byte)
      default:
        return this.#startValue(byte)
    }
  }

  #startKey(byte: number): boolean {
    this.#state = inString
    this.#isKey = true
    return byte === 0x22
  }

  #startValue(byte: number): boolean {
    if (byte === 0x22) this.#state = inString
    else if (byte === 0x7b) return this.#open(1)
    else if (byte === 0x5b) return this.#open(0)
    else if (isLiteral(byte)) this.#state = inLiteral
    else return false
    return true
  }

  #open(object: 0 | 1): boolean {
    if (this.#depth === maxDepth) return false
    this.#objects[this.#depth++] = object
    this.#state = object ? keyOrEnd : valueOrEnd
    return true
  }

  #close(object: 0 | 1): boolean {
    if (this.#depth === 0 || this.#objects[this.#depth - 1] !== object) return false
    this.#depth--
    this.#state = commaOrEnd
    return true
  }
}

/** Space, tab, line feed, carriage return. */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

/** Bytes of numbers, true, false and null. */
function isLiteral(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2d ||
    byte === 0x2e ||
    byte === 0x2b ||
    byte === 0x45
  )
}
