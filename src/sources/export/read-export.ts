import { Problem } from '../../taste/problem.ts'
import { Collector, type Reading } from './collector.ts'
import { blobFile, type ExportFile, headOf } from './export-file.ts'
import type { ExportFormat, FileReader, ReadOptions } from './export-format.ts'
import { exportFormats } from './formats.ts'
import { isReadable, neverOpened } from './private-names.ts'

export interface ExportOptions extends ReadOptions {
  /** Only what these read; all of them when absent. */
  readonly formats?: readonly ExportFormat[]
  /** Read the files as the first of `formats` without examining them. */
  readonly trust?: boolean
  readonly onProgress?: (bytes: number, of: number) => void
  readonly signal?: AbortSignal
}

/** A file and what reads it. */
interface Assigned {
  readonly file: ExportFile
  readonly reader: FileReader
}

/** Bytes of all files together, unpacked. */
const maxBytes = 16 * 2 ** 30
/** An archive in an archive is held in memory. */
const maxInnerArchive = 64 << 20
/** Apple packs parts of its privacy export a second time. */
const innerArchive = /(?:^|\/)apple[ _]m[^/]*\.zip$/i

/**
 * Reads the files of one person, archives included: finds out by content what each is, reads what tells of music in
 * bounded memory, and never opens what holds identity, payments or searches.
 * @throws Problem when nothing can be read.
 */
export async function readExport(files: readonly ExportFile[], options: ExportOptions = {}): Promise<Reading> {
  const into = new Collector()
  const assigned: Assigned[] = []
  const attempt = async (work: () => Promise<void>, name: string) => {
    try {
      await work()
    } catch (error) {
      options.signal?.throwIfAborted()
      into.broken('', problemOf(error, name))
    }
  }
  for (const file of files) {
    await attempt(async () => {
      for await (const found of assign(file, into, options)) assigned.push(found)
    }, file.name)
  }
  const of = assigned.reduce((sum, { file }) => sum + file.size, 0)
  if (of > maxBytes)
    throw new Problem(`the files claim to be ${(of / 2 ** 30).toFixed(0)} GB together, more than listening data can be`)
  const ordered = assigned.toSorted((a, b) => (a.reader.order ?? 0) - (b.reader.order ?? 0))
  into.keepMinutes = ordered.some(({ reader }) => (reader.order ?? 0) > 0)
  let done = 0
  let read = 0
  for (const { file, reader } of ordered) {
    options.signal?.throwIfAborted()
    into.begin(file.name, reader.what)
    const counted = countedFile(file, options.signal, (bytes) => options.onProgress?.(Math.min(done + bytes, of), of))
    await attempt(async () => {
      await reader.read(counted, into, options)
      read++
    }, file.name)
    done += file.size
    options.onProgress?.(done, of)
  }
  options.signal?.throwIfAborted()
  const reading = into.finish()
  if (read === 0 && reading.items.length === 0) throw new Problem(into.firstBroken ?? nothingIn(files, into))
  return withAdvice(reading, ordered)
}

/**
 * In which format the first thing in a file is that can be read; undefined where there is none.
 * @throws Problem when the file is an archive that can't be read.
 */
export async function formatOf(
  file: ExportFile,
  formats: readonly ExportFormat[] = exportFormats,
): Promise<string | undefined> {
  const into = new Collector()
  for await (const { reader } of assign(file, into, { formats }))
    return formats.find(({ readers }) => readers.includes(reader))!.format
  if (into.firstBroken) throw new Problem(into.firstBroken)
  return undefined
}

async function* assign(file: ExportFile, into: Collector, options: ExportOptions, depth = 0): AsyncGenerator<Assigned> {
  options.signal?.throwIfAborted()
  const { formats = exportFormats, trust = false } = options
  const head = await headOf(file)
  if (head.kind === 'zip') return yield* assignArchive(file, into, options, depth)
  const readers = formats.flatMap((format) => format.readers)
  const reader =
    readers.find((one) => one.recognises(head)) ?? (trust && head.kind === 'text' ? readers.at(-1) : undefined)
  if (reader) yield { file, reader }
  else into.unknown.length < 20 && into.unknown.push(file.name)
}

