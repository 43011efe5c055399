import { Problem } from '../../taste/problem.ts'
import { isSpace, JsonSyntax, unfinished, wrong } from './json-syntax.ts'
import { maxRecordBytes } from './limits.ts'
import { utf8Of } from './utf-8.ts'

/** An object of the list, or why it could not be read. */
export type JsonRecord = {
  /** Name of the list it stands in; empty for a list that is the whole file. */
  readonly list: string
  readonly number: number
  readonly offset: number
} & ({ readonly value: unknown } | { readonly reason: string })

export interface JsonRecordsOptions {
  /** Names of the lists in the top-level object that are read; an empty name stands for a list that is the whole file. */
  readonly keys: readonly string[]
  /** What the reading goes on at behind something that is no JSON. */
  readonly isRecord: (value: unknown) => boolean
  /** Whether an element holds others, because its own end is missing. */
  readonly holdsRecords: (value: unknown) => boolean
  readonly maxBytes?: number
  /**
   * Parse as many elements at a time as there are at hand, which is several times faster for small ones; where that
   * fails, one by one. Of such elements only the number is exact: `offset` is that of the first one parsed with it.
   */
  readonly batches?: boolean
}

/**
 * Reads the objects of lists in a JSON object, `{ ..., "<key>": [ { ... }, ... ], ... }`, or of a list that is the whole
 * file, one by one, so that a file of any size takes the memory of its largest element. Elements that are damaged or larger than `maxBytes` are named
 * with their number (from 1; 0 outside the list) and offset (bytes of the unpacked file), and the reading goes on with
 * the next one.
 * @throws Problem when there is no such list.
 */
export async function* jsonRecords(
  chunks: AsyncIterable<Uint8Array>,
  options: JsonRecordsOptions,
): AsyncGenerator<JsonRecord> {
  for await (const records of jsonRecordBatches(chunks, options)) yield* records
}

/** The same, as many elements at a time as there are: waiting for each of a million small ones costs more than parsing them. */
export async function* jsonRecordBatches(
  chunks: AsyncIterable<Uint8Array>,
  options: JsonRecordsOptions,
): AsyncGenerator<readonly JsonRecord[]> {
  const reader = new JsonListReader(chunks, options)
  let going = true
  while (going) {
    let failure: unknown
    try {
      going = await reader.step()
    } catch (error) {
      failure = error
    }
    if (reader.records.length > 0) yield reader.records.splice(0)
    if (failure) throw failure
  }
}

const lenient = new TextDecoder()
/** A file whose elements hold objects in lists of their own is read one by one soon. */
const failedBatches = 4

class JsonListReader {
  readonly records: JsonRecord[] = []
  readonly #chunks: AsyncIterator<Uint8Array>
  readonly #keys: readonly string[]
  readonly #isRecord: (value: unknown) => boolean
  readonly #holdsRecords: (value: unknown) => boolean
  readonly #maxBytes: number
  readonly #syntax = new JsonSyntax()
  /** Bytes `#at` to `#end` are still to be read; byte 0 is byte `#base` of the file. */
  #bytes = new Uint8Array(1 << 17)
  #at = 0
  #end = 0
  #base = 0
  #inObject = false
  #inList = false
  #listSeen = false
  /** Name of the list that is being read. */
  #list = ''
  /** How many more batches may turn out not to be whole elements. */
  #batches: number
  /** Nothing up to here is to be tried as a batch again, in bytes of the file. */
  #tried = 0
  #count = 0
  #firstKey: string | undefined

  constructor(chunks: AsyncIterable<Uint8Array>, options: JsonRecordsOptions) {
    this.#chunks = chunks[Symbol.asyncIterator]()
    this.#keys = options.keys
    this.#batches = options.batches ? failedBatches : 0
    this.#isRecord = options.isRecord
    this.#holdsRecords = options.holdsRecords
    this.#maxBytes = options.maxBytes ?? maxRecordBytes
  }

