import { Problem } from '../../taste/problem.ts'
import { utf8Of } from '../reading/utf-8.ts'
import { gunzipped, isFlateError } from './inflate.ts'

/** A file of somebody's export, wherever it lies: on a disk, in a browser's hands, in an archive. */
export interface ExportFile {
  /** With its folders, separated by "/". Only ever shown; nothing is opened or written by it. */
  readonly name: string
  /** Bytes, as whoever has the file claims. */
  readonly size: number
  /** The content from the beginning. Ending the iteration early lets the file go. */
  bytes(): AsyncIterable<Uint8Array>
  /** The content at random, where that is possible: archives can be opened only then. */
  readonly blob?: Blob
}

/** A file as browsers have it; Node makes the same of a path (`openAsBlob`). */
export function blobFile(name: string, blob: Blob): ExportFile {
  return { name, size: blob.size, bytes: () => chunksOf(blob.stream()), blob }
}

/** Not every browser can iterate over a stream. */
export async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** What a file begins with. */
export interface Head {
  /** Name without folders, in lower case. */
  readonly base: string
  /** Name with folders, in lower case. */
  readonly path: string
  /** The first 64 kB as text, without a byte-order mark; undefined where they are none. */
  readonly text?: string
  readonly kind: 'text' | 'zip' | 'empty' | 'binary'
}

const headBytes = 1 << 16

/** Looks at the first 64 kB of a file, unpacked where it is gzipped. */
export async function headOf(file: ExportFile): Promise<Head> {
  const path = file.name.toLowerCase()
  const name = { path, base: path.slice(path.lastIndexOf('/') + 1) }
  const bytes = await beginning(unpacked(file))
  if (bytes.length === 0) return { ...name, kind: 'empty' }
  if (isZip(bytes)) return { ...name, kind: 'zip' }
  const text = decoderFor(bytes)
    .decode(bytes, { stream: true })
    .replace(/^\ufeff/, '')
  if (text.includes('\u0000')) return { ...name, kind: 'binary' }
  return text.trim() === '' ? { ...name, kind: 'empty' } : { ...name, kind: 'text', text }
}

/** Up to 64 kB; less of what is damaged behind its beginning. */
async function beginning(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const head = new Uint8Array(headBytes)
  let length = 0
  try {
    for await (const chunk of chunks) {
      const part = chunk.subarray(0, headBytes - length)
      head.set(part, length)
      length += part.length
      if (length === headBytes) break
    }
  } catch (error) {
    if (!(error instanceof DamagedGzip || (error instanceof Problem && length > 0))) throw error
  }
  return head.subarray(0, length)
}

/** Begins as an archive with at least one file does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4
}

/** The file's bytes; where they are gzipped, what was packed. */
export async function* unpacked(file: ExportFile): AsyncGenerator<Uint8Array> {
  const raw = file.bytes()[Symbol.asyncIterator]()
  try {
    const first = await raw.next()
    if (first.done) return
    const whole = prefixed(first.value, raw)
    yield* first.value[0] === 0x1f && first.value[1] === 0x8b ? gunzippedFile(file.name, whole) : whole
  } finally {
    await raw.return?.()
  }
}

async function* prefixed(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first
  for (;;) {
    const { done, value } = await rest.next()
    if (done) return
    yield value
  }
}

class DamagedGzip extends Problem {}

async function* gunzippedFile(name: string, packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* gunzipped(packed)
  } catch (error) {
    if (!isFlateError(error)) throw error
    throw new DamagedGzip(`"${name}" is a damaged gzip file`, { do: 'download it again', cause: error })
  }
}

/** UTF-16 by its mark; UTF-8 if the beginning is; else Windows-1252, which old players and spreadsheets write. */
function decoderFor(head: Uint8Array) {
  if (head[0] === 0xff && head[1] === 0xfe) return new TextDecoder('utf-16le')
  if (head[0] === 0xfe && head[1] === 0xff) return new TextDecoder('utf-16be')
  // The last letter may be cut in two.
  const end = head.length - Math.min(3, head.length >> 1)
  const whole = [0, 1, 2, 3].some((more) => utf8Of(head.subarray(0, end + more)) !== undefined)
  return new TextDecoder(whole ? 'utf-8' : 'windows-1252')
}

/** The file as text, piece by piece. A letter that is none becomes U+FFFD. */
export async function* textOf(file: ExportFile): AsyncGenerator<string> {
  let decoder: ReturnType<typeof decoderFor> | undefined
  for await (const chunk of unpacked(file)) {
    decoder ??= decoderFor(chunk.subarray(0, headBytes))
    const text = decoder.decode(chunk, { stream: true })
    if (text !== '') yield text
  }
  const rest = decoder?.decode()
  if (rest) yield rest
}

/** Bytes in UTF-8 of a file of JSON, which may be in UTF-16. */
export async function* utf8BytesOf(file: ExportFile): AsyncGenerator<Uint8Array> {
  let decoder: ReturnType<typeof decoderFor> | undefined
  let first = true
  const encoder = new TextEncoder()
  for await (const chunk of unpacked(file)) {
    if (first && ((chunk[0] === 0xff && chunk[1] === 0xfe) || (chunk[0] === 0xfe && chunk[1] === 0xff)))
      decoder = decoderFor(chunk.subarray(0, 2))
    first = false
    yield decoder ? encoder.encode(decoder.decode(chunk, { stream: true })) : chunk
  }
}
