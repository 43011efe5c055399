import { maxRecordBytes } from './limits.ts'

/** A line of a text file, without its line end; or, when it is longer than can be held, only its place. */
export interface Line {
  /** From 1. */
  readonly number: number
  /** Where it begins, in bytes of the unpacked file. */
  readonly offset: number
  /** Absent when the line is too long. */
  readonly bytes?: Buffer
}

const newline = 0x0a
const carriageReturn = 0x0d

/**
 * Cuts chunks of bytes at line feeds, with or without carriage returns, as many lines at a time as there are. A
 * byte-order mark is taken off. Holds at most one line of `maxBytes` beside the chunk.
 */
export async function* readLines(
  chunks: AsyncIterable<Buffer>,
  maxBytes = maxRecordBytes,
): AsyncGenerator<readonly Line[]> {
  const held: Buffer[] = []
  let heldBytes = 0
  let tooLong = false
  let number = 1
  let offset = 0
  const take = (rest: Buffer): Line => {
    const length = heldBytes + rest.length
    const whole = tooLong || length > maxBytes ? undefined : held.length > 0 ? Buffer.concat([...held, rest]) : rest
    const line: Line = { number, offset, ...(whole && { bytes: stripped(whole, number === 1) }) }
    held.length = 0
    heldBytes = 0
    tooLong = false
    number++
    offset += length + 1
    return line
  }
  for await (const chunk of chunks) {
    const lines: Line[] = []
    let start = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      lines.push(take(chunk.subarray(start, end)))
      start = end + 1
    }
    if (lines.length > 0) yield lines
    if (start === chunk.length) continue
    heldBytes += chunk.length - start
    if (heldBytes > maxBytes) {
      tooLong = true
      held.length = 0
    } else held.push(chunk.subarray(start))
  }
  if (heldBytes > 0) yield [take(Buffer.alloc(0))]
}

function stripped(line: Buffer, first: boolean): Buffer {
  const start = first && line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf ? 3 : 0
  return line.subarray(start, line.at(-1) === carriageReturn ? -1 : undefined)
}
