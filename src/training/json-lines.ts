import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { BrokenOff, openBytes } from '../sources/reading/byte-stream.ts'
import { readLines } from '../sources/reading/lines.ts'
import { Problem } from '../taste/problem.ts'

/** One line of a file: its JSON value, or why it has none. */
export interface JsonLine {
  /** From 1. */
  readonly line: number
  readonly value?: unknown
  readonly reason?: string
}

/**
 * Reads a file of JSON lines, gzipped or not, in bounded memory. Empty lines don't count as broken.
 * @throws Problem as `readTextLines`.
 */
export async function* readJsonLines(path: string): AsyncGenerator<JsonLine> {
  for await (const { line, text } of readTextLines(path)) {
    if (text === undefined) yield { line, reason: 'too long' }
    else if (text !== '') yield { line, ...parse(text) }
  }
}

/**
 * Reads a text file, gzipped or not, line by line; a line too long to be held has no text.
 * @throws Problem when the file can't be read, or ends early.
 */
export async function* readTextLines(path: string): AsyncGenerator<{ readonly line: number; readonly text?: string }> {
  try {
    const { chunks } = await openBytes(path)
    for await (const lines of readLines(chunks))
      for (const { number, bytes } of lines) yield bytes ? { line: number, text: bytes.toString() } : { line: number }
  } catch (error) {
    if (!(error instanceof BrokenOff)) throw error
    throw new Problem(`"${path}" is damaged or cut off`, { do: 'check that it was copied whole', cause: error })
  }
}

function parse(text: string): Pick<JsonLine, 'value' | 'reason'> {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return { reason: 'not JSON' }
  }
}

/** A file of JSON lines that is being written. It has its name only once it is complete. */
export class JsonLinesWriter {
  readonly #path: string
  readonly #stream: NodeJS.WritableStream
  readonly #written: Promise<void>

  /** Compresses when the name ends in `.gz`. */
  constructor(path: string) {
    this.#path = path
    const file = createWriteStream(this.#partial)
    const gzip = path.endsWith('.gz') ? createGzip() : undefined
    this.#stream = gzip ?? file
    this.#written = gzip ? pipeline(gzip, file) : new Promise((done, fail) => file.on('finish', done).on('error', fail))
    // Reported by `close`; without a listener it would end the process.
    this.#written.catch(() => {})
  }

  async write(value: unknown): Promise<void> {
    if (this.#stream.write(`${JSON.stringify(value)}\n`)) return
    await Promise.race([new Promise((drained) => this.#stream.once('drain', drained)), this.#written])
  }

  /** @throws Problem when the file can't be written. */
  async close(): Promise<void> {
    this.#stream.end()
    try {
      await this.#written
      await rename(this.#partial, this.#path)
    } catch (error) {
      throw new Problem(`"${this.#path}" can't be written (${(error as Error).message})`, {
        do: 'choose another folder or free some space',
        cause: error,
      })
    }
  }

  /** Leaves no file behind. */
  async discard(): Promise<void> {
    this.#stream.end()
    await this.#written.catch(() => {})
    await rm(this.#partial, { force: true })
  }

  get #partial(): string {
    return `${this.#path}.partial`
  }
}
