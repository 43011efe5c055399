import { isUtf8 } from 'node:buffer'
import { Problem } from '../../taste/problem.ts'
import { isSpace, JsonSyntax, unfinished, wrong } from './json-syntax.ts'
import { maxRecordBytes } from './lines.ts'

/** An object of the list, or why it could not be read. */
export type JsonRecord = { readonly number: number; readonly offset: number } & (
  | { readonly value: unknown }
  | { readonly reason: string }
)

export interface JsonRecordsOptions {
  /** Name of the list in the top-level object. */
  readonly key: string
  /** What the reading goes on at behind something that is no JSON. */
  readonly isRecord: (value: unknown) => boolean
  /** Whether an element holds others, because its own end is missing. */
  readonly holdsRecords: (value: unknown) => boolean
  readonly maxBytes?: number
}

/**
 * Reads the objects of a list in a JSON object, `{ ..., "<key>": [ { ... }, ... ], ... }`, one by one, so that a file
 * of any size takes the memory of its largest element. Elements that are damaged or larger than `maxBytes` are named
 * with their number (from 1; 0 outside the list) and offset (bytes of the unpacked file), and the reading goes on with
 * the next one.
 * @throws Problem when there is no such list.
 */
export async function* jsonRecords(
  chunks: AsyncIterable<Buffer>,
  options: JsonRecordsOptions,
): AsyncGenerator<JsonRecord> {
  const reader = new JsonListReader(chunks, options)
  let going = true
  while (going) {
    let failure: unknown
    try {
      going = await reader.step()
    } catch (error) {
      failure = error
    }
    yield* reader.records.splice(0)
    if (failure) throw failure
  }
}

class JsonListReader {
  readonly records: JsonRecord[] = []
  readonly #chunks: AsyncIterator<Buffer>
  readonly #key: string
  readonly #isRecord: (value: unknown) => boolean
  readonly #holdsRecords: (value: unknown) => boolean
  readonly #maxBytes: number
  readonly #syntax = new JsonSyntax()
  /** Bytes `#at` to `#end` are still to be read; byte 0 is byte `#base` of the file. */
  #bytes = Buffer.alloc(1 << 17)
  #at = 0
  #end = 0
  #base = 0
  #inObject = false
  #inList = false
  #listSeen = false
  #count = 0
  #firstKey: string | undefined

  constructor(chunks: AsyncIterable<Buffer>, options: JsonRecordsOptions) {
    this.#chunks = chunks[Symbol.asyncIterator]()
    this.#key = options.key
    this.#isRecord = options.isRecord
    this.#holdsRecords = options.holdsRecords
    this.#maxBytes = options.maxBytes ?? maxRecordBytes
  }

