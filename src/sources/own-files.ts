import { createHash } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { noConsent } from '../taste/consent.ts'
import type { Item } from '../taste/item.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import type { Provenance } from '../taste/provenance.ts'
import { blobFile, type ExportFile } from './export/export-file.ts'
import type { ColumnMatch, ExportFormat } from './export/export-format.ts'
import { readExport } from './export/read-export.ts'
import { unreadable } from './reading/unreadable.ts'
import { reportSentences } from './reading-report.ts'
import type { SourceEvent } from './source.ts'

/** How a person's own files are read. */
export interface OwnFilesOptions {
  /** Which column of a plain table holds what. */
  readonly columns?: ColumnMatch
  /** The listener whom the files belong to; found from their content when absent, so that reading them again finds the same. */
  readonly listener?: ListenerId
}

/** The files of one person, as one path of an import names them. */
export interface OwnFiles {
  /** What the user named: a file, or the folder that holds them. */
  readonly path: string
  readonly files: readonly string[]
  /** Private files that were passed by. */
  readonly notOpened: number
  /** What was found in them, as `import` tells it. */
  readonly format: string
  /** What they may be read as. */
  readonly formats: readonly ExportFormat[]
  readonly trust: boolean
}

const progressEveryMs = 200
const chunkBytes = 1 << 18

/** A file on the disk as readers take it. */
export async function fileAt(path: string, root: string): Promise<ExportFile> {
  const blob = await openAsBlob(path).catch((error) => {
    throw unreadable(path, error)
  })
  return { ...blobFile(relative(root, path) || basename(path), blob), bytes: () => bytesAt(path) }
}

/** A blob's stream hands out less at a time, and spends much of the reading on it. */
async function* bytesAt(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path).catch((error) => {
    throw unreadable(path, error)
  })
  const read = () => file.read(new Uint8Array(chunkBytes), 0, chunkBytes)
  // The next chunk is on its way while one is being parsed.
  let next = read()
  try {
    for (;;) {
      const { bytesRead, buffer } = await next
      if (bytesRead === 0) return
      next = read()
      yield buffer.subarray(0, bytesRead)
    }
  } catch (error) {
    throw unreadable(path, error)
  } finally {
    await next.catch(() => undefined)
    await file.close()
  }
}

/** Reads the files of one person into one profile. @throws Problem when nothing can be read. */
export async function* readOwnFiles(
  own: OwnFiles,
  { columns, listener }: OwnFilesOptions,
  now: number,
): AsyncGenerator<SourceEvent> {
  const files = await Promise.all(own.files.map((path) => fileAt(path, own.path)))
  const stop = new AbortController()
  let progress: { readonly bytes: number; readonly of: number } | undefined
  const reading = readExport(files, {
    formats: own.formats,
    trust: own.trust,
    signal: stop.signal,
    ...(columns && { columns }),
    onProgress: (bytes, of) => {
      progress = { bytes, of }
    },
  })
  try {
    const done = reading.then(() => true)
    while (!(await Promise.race([done, sleep(progressEveryMs, false, { signal: stop.signal })]))) {
      if (progress) yield { kind: 'progress', ...progress }
    }
  } finally {
    stop.abort()
    await reading.catch(() => undefined)
  }
  const { items, audio, genres, report } = await reading
  const provenance: Provenance = { origin: 'own-export', source: own.format, readAt: now }
  const whole = { ...report, notOpened: report.notOpened + own.notOpened }
  yield { kind: 'reading', path: own.path, report: { ...whole, sentences: reportSentences(whole) } }
  if (items.length > 0)
    yield { kind: 'profile', profile: { id: listener ?? idOf(items), provenance, consent: noConsent, items } }
  if (genres.length > 0) yield { kind: 'genres', rows: genres.map((row) => ({ ...row, provenance })) }
  if (audio.length > 0) yield { kind: 'audio', rows: audio.map((row) => ({ ...row, provenance })) }
}

/**
 * The same for the same items, in whatever order the files were read; says nothing about whose they are. The sum of the
 * items' hashes, so that they need not be sorted.
 */
function idOf(items: readonly Item[]): ListenerId {
  let sum = 0n
  for (const item of items) sum += createHash('sha256').update(JSON.stringify(item)).digest().readBigUInt64LE()
  return `file:${createHash('sha256').update(`${items.length} ${sum}`).digest('hex').slice(0, 20)}`
}
