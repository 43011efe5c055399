import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { type FileSums, modelFolder, type WireModel } from '../sqlite/model-writer.ts'
import type { Writer } from '../sqlite/writer.ts'
import { again } from './again.ts'
import { trainedUpTo } from './lineage.ts'
import { Mirror, type MirrorNews, type MirrorOptions } from './mirror.ts'
import type { ProjectRecord } from './record.ts'

interface Call {
  readonly method: string
  readonly args: readonly unknown[]
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: unknown) => void
}

type Outcome = { readonly value: unknown } | { readonly error: unknown }

/** Calls in one round at most. */
const most = 64
/** What is gone is to be gone everywhere before these are answered. */
const removing = new Set(['erase', 'purgeExpired'])

/**
 * Takes calls for one mirror. Those that change the store and have queued up while it was busy share one round, and none is
 * answered before that is in the project and on the disk.
 */
export class MirrorHost {
  readonly #folder: string
  readonly #note: (text: string) => void
  readonly #mirror: Promise<Mirror>
  readonly #queue: Call[] = []
  #working: Promise<void> | undefined
  /** Who asks while the head is on its way may know of something newer, so the next one answers them. */
  #waiting: Call[] = []
  #following: Promise<void> | undefined

  constructor(folder: string, options: MirrorOptions) {
    this.#folder = folder
    this.#note = (text) => options.progress?.postMessage(text satisfies MirrorNews)
    this.#mirror = Mirror.open(folder, options)
    // Whoever calls first is told.
    this.#mirror.catch(() => {})
  }

  /** @param method one of the writer's, `follow`, `fetchModel` or `nearest` */
  call(method: string, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const call = { method, args, resolve, reject }
      if (method === 'follow') {
        this.#waiting.push(call)
        this.#following ??= this.#follow()
      } else if (method === 'fetchModel') resolve(this.#fetchModel(...(args as [number, FileSums])))
      else if (method === 'nearest') resolve(this.#nearest(...(args as [number, Float32Array, number])))
      else {
        this.#queue.push(call)
        this.#working ??= this.#work()
      }
    })
  }

  /** Waits for the calls that are under way. */
  async close(): Promise<void> {
    await this.#working
    await this.#following
    const mirror = await this.#mirror.catch(() => undefined)
    await mirror?.close()
  }

  async #follow(): Promise<void> {
    while (this.#waiting.length > 0) {
      const asking = this.#waiting
      this.#waiting = []
      try {
        await (await this.#mirror).follow()
        for (const { resolve } of asking) resolve(undefined)
      } catch (error) {
        for (const { reject } of asking) reject(error)
      }
    }
    this.#following = undefined
  }

  async #work(): Promise<void> {
    while (this.#queue.length > 0) await this.#perform(this.#queue.splice(0, most))
    this.#working = undefined
  }

  async #perform(batch: readonly Call[]): Promise<void> {
    const open = new Set(batch)
    const settle = (outcomes: readonly Outcome[], which: (call: Call) => boolean) => {
      for (const [i, outcome] of outcomes.entries()) {
        const call = batch[i]!
        if (!open.has(call) || !('error' in outcome || which(call))) continue
        open.delete(call)
        if ('error' in outcome) call.reject(outcome.error)
        else call.resolve(outcome.value)
      }
    }
    const isRemoving = ({ method }: Call) => removing.has(method)
    try {
      const mirror = await this.#mirror
      const run = (database: DatabaseSync, writer: Writer, signal: AbortSignal) =>
        runAll(batch, { database, writer, signal, record: mirror.record, note: this.#note })
      // Every command begins with it, and mostly there is nothing to do.
      const idle = batch.every(({ method }) => method === 'purgeExpired') ? await mirror.attempt(run) : undefined
      let outcomes = idle?.value ?? []
      if (!idle) {
        await mirror.change(run, {
          urgent: batch.some(isRemoving),
          committed: (made) => {
            outcomes = made
            settle(made, (call) => !isRemoving(call))
          },
        })
      }
      settle(outcomes, () => true)
    } catch (error) {
      for (const call of open) call.reject(error)
    }
  }

  async #nearest(model: number, direction: Float32Array, k: number): Promise<readonly string[]> {
    return (await this.#mirror).record.nearest(model, direction, k)
  }

  /** Brings a model's files to this machine. */
  async #fetchModel(version: number, sums: FileSums): Promise<void> {
    const target = modelFolder(this.#folder, version)
    if (existsSync(target)) return
    const { record } = await this.#mirror
    const files = await record.modelFiles(version, sums)
    const draft = join(dirname(target), `.draft-v${version}-${process.pid}-${Math.random().toString(36).slice(2)}`)
    mkdirSync(draft, { recursive: true, mode: 0o700 })
    for (const [name, bytes] of files) writeFileSync(join(draft, name), bytes, { mode: 0o600 })
    try {
      renameSync(draft, target)
    } catch (error) {
      rmSync(draft, { recursive: true, force: true })
      // Another process may have been faster.
      if (!existsSync(target)) throw error
    }
  }
}

interface Round {
  readonly database: DatabaseSync
  readonly writer: Writer
  readonly signal: AbortSignal
  readonly record: ProjectRecord
  readonly note: (text: string) => void
}

/** A call that fails undoes itself only. */
async function runAll(
  batch: readonly Call[],
  { database, writer, signal, record, note }: Round,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  for (const { method, args } of batch) {
    database.exec('SAVEPOINT call')
    try {
      const named = writer[method as keyof Writer] as (...args: unknown[]) => unknown
      const value = named.apply(writer, [...args])
      if (method === 'register') {
        const model = args[0] as WireModel
        const upTo = trainedUpTo(database, model.card.trainedOn?.upToChange)
        await again(() => record.saveModel(value as number, model, { upTo, note }, signal))
      }
      database.exec('RELEASE call')
      outcomes.push({ value })
    } catch (error) {
      if (!database.isTransaction) throw error
      database.exec('ROLLBACK TO call; RELEASE call')
      writer.undone()
      outcomes.push({ error })
    }
  }
  return outcomes
}
