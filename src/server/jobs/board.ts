import type { Progress } from '../../pipelines/progress.ts'
import type { JobKind, JobLedger, JobRow, JobState, NewJob } from '../ledger/jobs.ts'
import { opaqueId } from '../ledger/secret.ts'
import type { ProblemDetails } from '../problems.ts'
import { mutable } from '../views/mutable.ts'
import { type Happening, isLast, type JobEvent } from './events.ts'
import { foldJob, type Job } from './fold.ts'
import { stepProgress } from './step-progress.ts'

/** What a job works with. */
export interface JobContext {
  readonly job: JobRow
  /** Aborted when the job is cancelled or the server stops. */
  readonly signal: AbortSignal
  readonly progress: Progress
  emit(happening: Happening): void
  /** The profile is stored under this opaque key. */
  storedAs(key: string): void
  /** There are matches, or better ones. */
  answered(provisional: boolean): void
}

export type Work = (context: JobContext) => Promise<void>

export interface JobBoardOptions {
  readonly ledger: JobLedger
  /** How many jobs run at the same time. */
  readonly parallel: number
  /** Seconds since 1970. */
  readonly now: () => number
  /** Anything that was thrown, as the problem that the job ends with. */
  readonly problemOf: (error: unknown) => ProblemDetails
  /** Called with what even the end of a job could not be kept for, such as a full disk. */
  readonly onError: (error: unknown) => void
  /** Called when a job has ended, however. */
  readonly onEnd?: (job: JobRow, state: JobState) => void
}

class Cancelled extends Error {}
class Stopping extends Error {}

interface Running {
  readonly controller: AbortController
  readonly ended: Promise<void>
}

/**
 * Runs jobs and tells what happens in them. Every event is kept before anybody hears of it, numbered without a gap, so
 * whoever has heard some of them can go on from there, also after a restart of the server: jobs that had not ended are
 * run again then.
 */
export class JobBoard {
  readonly #options: JobBoardOptions
  readonly #works = new Map<JobKind, Work>()
  readonly #waiting: JobRow[] = []
  readonly #running = new Map<string, Running>()
  readonly #followers = new Map<string, Set<(event: JobEvent) => void>>()
  readonly #lastEvents = new Map<string, number>()
  #stopped = false

  constructor(options: JobBoardOptions) {
    this.#options = options
  }

  /** Says how jobs of a kind are done. */
  on(kind: JobKind, work: Work): void {
    this.#works.set(kind, work)
  }

