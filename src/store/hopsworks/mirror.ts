import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LoginOptions } from '../../hopsworks/index.ts'
import { Problem } from '../../taste/problem.ts'
import { openForReading, openForWriting } from '../sqlite/connection.ts'
import { needsScrub, scrub } from '../sqlite/erase.ts'
import { modelFolder } from '../sqlite/model-writer.ts'
import { isBusy } from '../sqlite/problems.ts'
import { Writer } from '../sqlite/writer.ts'
import { Capture } from './capture.ts'
import { Documents } from './documents.ts'
import { Follower, type OnRows } from './follower.ts'
import { descends, firstHead, type Head } from './head.ts'
import { type DocumentGroup, lockFolder } from './mapping.ts'
import { type LockTimes, ProjectLock, prepareLock } from './project-lock.ts'
import { Publisher, rowsIn } from './publisher.ts'
import { ProjectRecord, portionsAbove, vectorOf } from './record.ts'
import { type DeadRow, Replica } from './replica.ts'

/** @param signal aborted when nothing may be written to the project any more */
type Work<T> = (database: DatabaseSync, writer: Writer, signal: AbortSignal) => Promise<T>

export interface MirrorOptions {
  readonly login: LoginOptions
  /** Of the store in its project. */
  readonly name: string
  /** Whether a store may be made where there is none. */
  readonly create: boolean
  readonly progress?: { postMessage(news: MirrorNews): void }
}

/** What `OnRows` is told while rows are read to catch up; a sentence about what went without. */
export type MirrorNews = Readonly<Parameters<OnRows>> | string

/** Milliseconds for which the lock is kept for whoever writes next. */
const linger = 50
/** Milliseconds after which others are let in, and for how long. */
const longestHold = 2_000
const pause = 100
/** Of the lock, for who would only like to tidy up. */
const timesToTidy = { renewal: 10_000, lease: 60_000, broken: 120_000, patience: 1_000, retrying: 0 }
/** So many superseded rows may wait for somebody to remove them. */
const mostDead = 5_000

/**
 * A machine's copy of the record: an embedded store that holds nothing which the project does not hold. It follows the head
 * before it is read, and changes only together with the record.
 */
export class Mirror {
  readonly #writer: Writer
  readonly record: ProjectRecord
  readonly #database: DatabaseSync
  readonly #reading: DatabaseSync
  readonly #seen: Replica
  readonly #replica: Replica
  readonly #capture: Capture
  readonly #follower: Follower
  readonly #publisher: Publisher
  readonly #lock: ProjectLock
  readonly #folder: string
  /** Aborted when the lock that is held is lost. */
  #held: AbortSignal | undefined
  #heldSince = 0
  #lingering: NodeJS.Timeout | undefined
  /** Whether superseded rows are left to this process to remove. */
  #hasWritten = false
  /** Whether a round that failed, of this process or of one before it, may have left rows above the head. */
  #mayHaveLeft = true
  /** What a round of this process that failed may have written. */
  #left: readonly DeadRow[] = []
  /** For the database; held for as long as it takes to write or to catch up. */
  readonly #alone = turns()
  /** For the lock; held while waiting for other machines, too. Whoever has it may ask for the database, never the reverse. */
  readonly #writing = turns()