  /** Reads on until there are records to hand out. False at the end of the file. */
  async step(): Promise<boolean> {
    while (this.records.length === 0) {
      const going = this.#inList ? await this.#element() : await this.#member()
      if (going) continue
      if (!this.#listSeen)
        throw new Problem(
          `there is no list ${this.#keys.map((key) => (key ? `"${key}"` : 'of objects')).join(' or ')} in it`,
        )
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
    if (!this.#inObject && byte === openList && this.#keys.includes('')) return this.#begin('')
    if (!this.#inObject || byte !== quote) return this.#lost()
    const name = await this.#take()
    if (!(await this.#passColon())) return this.#lost()
    const list = this.#keys.find((key) => key !== '' && JSON.stringify(key) === name)
    if ((await this.#next()) !== openList || list === undefined) return (await this.#skip()) || this.#lost()
    return this.#begin(list)
  }

  #begin(list: string): boolean {
    this.#at++
    this.#list = list
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
    if (byte === open && this.#batch()) return true
    this.#count++
    this.#firstKey ??= this.#keyAt(this.#at)
    // A value of another kind is what a misplaced quote leaves: reading on behind it would take strings for values.
    const found = byte === open ? await this.#value() : 'not an object'
    if (typeof found === 'number') {
      const bytes = this.#bytes.subarray(this.#at, found)
      const text = utf8Of(bytes)
      const value = parsed(text)
      if (!this.#holdsRecords(value)) {
        if (value === undefined) this.#broken(this.#at, text === undefined ? 'not UTF-8' : 'not JSON')
        else this.records.push(this.#record(this.#count, value))
        this.#at = found
        return true
      }
    }
    this.#broken(this.#at, typeof found === 'string' ? found : 'its end is missing')
    this.#at++
    return await this.#recover()
  }

  /** Reads the elements that are at hand from `#at` on, whole. Being JSON as a list proves where they begin and end. */
  #batch(): boolean {
    if (this.#batches === 0 || this.#base + this.#end <= this.#tried) return false
    this.#tried = this.#base + this.#end
    const end = lastElementEnd(this.#bytes, this.#at, this.#end)
    if (end === undefined) return false
    const text = utf8Of(this.#bytes.subarray(this.#at, end))
    const values = parsed(text === undefined ? undefined : `[${text}]`) as readonly unknown[] | undefined
    if (!values?.every(isObject)) {
      this.#batches--
      return false
    }
    for (const value of values) this.records.push(this.#record(++this.#count, value))
    this.#at = end
    return true
  }

  #record(number: number, value: unknown): JsonRecord {
    return { list: this.#list, number, offset: this.#base + this.#at, value }
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
      } else if (!this.#isRecord(parsed(utf8Of(this.#bytes.subarray(this.#at, found))))) this.#at = found
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
    return /^\{\s*"([^"]{1,60})"/.exec(lenient.decode(this.#bytes.subarray(at, Math.min(at + 100, this.#end))))?.[1]
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
    const text = lenient.decode(this.#bytes.subarray(this.#at, found))
    this.#at = found
    return text
  }

  /** Passes over a value of any size. False where there is none. */
  async #skip(): Promise<boolean> {
    this.#syntax.begin(this.#at)
    for (;;) {
      const found = this.#scan()
      if (typeof found === 'string') return false
      if (found !== undefined) {
        this.#at = found
        return true
      }
      this.#at = this.#end
      if (!(await this.#fill())) return false
    }
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
    const room = this.#bytes.length >= kept + chunk.length ? this.#bytes : new Uint8Array(2 * (kept + chunk.length))
    if (room === this.#bytes && this.#at > 0) room.copyWithin(0, this.#at, this.#end)
    else if (room !== this.#bytes) room.set(this.#bytes.subarray(this.#at, this.#end))
    room.set(chunk, kept)
    this.#syntax.shift(this.#at)
    this.#base += this.#at
    this.#bytes = room
    this.#at = 0
    this.#end = kept + chunk.length
    return true
  }

  #broken(at: number, reason: string): void {
    const number = this.#inList ? this.#count : 0
    this.records.push({ list: this.#list, number, offset: this.#base + at, reason })
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

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The index behind the last `}` that is followed by a comma and `{`, the beginning of another element; undefined without. */
function lastElementEnd(bytes: Uint8Array, from: number, end: number): number | undefined {
  for (let at = bytes.lastIndexOf(open, end - 1); at > from; at = bytes.lastIndexOf(open, at - 1)) {
    let before = at - 1
    while (before > from && isSpace(bytes[before] as number)) before--
    if (bytes[before] !== comma) continue
    before--
    while (before > from && isSpace(bytes[before] as number)) before--
    if (bytes[before] === close) return before + 1
  }
  return undefined
}
