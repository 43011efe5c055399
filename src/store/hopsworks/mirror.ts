import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LoginOptions } from '../../hopsworks/index.ts'
import { Problem } from '../../taste/problem.ts'
import { openForReading, openForWriting } from '../sqlite/connection.ts'
import { needsScrub, scrub } from '../sqlite/erase.ts'
import { isBusy } from '../sqlite/problems.ts'
import { Writer } from '../sqlite/writer.ts'
import { Capture } from './capture.ts'
import { Documents } from './documents.ts'
import { Follower } from './follower.ts'
import { firstHead, type Head } from './head.ts'
import { lockFolder } from './mapping.ts'
import { ProjectLock, prepareLock } from './project-lock.ts'
import { Publisher } from './publisher.ts'
import { ProjectRecord, vectorOf } from './record.ts'
import { type DeadRow, Replica } from './replica.ts'

export interface MirrorOptions {
  readonly login: LoginOptions
  /** Of the store in its project. */
  readonly name: string
  /** Whether a store may be made where there is none. */
  readonly create: boolean
}

/** Milliseconds for which the lock is kept for whoever writes next. */
const linger = 50
/** Milliseconds after which others are let in, and for how long. */
const longestHold = 2_000
const pause = 100
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
  /** Aborted when the lock that is held is lost. */
  #held: AbortSignal | undefined
  #heldSince = 0
  #lingering: NodeJS.Timeout | undefined
  #busy: Promise<void> = Promise.resolve()

  private constructor(folder: string, record: ProjectRecord) {
    this.record = record
    this.#database = openForWriting(folder)
    this.#replica = new Replica(this.#database)
    this.#reading = openForReading(folder)
    this.#seen = new Replica(this.#reading)
    const documents = new Documents(this.#database)
    const capture = new Capture(this.#database)
    const parts = { documents, capture, replica: this.#replica }
    this.#capture = capture
    this.#follower = new Follower(this.#database, parts)
    this.#publisher = new Publisher(this.#database, parts)
    this.#writer = new Writer(this.#database, folder)
    this.#lock = new ProjectLock(record.project.files, lockFolder(record.name).join('/'), {
      id: this.#replica.id(),
      folder,
    })
  }

  /** @param folder of an embedded store, for nothing else */
  static async open(folder: string, { login, name, create }: MirrorOptions): Promise<Mirror> {
    const record = await ProjectRecord.open(login, name, create)
    try {
      await prepareLock(record.project.files, lockFolder(name))
      return new Mirror(folder, record)
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

  /**
   * Runs work that changes the store: nothing of it is done when the promise rejects; everything is in the project and on
   * this machine's disk when `committed` is called.
   * @param urgent whether superseded rows have to be removed before the promise resolves
   */
  change<T>(
    work: (database: DatabaseSync, writer: Writer) => Promise<T>,
    options: { readonly urgent: boolean; readonly committed: (result: T) => void },
  ): Promise<void> {
    return this.#alone(() => this.#change(work, options))
  }

  async #change<T>(
    work: (database: DatabaseSync, writer: Writer) => Promise<T>,
    { urgent, committed }: { readonly urgent: boolean; readonly committed: (result: T) => void },
  ): Promise<void> {
    const signal = await this.#acquire()
    try {
      committed(await this.#commit(this.#replica.head() ?? firstHead(randomUUID()), work, signal))
      await this.#sweep(urgent, signal)
    } catch (error) {
      // What is true now is to be read anew.
      await this.#release()
      throw error
    }
    if (performance.now() - this.#heldSince < longestHold)
      this.#lingering = setTimeout(() => void this.#alone(() => this.#release()), linger)
    else {
      await this.#release()
      // Others get their turn.
      await sleep(pause)
    }
    this.#scrub(urgent)
  }

  /** The lock, with the mirror at the head. Who writes again soon has it still. */
  async #acquire(): Promise<AbortSignal> {
    clearTimeout(this.#lingering)
    if (this.#held && !this.#held.aborted) return this.#held
    await this.#release()
    const signal = await this.#lock.acquire()
    try {
      const head = await this.record.head(signal)
      if (head && !this.#isAt(head, this.#seen.head())) await this.#followTo(head)
      this.#held = signal
      this.#heldSince = performance.now()
      return signal
    } catch (error) {
      await this.#lock.release()
      throw error
    }
  }

  async #release(): Promise<void> {
    clearTimeout(this.#lingering)
    this.#held = undefined
    await this.#lock.release()
  }

  /** Runs work that seldom changes anything without the lock. Returns undefined, and undoes it, if it did. */
  async attempt<T>(work: (database: DatabaseSync, writer: Writer) => Promise<T>): Promise<{ value: T } | undefined> {
    await this.follow()
    const tried = () =>
      this.#transaction(async () => {
        const value = await work(this.#database, this.#writer)
        return this.#capture.touched().length === 0 ? { value } : undefined
      })
    return this.#alone(tried)
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await this.#alone(async () => {
      // If it fails, the next one to write removes it.
      if (this.#replica.dead(1).length > 0)
        await this.#acquire()
          .then((signal) => this.#sweep(true, signal))
          .catch(() => {})
      await this.#release()
    })
    await this.#lock.close()
    this.#database.close()
    this.#reading.close()
    await this.record.close()
  }

  /** One after the other. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#busy.then(work)
    this.#busy = turn.then(
      () => {},
      () => {},
    )
    return turn
  }

  /** @param own where the mirror was before the head was read; it may have moved on since */
  #isAt(head: Head, own: Head | undefined): boolean {
    if (own && (own.store !== head.store || own.round > head.round))
      throw new Problem(
        `store: the local copy in this data folder is of other data than project "${this.record.project.name}" holds now`,
        { do: 'remove the folder "hopsworks" in the data folder; it is made anew from the project' },
      )
    return own?.round === head.round
  }

  async #followTo(head: Head): Promise<void> {
    await this.#transaction(async () => {
      const own = this.#replica.head()
      // Another process of this machine may have been faster.
      if (own && own.round >= head.round) return true
      await this.#follower.follow(this.record, own, head)
      this.#writer.undone()
      return true
    })
    this.#scrub(false)
  }

  async #commit<T>(
    head: Head,
    work: (database: DatabaseSync, writer: Writer) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const done = await this.#transaction(async () => {
      // Marks of who was erased for good are made with the key of the first mirror.
      if (head.round === 0) this.#capture.touch('barredKey', [1, ''])
      const value = await work(this.#database, this.#writer)
      signal.throwIfAborted()
      const next = this.#publisher.plan(head)
      if (next) await this.#publisher.publish(next, this.record, signal)
      return { value }
    })
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
      // Whoever was described again since has a vector again.
      const isBack = (row: DeadRow) => {
        const keys = vectorOf(row)
        return keys !== undefined && this.#replica.documentOf('description', keys) !== undefined
      }
      await this.record.remove(
        dead.filter((row) => !isBack(row)),
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