  private constructor(folder: string, record: ProjectRecord, progress: MirrorOptions['progress']) {
    this.record = record
    this.#database = openForWriting(folder)
    this.#replica = new Replica(this.#database)
    this.#reading = openForReading(folder)
    this.#seen = new Replica(this.#reading)
    const documents = new Documents(this.#database)
    const capture = new Capture(this.#database)
    const parts = { documents, capture, replica: this.#replica }
    this.#capture = capture
    this.#follower = new Follower(this.#database, parts, (...rows) => progress?.postMessage(rows satisfies MirrorNews))
    this.#publisher = new Publisher(this.#database, parts)
    this.#writer = new Writer(this.#database, folder)
    this.#folder = folder
    this.#lock = this.#newLock()
  }

  /** @param folder of an embedded store, for nothing else */
  static async open(folder: string, { login, name, create, progress }: MirrorOptions): Promise<Mirror> {
    const record = await ProjectRecord.open(login, name, create)
    try {
      await prepareLock(record.project.files, lockFolder(name))
      return new Mirror(folder, record, progress)
    } catch (error) {
      await record.close()
      throw error
    }
  }

  /** Brings the mirror up to what was committed anywhere before the call. */
  async follow(): Promise<void> {
    // Nobody else can have committed anything.
    if (this.#held && !this.#held.aborted) return
    const before = this.#seen.head()
    const head = await this.record.head()
    if (!head || this.#isAt(head, before)) return
    await this.#alone(() => this.#followTo(head))
  }

  #newLock(times?: LockTimes): ProjectLock {
    const mirror = { id: this.#replica.id(), folder: this.#folder }
    return new ProjectLock(this.record.project.files, lockFolder(this.record.name).join('/'), mirror, times)
  }

  /**
   * Runs work that changes the store: nothing of it is done when the promise rejects; everything is in the project and on
   * this machine's disk when `committed` is called.
   * @param urgent whether superseded rows have to be removed before the promise resolves
   */
  change<T>(
    work: Work<T>,
    options: { readonly urgent: boolean; readonly committed: (result: T) => void },
  ): Promise<void> {
    return this.#writing(() => this.#change(work, options))
  }

  async #change<T>(
    work: Work<T>,
    { urgent, committed }: { readonly urgent: boolean; readonly committed: (result: T) => void },
  ): Promise<void> {
    const signal = await this.#acquire()
    try {
      await this.#alone(async () => {
        // What others have left is not worth a look before each write, but nothing may be left of who is erased.
        if (urgent || this.#mayHaveLeft) await this.#removeLeft(signal)
        committed(await this.#commit(this.#replica.head() ?? firstHead(randomUUID()), work, signal))
        await this.#sweep(urgent, signal)
      })
    } catch (error) {
      this.#mayHaveLeft = true
      // Whoever writes next does what was in the way of this.
      this.#hasWritten = false
      // What is true now is to be read anew.
      await this.#release()
      throw error
    }
    if (performance.now() - this.#heldSince < longestHold)
      this.#lingering = setTimeout(() => void this.#writing(() => this.#release()), linger)
    else {
      await this.#release()
      // Others get their turn.
      await sleep(pause)
    }
    await this.#alone(async () => this.#scrub(urgent))
  }

  /** The lock, with the mirror at the head. Who writes again soon has it still. */
  async #acquire(): Promise<AbortSignal> {
    clearTimeout(this.#lingering)
    if (this.#held && !this.#held.aborted) return this.#held
    await this.#release()
    const signal = await this.#lock.acquire()
    try {
      const head = await this.record.head(signal)
      if (head && !this.#isAt(head, this.#seen.head())) await this.#alone(() => this.#followTo(head))
      this.#held = signal
      this.#heldSince = performance.now()
      return signal
    } catch (error) {
      await this.#lock.release()
      throw error
    }
  }

  /** Rows above the head are read by nobody, but tell of listeners. Vectors have no head: what counts is written back. */
  async #removeLeft(signal: AbortSignal): Promise<void> {
    const head = this.#replica.head()
    if (!head) return
    // What was under way when a round failed can come online after the look. Below, numbers are somebody's.
    const unseen = this.#left.filter((row) => vectorOf(row) || row.n > head.numbers[row.group as DocumentGroup])
    const left = unique([...(await this.record.above(head.numbers)), ...unseen])
    if (left.length > 0) {
      // A head that comes late must not count them when they are gone.
      await this.#transaction(async () => {
        const renewed = this.#publisher.renewal(head, left)
        await this.#publisher.publish(renewed, this.record, signal, () => this.#lock.assertHeld())
        return true
      })
      const gone = left.filter((row) => !this.#isBack(row))
      for (const portion of portionsAbove(head.numbers, gone)) {
        // Whoever has the lock next gives away the same numbers.
        await this.#lock.assertHeld()
        await this.record.remove(portion, signal)
      }
    }
    this.#left = []
    this.#mayHaveLeft = false
  }

  /** Whoever was described again since has a vector again. */
  #isBack(row: DeadRow): boolean {
    const keys = vectorOf(row)
    return keys !== undefined && this.#replica.documentOf('description', keys) !== undefined
  }

  async #release(): Promise<void> {
    clearTimeout(this.#lingering)
    this.#held = undefined
    await this.#lock.release()
  }

  /** Runs work that seldom changes anything without the lock. Returns undefined, and undoes it, if it did. */
  async attempt<T>(work: Work<T>): Promise<{ value: T } | undefined> {
    await this.follow()
    const tried = () =>
      this.#transaction(async () => {
        const value = await work(this.#database, this.#writer, AbortSignal.any([]))
        return this.#capture.touched().length === 0 ? { value } : undefined
      })
    return this.#alone(tried)
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await this.#writing(() => this.#release())
    await this.#lock.close()
    await this.#alone(async () => {
      // If it fails, the next one to write removes it.
      if (this.#hasWritten && this.#replica.dead(1).length > 0) await this.#tidy().catch(() => {})
    })
    this.#database.close()
    this.#reading.close()
    await this.record.close()
  }

  /** Not when others have written since: they know of what is to go. */
  async #tidy(): Promise<void> {
    const lock = this.#newLock(timesToTidy)
    try {
      const signal = await lock.acquire()
      if ((await this.record.head(signal))?.id === this.#replica.head()?.id) await this.#sweep(true, signal)
    } finally {
      await lock.close()
    }
  }

  /** @param own where the mirror was before the head was read; it may have moved on since */
  #isAt(head: Head, own: Head | undefined): boolean {
    if (own && own.store !== head.store)
      throw new Problem(
        `store: the local copy in this data folder is of other data than project "${this.record.project.name}" holds now`,
        { do: 'remove the folder "hopsworks" in the data folder; it is made anew from the project' },
      )
    return own?.id === head.id
  }

  async #followTo(head: Head): Promise<void> {
    await this.#transaction(async () => {
      const own = this.#replica.head()
      // Another process of this machine may have been faster, so that the head that was read is behind the mirror.
      const to = own && !descends(head, own) ? await this.record.head() : head
      if (!to || own?.id === to.id) return true
      const isAnew = await this.#follower.follow(this.record, own, to)
      // They may be another model's of the same version; those that are asked for are fetched again.
      if (isAnew) rmSync(dirname(modelFolder(this.#folder, 1)), { recursive: true, force: true })
      this.#writer.undone()
      return true
    })
    this.#scrub(false)
  }

  async #commit<T>(head: Head, work: Work<T>, signal: AbortSignal): Promise<T> {
    const left = this.#left
    const done = await this.#transaction(async () => {
      // Marks of who was erased for good are made with the key of the first mirror.
      if (head.round === 0) this.#capture.touch('barredKey', [1, ''])
      const value = await work(this.#database, this.#writer, signal)
      signal.throwIfAborted()
      const next = this.#publisher.plan(head)
      if (next) {
        this.#hasWritten = true
        this.#left = [...left, ...rowsIn(next)]
        await this.#publisher.publish(next, this.record, signal, () => this.#lock.assertHeld())
      }
      return { value }
    })
    this.#left = left
    return done!.value
  }

  /** Commits when `work` returns something, and rolls back when it does not or fails. */
  async #transaction<T>(work: () => Promise<T | undefined>): Promise<T | undefined> {
    await begin(this.#database)
    try {
      this.#writer.catchUp()
      const result = await work()
      this.#capture.forget()
      this.#database.exec(result === undefined ? 'ROLLBACK' : 'COMMIT')
      if (result === undefined) this.#writer.undone()
      return result
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      this.#capture.forget()
      this.#writer.undone()
      throw error
    }
  }

  async #sweep(urgent: boolean, signal: AbortSignal): Promise<void> {
    for (;;) {
      const dead = this.#replica.dead(mostDead)
      if (dead.length === 0 || (!urgent && dead.length < mostDead)) return
      await this.record.remove(
        dead.filter((row) => !this.#isBack(row)),
        signal,
      )
      await this.#transaction(async () => {
        for (const row of dead) this.#replica.buried(row)
        return true
      })
    }
  }

  /** @param needed whether to fail when other processes are in the way; else whoever comes next tries again */
  #scrub(needed: boolean): void {
    if (!needsScrub(this.#database)) return
    try {
      scrub(this.#database, needed ? undefined : 1000)
    } catch (error) {
      if (needed) throw error
    }
  }
}

function unique(rows: readonly DeadRow[]): readonly DeadRow[] {
  return [...new Map(rows.map((row) => [`${row.group} ${row.n}`, row])).values()]
}

/** Runs one piece of work after the other. */
function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let busy: Promise<unknown> = Promise.resolve()
  return (work) => {
    const turn = busy.then(work)
    busy = turn.catch(() => {})
    return turn
  }
}

/** As `immediately`, without holding up what else the thread does. */
async function begin(database: DatabaseSync): Promise<void> {
  const deadline = performance.now() + 300_000
  for (;;) {
    try {
      return database.exec('BEGIN IMMEDIATE')
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error
      await sleep(1 + 3 * Math.random())
    }
  }
}
