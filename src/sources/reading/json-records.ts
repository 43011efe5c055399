import { isUtf8 } from 'node:buffer'
import { isSpace, JsonSyntax, unfinished, wrong } from './json-syntax.ts'
import { maxRecordBytes } from './lines.ts'

/** An element of the list, or why it could not be read. */
export type JsonRecord = { readonly number: number; readonly offset: number } & (
  | { readonly value: unknown }
  | { readonly reason: string }
)

export interface JsonRecordsOptions {
  /** Name of the list in the top-level object. */
  readonly key: string
  /** What the reading goes on at behind something that is no JSON. */
  readonly isRecord: (value: unknown) => boolean
  readonly maxBytes?: number
}

/**
 * Reads the elements of a list in a JSON object, `{ ..., "<key>": [ element, ... ], ... }`, one by one, so that a file
 * of any size takes the memory of its largest element. Elements that are damaged or larger than `maxBytes` are named
 * with their number (from 1) and offset (bytes of the unpacked file), and the reading goes on with the next one.
 */
export async function* jsonRecords(
  chunks: AsyncIterable<Buffer>,
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
    const records = reader.records.splice(0)
    if (records.length > 0) yield records
    if (failure) throw failure
  }
}

class JsonListReader {
  readonly records: JsonRecord[] = []
  readonly #chunks: AsyncIterator<Buffer>
  readonly #key: string
  readonly #isRecord: (value: unknown) => boolean
  readonly #maxBytes: number
  readonly #syntax = new JsonSyntax()
  /** Bytes `#at` to `#end` are still to be read; byte 0 is byte `#base` of the file. */
  #bytes = Buffer.alloc(1 << 17)
  #at = 0
  #end = 0
  #base = 0
  #inList = false
  #count = 0

  constructor(chunks: AsyncIterable<Buffer>, { key, isRecord, maxBytes = maxRecordBytes }: JsonRecordsOptions) {
    this.#chunks = chunks[Symbol.asyncIterator]()
    this.#key = key
    this.#isRecord = isRecord
    this.#maxBytes = maxBytes
  }

  /** Reads on until there are records to hand out. False at the end of the file. */
  async step(): Promise<boolean> {
    while (this.records.length < 16) {
      const going = this.#inList ? await this.#element() : await this.#member()
      if (!going) return false
    }
    return true
  }

  /** Reads up to the wanted list, or the end. */
  async #member(): Promise<boolean> {
    const byte = await this.#next()
    if (byte === undefined) return false
    if (byte === open || byte === close || byte === comma || byte === 0xef || byte === 0xbb || byte === 0xbf) {
      this.#at++
      return true
    }
    const start = this.#at
    if (byte !== quote || !(await this.#skip())) return this.#stopped()
    const name = this.#bytes.toString('utf8', start, this.#at)
    if ((await this.#next()) !== colon) return this.#stopped()
    this.#at++
    if ((await this.#next()) === openList && name === JSON.stringify(this.#key)) {
      this.#at++
      this.#inList = true
      return true
    }
    return (await this.#skip()) || this.#stopped()
  }

  #stopped(): false {
    this.#broken(this.#at, `not JSON at byte ${this.#base + this.#at}; the rest was left out`)
    return false
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
    const found = await this.#value(this.#at)
    if (typeof found === 'number') {
      const offset = this.#base + this.#at
      const bytes = this.#bytes.subarray(this.#at, found)
      this.#at = found
      const value = parsed(bytes)
      this.records.push(
        value === undefined
          ? { number: this.#count, offset, reason: isUtf8(bytes) ? 'not JSON' : 'not UTF-8' }
          : { number: this.#count, offset, value },
      )
      return true
    }
    this.#broken(this.#at, found)
    this.#at++
    return await this.#recover()
  }

  /** Finds the next object that looks like an element, behind one that is damaged. */
  async #recover(): Promise<boolean> {
    for (;;) {
      const next = this.#bytes.subarray(0, this.#end).indexOf(open, this.#at)
      if (next < 0) {
        this.#at = this.#end
        if (!(await this.#fill())) return false
        continue
      }
      this.#at = next
      const found = await this.#value(next)
      if (typeof found !== 'number') this.#at++
      else if (this.#isRecord(parsed(this.#bytes.subarray(this.#at, found)))) return true
      else this.#at = found
    }
  }

  /** The index behind the value that begins at `#at`, or why there is none. `#at` stays the value's beginning. */
  async #value(start: number): Promise<number | string> {
    this.#syntax.begin(start)
    for (;;) {
      const found = this.#syntax.scan(this.#bytes, this.#end)
      if (found === wrong) return `not JSON at byte ${this.#base + this.#syntax.position}`
      if (found !== unfinished) return found
      if (this.#end - this.#at > this.#maxBytes) return `larger than ${this.#maxBytes >> 20} MB`
      if (!(await this.#fill())) return 'the file ends in the middle of it'
    }
  }

  /** Passes over a value of at most `maxBytes`. */
  async #skip(): Promise<boolean> {
    const found = await this.#value(this.#at)
    if (typeof found === 'number') this.#at = found
    return typeof found === 'number'
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
    this.records.push({ number: this.#count, offset: this.#base + at, reason })
  }
}

const open = 0x7b
const close = 0x7d
const openList = 0x5b
const closeList = 0x5d
const comma = 0x2c
const colon = 0x3a
const quote = 0x22

function parsed(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) return undefined
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