  /** Runs what had not ended when the server did. */
  resume(kind: JobKind): void {
    const known = new Set([...this.#waiting.map(({ id }) => id), ...this.#running.keys()])
    this.#waiting.push(...this.#options.ledger.unfinished().filter((job) => job.kind === kind && !known.has(job.id)))
    this.#next()
  }

  add(job: Omit<NewJob, 'id' | 'created_at'>): JobRow {
    const row = this.#options.ledger.add({ ...job, id: opaqueId(), created_at: this.#options.now() })
    this.#waiting.push(row)
    // In a later turn, so that whoever adds a job knows it before anything happens in it.
    setImmediate(() => this.#next())
    return row
  }

  find(id: string): JobRow | undefined {
    return this.#options.ledger.find(id)
  }

  show(job: JobRow): Job {
    return foldJob(job, this.#options.ledger.events(job.n))
  }

  /** What was read stays. A job that has ended stays as it is. Resolves when nothing is done for it any more. */
  async cancel({ id, n }: JobRow): Promise<void> {
    const running = this.#running.get(id)
    if (running) {
      running.controller.abort(new Cancelled())
      await running.ended
      return
    }
    const at = this.#waiting.findIndex((job) => job.id === id)
    const [job] = at < 0 ? [] : this.#waiting.splice(at, 1)
    if (job) this.#end(job, n, 'cancelled', { event: 'cancelled', data: {} })
  }

  /**
   * Tells of all events after a number: of those that were, at once, and then of each that comes.
   * @returns how to stop following; undefined when there is nothing more to come
   */
  follow(job: JobRow, after: number, tell: (event: JobEvent) => void): (() => void) | undefined {
    const known = this.#options.ledger.events(job.n, after)
    for (const event of known) tell(event)
    const { state } = this.find(job.id) ?? job
    if (state !== 'waiting' && state !== 'running') return undefined
    const followers = this.#followers.get(job.id) ?? new Set()
    this.#followers.set(job.id, followers.add(tell))
    return () => {
      followers.delete(tell)
      if (followers.size === 0) this.#followers.delete(job.id)
    }
  }

  /** Leaves everything as it is; jobs that had not ended go on at the next start. */
  async stop(): Promise<void> {
    this.#stopped = true
    const running = [...this.#running.values()]
    for (const { controller } of running) controller.abort(new Stopping())
    await Promise.all(running.map(({ ended }) => ended))
  }

  #next(): void {
    while (!this.#stopped && this.#running.size < this.#options.parallel) {
      const at = this.#waiting.findIndex(({ kind }) => this.#works.has(kind))
      const [job] = at < 0 ? [] : this.#waiting.splice(at, 1)
      if (!job) return
      const controller = new AbortController()
      const ended = this.#run(job, this.#works.get(job.kind)!, controller.signal).catch(this.#options.onError)
      this.#running.set(job.id, { controller, ended })
      void ended.finally(() => {
        this.#running.delete(job.id)
        this.#next()
      })
    }
  }

  async #run(job: JobRow, work: Work, signal: AbortSignal): Promise<void> {
    const { ledger, problemOf } = this.#options
    const before = ledger.events(job.n)
    this.#lastEvents.set(job.id, before.at(-1)?.id ?? 0)
    let revision = before.reduce((most, event) => (event.event === 'answer' ? event.data.revision : most), 0)
    ledger.run(job.n)
    let over = false
    const emit = (happening: Happening) => {
      // Whatever a work still says when it has ended, or was told to stop, is not part of the job any more.
      if (!over && !signal.aborted) this.#emit(job, happening)
    }
    try {
      if (before.length === 0) emit({ event: 'started', data: { what: job.what } })
      await work({
        job,
        signal,
        emit,
        progress: stepProgress(emit),
        storedAs: (key) => {
          signal.throwIfAborted()
          ledger.setListener(job.n, key)
          emit({ event: 'profile', data: { profile: key } })
        },
        answered: (provisional) => emit({ event: 'answer', data: { revision: ++revision, provisional } }),
      })
      signal.throwIfAborted()
      over = true
      const { listener } = this.find(job.id) ?? job
      this.#end(job, job.n, 'done', { event: 'done', data: listener === null ? {} : { profile: listener } })
    } catch (error) {
      over = true
      if (signal.aborted && signal.reason instanceof Stopping) return this.#forget(job.id)
      if (signal.aborted) this.#end(job, job.n, 'cancelled', { event: 'cancelled', data: {} })
      else this.#end(job, job.n, 'failed', { event: 'failed', data: { problem: mutable(problemOf(error)) } })
    }
  }

  #end(job: JobRow, n: number, state: JobState, happening: Happening): void {
    const { ledger, now, onEnd } = this.#options
    // Whoever was erased meanwhile took the job along.
    if (this.find(job.id)) {
      const event = this.#numbered(job, happening)
      ledger.end(n, state, event, now())
      this.#tell(job, event)
    } else this.#tell(job, this.#numbered(job, { event: 'cancelled', data: {} }))
    this.#forget(job.id)
    onEnd?.(job, state)
  }

  #emit(job: JobRow, happening: Happening): void {
    const event = this.#numbered(job, happening)
    this.#options.ledger.append(job.n, event)
    this.#tell(job, event)
  }

  #numbered(job: JobRow, happening: Happening): JobEvent {
    const id = (this.#lastEvents.get(job.id) ?? this.#options.ledger.events(job.n).at(-1)?.id ?? 0) + 1
    this.#lastEvents.set(job.id, id)
    return { ...happening, id } as JobEvent
  }

  #tell(job: JobRow, event: JobEvent): void {
    for (const tell of [...(this.#followers.get(job.id) ?? [])]) tell(event)
    if (isLast(event)) this.#followers.delete(job.id)
  }

  #forget(id: string): void {
    this.#lastEvents.delete(id)
  }
}