async function* assignArchive(
  file: ExportFile,
  into: Collector,
  options: ExportOptions,
  depth: number,
): AsyncGenerator<Assigned> {
  if (depth > 0 && !(innerArchive.test(file.name) && file.size <= maxInnerArchive))
    throw new Problem(`"${file.name}" is an archive in an archive`, { do: 'unpack the outer one first' })
  const blob = file.blob ?? (await inMemory(file))
  const inner: ExportFile[] = []
  // Few bring archives; whoever doesn't need not wait for what reads them.
  const { zipFiles } = await import('./zip-files.ts')
  for await (const entry of zipFiles({ ...file, blob })) inner.push(entry)
  const secret = neverOpened(inner.map(({ name }) => name))
  for (const entry of inner) {
    if (secret.has(entry.name)) into.notOpened++
    else if (!isReadable(entry.name)) continue
    else if (!/\.zip$/i.test(entry.name)) yield* assignEntry(entry, into, options, depth)
    else if (depth === 0 && innerArchive.test(entry.name)) yield* assignEntry(entry, into, options, depth)
    else into.broken('', `"${entry.name}" is an archive in an archive; unpack the outer one first`)
  }
}

/** One file of an archive that can't be read doesn't spoil the others. */
async function* assignEntry(
  entry: ExportFile,
  into: Collector,
  options: ExportOptions,
  depth: number,
): AsyncGenerator<Assigned> {
  try {
    yield* assign(entry, into, { ...options, trust: false }, depth + 1)
  } catch (error) {
    options.signal?.throwIfAborted()
    into.broken('', problemOf(error, entry.name))
  }
}

async function inMemory(file: ExportFile): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  for await (const chunk of file.bytes()) {
    length += chunk.length
    if (length > maxInnerArchive) throw new Problem(`"${file.name}" is too large for an archive in an archive`)
    parts.push(chunk as Uint8Array<ArrayBuffer>)
  }
  return blobFile(file.name, new Blob(parts)).blob!
}

function countedFile(file: ExportFile, signal: AbortSignal | undefined, tell: (bytes: number) => void): ExportFile {
  async function* bytes() {
    let read = 0
    for await (const chunk of file.bytes()) {
      signal?.throwIfAborted()
      read += chunk.length
      tell(read)
      yield chunk
    }
  }
  return { ...file, bytes }
}

/** One line that names the file. Whatever else goes wrong in foreign data is told as damage. */
function problemOf(error: unknown, name: string): string {
  if (error instanceof Problem)
    return error.message.includes(`"${name}"`) ? error.message : `"${name}": ${error.message}`
  if (error instanceof DOMException) return `"${name}" can't be read (${error.name})`
  throw error
}

function nothingIn(files: readonly ExportFile[], into: Collector): string {
  const names = files.map(({ name }) => `"${name}"`)
  const what = names.length > 3 ? `${names.length} files` : names.join(', ')
  return `nothing in ${what} tells of music${into.notOpened > 0 ? `; ${into.notOpened} private files were not opened` : ''}`
}

/** Adds what would make the matches better, from what is missing. */
function withAdvice(reading: Reading, assigned: readonly Assigned[]): Reading {
  const { report } = reading
  const was = (word: string) => assigned.some(({ reader }) => reader.what.includes(word))
  const advice = [
    ...report.advice,
    ...(was('of the last year') && !was('extended')
      ? ['Ask Spotify for your extended streaming history, too: it goes back to your first day.']
      : []),
    ...(report.listens === 0 && report.items > 0
      ? ['A listening history says more than lists: how often you play what, and when.']
      : []),
    ...(report.artists > 0 && report.artists < 25
      ? [
          `${report.artists} ${report.artists === 1 ? 'artist is' : 'artists are'} little to go by: 25 or more make matches sure.`,
        ]
      : []),
    ...(report.broken.count > report.items
      ? ['Much of it could not be read: download it again, or say which column holds what.']
      : []),
  ]
  return { ...reading, report: { ...report, advice } }
}
