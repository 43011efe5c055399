import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { OwnFilesOptions } from '../sources/own-files.ts'
import { type ReadingReport, withKnown } from '../sources/reading-report.ts'
import { type Recognised, recognise } from '../sources/recognise.ts'
import type { SourceEvent } from '../sources/source.ts'
import { counted } from '../taste/counted.ts'
import type { Profile } from '../taste/listener.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import { Problem } from '../taste/problem.ts'
import { BatchWriter, type IngestStore, type StoredEvent, type WriteCounts } from './batch-writer.ts'
import { knownArtists } from './known-artists.ts'
import type { Progress, Task } from './progress.ts'

export interface IngestOptions extends OwnFilesOptions {
  readonly store: IngestStore
  /** Only this format, instead of recognising it. */
  readonly as?: string
  readonly progress: Progress
  /** Stops the import; what was written stays, and importing again completes it. */
  readonly signal?: AbortSignal
  /** Seconds since 1970. */
  readonly now: number
}

/** A record that could not be read. */
export interface BrokenRecord {
  /** File and place in it. */
  readonly place: string
  readonly reason: string
}

export interface IngestReport extends WriteCounts {
  readonly inputs: readonly { readonly path: string; readonly format: string }[]
  /** Files in the given folders that are in no known format. */
  readonly leftOut: readonly string[]
  /** Inputs of which nothing could be read, beside others that could. */
  readonly failed: readonly { readonly path: string; readonly reason: string }[]
  /** What the files of each person told, and whom they were stored as. */
  readonly readings: readonly PersonReading[]
  /** `first`: the first of each kind, twenty at most. */
  readonly broken: { readonly count: number; readonly first: readonly BrokenRecord[] }
}

export interface PersonReading {
  readonly path: string
  /** Absent where there was no music in them. */
  readonly listener?: ListenerId
  readonly report: ReadingReport
}

const reportedBroken = 20
/** One mistake made a thousand times must not hide the others. */
const reportedOfAKind = 4

/**
 * Brings files and folders into the store: recognises their formats, streams them in bounded memory, and writes
 * batches that are durable one by one while the reading goes on. Importing again changes nothing, or completes an
 * import that was interrupted. Of a listener that comes several times, the first one counts.
 *
 * @throws Problem when a path is in no known format, or nothing could be read at all; what `signal` was aborted with.
 */
export async function ingest(paths: readonly string[], options: IngestOptions): Promise<IngestReport> {
  const { recognised, leftOut } = await recognise(paths, options.as, options)
  const sizes = await Promise.all(recognised.map(sizeOf))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  using task = options.progress.start('importing', { unit: 'bytes', total })
  const run = new Run(options, task)
  const failed: { path: string; reason: string }[] = []
  for (const [index, input] of recognised.entries()) {
    try {
      await run.read(input, sizes[index] as number)
    } catch (error) {
      if (!(error instanceof Problem) || run.writer.failed || recognised.length === 1) throw error
      failed.push({ path: input.path, reason: error.message })
    }
  }
  if (failed.length === recognised.length) throw new Problem(failed.map(({ reason }) => reason).join('; '))
  task.finish(run.note)
  const inputs = recognised.map(({ path, source }) => ({ path, format: source.format }))
  const broken = { count: run.brokenCount, first: run.broken }
  return { inputs, leftOut, failed, readings: run.readings, broken, ...run.writer.counts }
}

class Run {
  readonly writer: BatchWriter
  readonly broken: BrokenRecord[] = []
  brokenCount = 0
  readonly readings: PersonReading[] = []
  readonly #options: IngestOptions
  readonly #task: Task
  readonly #listeners = new Set<string>()
  readonly #kinds = new Map<string, number>()

  constructor(options: IngestOptions, task: Task) {
    this.#options = options
    this.#task = task
    this.writer = new BatchWriter(options.store)
  }

  get note(): string {
    const { listeners, entries } = this.writer.counts
    const read = listeners.added + listeners.changed + listeners.unchanged
    return `${counted(read, 'listener')}, ${counted(entries, 'entry', 'entries')}`
  }

  async read({ path, source }: Recognised, size: number): Promise<void> {
    let told = 0
    const advance = (bytes: number) => {
      this.#task.advance(bytes - told, this.note)
      told = bytes
    }
    try {
      for await (const event of source.read(path, { now: this.#options.now })) {
        this.#options.signal?.throwIfAborted()
        if (event.kind === 'progress') advance(Math.min(size, event.bytes))
        else if (event.kind === 'broken') this.#note(event.place, event.reason)
        else if (event.kind === 'reading') this.#told(event)
        else if (this.#isNew(event, path)) {
          if (event.kind === 'profile') await this.#attribute(event.profile)
          await this.writer.add(event)
        }
      }
      advance(size)
    } finally {
      await this.writer.flush()
    }
  }

  #told({ path, report }: Extract<SourceEvent, { kind: 'reading' }>): void {
    this.readings.push({ path, report })
    for (const { place, reason } of report.broken.first) this.#note(place, reason)
    this.brokenCount += report.broken.count - report.broken.first.length
  }

  /** The profile behind a report is that report's. */
  async #attribute(profile: Profile): Promise<void> {
    const latest = this.readings.at(-1)
    if (!latest || latest.listener !== undefined) return
    const known = await knownArtists(profile, this.#options.store)
    this.readings[this.readings.length - 1] = {
      ...latest,
      listener: profile.id,
      report: withKnown(latest.report, known),
    }
  }

  #isNew(event: StoredEvent, path: string): boolean {
    if (event.kind !== 'profile') return true
    const { id } = event.profile
    if (this.#listeners.has(id)) {
      this.#note(path, `listener "${id}" was in this import before; the first one is kept`)
      return false
    }
    this.#listeners.add(id)
    return true
  }

  #note(place: string, reason: string): void {
    this.brokenCount++
    if (this.broken.length === reportedBroken) return
    const kind = reason.replace(/\d+|"[^"]*"/g, '#')
    const seen = this.#kinds.get(kind) ?? 0
    this.#kinds.set(kind, seen + 1)
    if (seen < reportedOfAKind) this.broken.push({ place, reason })
  }
}

/** Bytes of a file, or of the files that lie in a folder. */
async function sizeOf({ path, files }: Pick<Recognised, 'path' | 'files'>): Promise<number> {
  if (files) return (await Promise.all(files.map((file) => stat(file)))).reduce((sum, { size }) => sum + size, 0)
  const about = await stat(path)
  if (!about.isDirectory()) return about.size
  const inner = await Promise.all((await readdir(path)).map((name) => stat(join(path, name))))
  return inner.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0)
}