  /** Reads on until there are records to hand out. False at the end of the file. */
  async step(): Promise<boolean> {
    while (this.records.length === 0) {
      const going = this.#inList ? await this.#element() : await this.#member()
      if (going) continue
      if (!this.#listSeen) throw new Problem(`there is no list "${this.#key}" in it`)
      return false
    }
    return true
  }

  /** Reads up to the wanted list, or the end. Several objects may follow each other. */
  async #member(): Promise<boolean> {
    const byte = await this.#next()
    if (byte === undefined) return false
    if (this.#inObject ? byte === comma || byte === close : byte === open || isByteOrderMark(byte)) {
      this.#inObject = byte === comma || byte === open
      this.#at++
      return true
    }
    if (!this.#inObject || byte !== quote) return this.#lost()
    const name = await this.#take()
    if (!(await this.#passColon())) return this.#lost()
    if ((await this.#next()) !== openList || name !== JSON.stringify(this.#key)) {
      return (await this.#take()) !== undefined || this.#lost()
    }
    this.#at++
    this.#inList = true
    this.#listSeen = true
    return true
  }

  async #passColon(): Promise<boolean> {
    if ((await this.#next()) !== colon) return false
    this.#at++
    return true
  }

  /** Outside the list something is no JSON: whatever looks like an element behind it still counts. */
  async #lost(): Promise<boolean> {
    this.#broken(this.#at, `not JSON at byte ${this.#base + this.#at}`)
    this.#inList = true
    this.#at++
    return await this.#recover()
  }

  /** Reads one element of the list, with what stands before it. */
  async #element(): Promise<boolean> {
    const byte = await this.#next()
    if (byte === undefined) {
      this.#broken(this.#at, 'the file ends before its list does')
      return false
    }
    if (byte === comma || byte === closeList) {
      this.#at++
      this.#inList = byte === comma
      return true
    }
    this.#count++
    this.#firstKey ??= this.#keyAt(this.#at)
    // A value of another kind is what a misplaced quote leaves: reading on behind it would take strings for values.
    const found = byte === open ? await this.#value() : 'not an object'
    if (typeof found === 'number') {
      const bytes = this.#bytes.subarray(this.#at, found)
      const value = parsed(bytes)
      if (!this.#holdsRecords(value)) {
        if (value === undefined) this.#broken(this.#at, isUtf8(bytes) ? 'not JSON' : 'not UTF-8')
        else this.records.push({ number: this.#count, offset: this.#base + this.#at, value })
        this.#at = found
        return true
      }
    }
    this.#broken(this.#at, typeof found === 'string' ? found : 'its end is missing')
    this.#at++
    return await this.#recover()
  }

  /** Finds the next object that looks like an element, behind one that is damaged. */
  async #recover(): Promise<boolean> {
    for (;;) {
      while (this.#at < this.#end && this.#bytes[this.#at] !== open) this.#at++
      if (this.#at >= this.#end) {
        this.#at = this.#end
        if (!(await this.#fill())) return false
        continue
      }
      this.#syntax.begin(this.#at)
      const found = this.#scan() ?? (await this.#value())
      if (typeof found !== 'number') {
        if (this.#beginsElement()) {
          this.#count++
          this.#broken(this.#at, found)
        }
        this.#at++
      } else if (!this.#isRecord(parsed(this.#bytes.subarray(this.#at, found)))) this.#at = found
      else {
        this.#listSeen = true
        return true
      }
    }
  }

  /** Whether the damaged object at `#at` begins with the same key as the first element: probably one more of them. */
  #beginsElement(): boolean {
    const key = this.#keyAt(this.#at)
    return key !== undefined && key === this.#firstKey
  }

  #keyAt(at: number): string | undefined {
    const byte = this.#bytes[at + 1] as number
    if (byte !== quote && !isSpace(byte)) return undefined
    return /^\{\s*"([^"]{1,60})"/.exec(this.#bytes.toString('latin1', at, Math.min(at + 100, this.#end)))?.[1]
  }

  /** The index behind the value that begins at `#at`, or why there is none. `#at` stays the value's beginning. */
  async #value(): Promise<number | string> {
    this.#syntax.begin(this.#at)
    for (;;) {
      const found = this.#scan()
      if (found !== undefined) return found
      if (this.#end - this.#at > this.#maxBytes) return `larger than ${this.#maxBytes >> 20} MB`
      if (!(await this.#fill())) return 'the file ends in the middle of it'
    }
  }

  /** Undefined when it takes more bytes to know. */
  #scan(): number | string | undefined {
    const found = this.#syntax.scan(this.#bytes, this.#end)
    if (found === wrong) return `not JSON at byte ${this.#base + this.#syntax.position}`
    return found === unfinished ? undefined : found
  }

  /** Text of the value at `#at`, of at most `maxBytes`; undefined where there is none. */
  async #take(): Promise<string | undefined> {
    const found = await this.#value()
    if (typeof found !== 'number') return undefined
    const text = this.#bytes.toString('utf8', this.#at, found)
    this.#at = found
    return text
  }

  /** The next byte that is no white space, at `#at`; undefined at the end of the file. */
  async #next(): Promise<number | undefined> {
    for (;;) {
      while (this.#at < this.#end && isSpace(this.#bytes[this.#at] as number)) this.#at++
      if (this.#at < this.#end) return this.#bytes[this.#at]
      if (!(await this.#fill())) return undefined
    }
  }

  /** Appends a chunk; what was read is let go. False at the end of the file. */
  async #fill(): Promise<boolean> {
    const { done, value: chunk } = await this.#chunks.next()
    if (done) return false
    const kept = this.#end - this.#at
    const room = this.#bytes.length >= kept + chunk.length ? this.#bytes : Buffer.alloc(2 * (kept + chunk.length))
    this.#bytes.copy(room, 0, this.#at, this.#end)
    chunk.copy(room, kept)
    this.#syntax.shift(this.#at)
    this.#base += this.#at
    this.#bytes = room
    this.#at = 0
    this.#end = kept + chunk.length
    return true
  }

  #broken(at: number, reason: string): void {
    this.records.push({ number: this.#inList ? this.#count : 0, offset: this.#base + at, reason })
  }
}

const open = 0x7b
const close = 0x7d
const openList = 0x5b
const closeList = 0x5d
const comma = 0x2c
const colon = 0x3a
const quote = 0x22

function isByteOrderMark(byte: number): boolean {
  return byte === 0xef || byte === 0xbb || byte === 0xbf
}

function parsed(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) return undefined
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
