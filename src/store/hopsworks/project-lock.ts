import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProjectFiles } from '../../hopsworks/index.ts'
import { Problem } from '../../taste/problem.ts'
import { isBusy } from '../sqlite/problems.ts'
import { again, isPassing, pause } from './again.ts'
import { OwnEntries } from './project-lock-entries.ts'

/** Milliseconds. */
export interface LockTimes {
  /** Between two renewals. */
  readonly renewal: number
  /** After the last renewal that went through, the holder stops writing. */
  readonly lease: number
  /** An entry that has not been renewed for so long is somebody's who died. */
  readonly broken: number
  /** How long to wait for it. */
  readonly patience: number
  /** How long making an entry is tried again where it failed in a passing way; the client does so only with what is the same twice. */
  readonly retrying: number
}

const usual: LockTimes = { renewal: 10_000, lease: 60_000, broken: 120_000, patience: 300_000, retrying: 10_000 }

/**
 * Lets one process of all machines write to a project at a time. Hopsworks has no locks, but folders: whoever wants to write
 * makes an entry of their own in one folder and then lists it. Who lists nobody else's holds the lock; otherwise they take
 * theirs away again and try later. Two can't both hold it: of two entries, the later one's maker lists both. That needs
 * nothing but a folder whose listings are up to date.
 *
 * A holder renews the entry (by another name), and gives up writing when that has not gone through for `lease`. An entry
 * that others see unchanged for `broken`, twice as long, is a dead process's and is removed. No two machines' clocks are
 * compared. A machine may sleep, and timers with it: so a holder looks for the entry right before the write that counts.
 * Processes on one machine queue up at a locked file first, which the system unlocks when its holder dies, so entries that
 * they have noted beside it are a dead one's and are removed at once.
 */
export class ProjectLock {
  readonly #files: ProjectFiles
  readonly #shared: string
  readonly #mirror: string
  readonly #times: LockTimes
  readonly #local: DatabaseSync
  readonly #own: OwnEntries
  #held: Holding | undefined

  /**
   * @param shared path of the folder in the project
   * @param mirror id and folder of the mirror; the id of letters, digits and hyphens
   */
  constructor(
    files: ProjectFiles,
    shared: string,
    { id: mirror, folder }: { readonly id: string; readonly folder: string },
    times: LockTimes = usual,
  ) {
    this.#files = files
    this.#shared = shared
    this.#mirror = mirror
    this.#times = times
    const locked = join(folder, 'writer.lock')
    this.#local = new DatabaseSync(locked, { timeout: 0 })
    // Nothing is ever written to it.
    this.#local.exec('PRAGMA journal_mode = MEMORY')
    this.#own = new OwnEntries(folder, locked)
  }

  /**
   * @returns a signal that is aborted when the lock is lost
   * @throws Problem when somebody else keeps it for too long
   */
  async acquire(): Promise<AbortSignal> {
    const deadline = performance.now() + this.#times.patience
    await this.#lockFile(deadline)
    try {
      this.#own.load()
      return await this.#enter(deadline)
    } catch (error) {
      // Others would wait for an entry that stays until it is taken for a dead one's.
      await this.#leave(...this.#own.names()).catch(() => {})
      this.#local.exec('ROLLBACK')
      throw error
    }
  }

  /**
   * Makes sure that nobody else can have had the lock since `acquire`. For right before the write that counts.
   * @throws Problem when it is lost
   */
  async assertHeld(): Promise<void> {
    const held = this.#held
    if (!held) throw leaseLost()
    for (;;) {
      if (this.#hasExpired(held.since)) held.lost.abort(leaseLost())
      held.lost.signal.throwIfAborted()
      const { name } = held
      const names = await this.#list()
      // Renewed meanwhile: it goes by another name.
      if (!names.includes(name) && held.name !== name) continue
      if (!names.includes(name)) held.lost.abort(takenForDead())
      else if (this.#hasExpired(held.since)) held.lost.abort(leaseLost())
      return held.lost.signal.throwIfAborted()
    }
  }

  async release(): Promise<void> {
    const held = this.#held
    if (!held) return
    this.#held = undefined
    clearTimeout(held.renewal)
    clearTimeout(held.expiry)
    try {
      // An entry that stays is removed by the next process of this mirror, or by others in time.
      await this.#leave(...this.#own.names().toReversed()).catch(() => {})
    } finally {
      this.#local.exec('ROLLBACK')
    }
  }

  async close(): Promise<void> {
    await this.release()
    this.#local.close()
  }

  async #lockFile(deadline: number): Promise<void> {
    for (;;) {
      try {
        return this.#local.exec('BEGIN EXCLUSIVE')
      } catch (error) {
        if (!isBusy(error)) throw error
        if (performance.now() > deadline) throw tooLong()
        await sleep(2 + 5 * Math.random())
      }
    }
  }

  async #enter(deadline: number): Promise<AbortSignal> {
    const seen = new Map<string, number>()
    let failingSince: number | undefined
    for (let attempt = 0; ; attempt++) {
      const name = `${this.#mirror}.${randomUUID()}`
      const since = moment()
      const began: number = failingSince ?? since.steady
      try {
        await this.#make(name)
        failingSince = undefined
      } catch (error) {
        // Whether it is there nobody knows. It is noted, so the next look removes it.
        if (!isPassing(error) || performance.now() - began > this.#times.retrying) throw error
        failingSince = began
        await sleep(pause(attempt))
        continue
      }
      const names = await this.#others(name)
      const others = names.filter((each) => each !== name)
      // An entry that is gone was taken for a dead one's.
      if (others.length === 0 && names.length === 1) return this.#hold(name, since)
      await this.#leave(name)
      await this.#awaitOthers(others, seen, deadline, attempt)
    }
  }

  /** Who lists somebody else waits until the folder is empty, without an entry in everybody's way. */
  async #awaitOthers(
    first: readonly string[],
    seen: Map<string, number>,
    deadline: number,
    attempt: number,
  ): Promise<void> {
    let others = first
    for (let look = attempt; others.length > 0; look++) {
      const now = performance.now()
      if (now > deadline) throw tooLong()
      for (const each of others) {
        const since = seen.get(each) ?? now
        seen.set(each, since)
        if (now - since > this.#times.broken) await this.#files.delete(this.#path(each))
      }
      await sleep((5 + 10 * Math.random()) * Math.min(5, look + 1))
      others = await this.#others()
    }
  }

  /** Entries in the folder, without those that dead processes of this machine have left. */
  async #others(own?: string): Promise<readonly string[]> {
    const names = await this.#list()
    const stale = this.#own.names().filter((name) => name !== own)
    await this.#leave(...stale)
    return names.filter((name) => !stale.includes(name))
  }

  #hold(name: string, since: Moment): AbortSignal {
    const lost = new AbortController()
    const { renewal, lease } = this.#times
    const expireIn = (from: Moment) =>
      setTimeout(() => lost.abort(leaseLost()), Math.max(0, lease - elapsedSince(from)))
    const held: Holding = { lost, name, since, renewal: setTimeout(() => {}, 0), expiry: expireIn(since) }
    const renewLater = () => setTimeout(() => void renew(), renewal)
    const renew = async () => {
      if (this.#hasExpired(held.since)) lost.abort(leaseLost())
      // Others may have it by now.
      if (lost.signal.aborted) return
      const [former, next] = [held.name, `${this.#mirror}.${randomUUID()}`]
      const from = moment()
      try {
        await this.#make(next)
        if (this.#held !== held) return await this.#files.delete(this.#path(next))
        const names = await this.#list()
        if (this.#held !== held) return await this.#files.delete(this.#path(next))
        // While the former one is there, nobody else enters; once it was gone, somebody may have.
        if (!names.includes(former) || !names.includes(next)) return lost.abort(takenForDead())
        held.name = next
        held.since = from
        clearTimeout(held.expiry)
        held.expiry = expireIn(from)
        for (const each of this.#own.names()) {
          if (each === next) continue
          await this.#files.delete(this.#path(each))
          // The note belongs to whoever has the locked file.
          if (this.#held !== held) return
          this.#own.remove(each)
        }
      } catch {
        // Tried again; if it does not go through in time, the lock is lost.
      }
      if (this.#held === held) held.renewal = renewLater()
    }
    clearTimeout(held.renewal)
    held.renewal = renewLater()
    this.#held = held
    return lost.signal
  }

  #hasExpired(since: Moment): boolean {
    return elapsedSince(since) > this.#times.lease
  }

  async #list(): Promise<readonly string[]> {
    return (await this.#files.list(this.#shared)).map(({ path }) => path.slice(path.lastIndexOf('/') + 1))
  }

  #path(name: string): string {
    return `${this.#shared}/${name}`
  }

  async #make(name: string): Promise<void> {
    this.#own.add(name)
    await this.#files.makeFolder(this.#path(name))
  }

  async #leave(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      await this.#files.delete(this.#path(name))
      this.#own.remove(name)
    }
  }
}

interface Holding {
  readonly lost: AbortController
  /** Of the entry. */
  name: string
  /** Right before the last entry was made. */
  since: Moment
  renewal: NodeJS.Timeout
  expiry: NodeJS.Timeout
}

/** On both clocks: one stands still while the machine sleeps, the other may be set. */
interface Moment {
  readonly steady: number
  readonly wall: number
}

function moment(): Moment {
  return { steady: performance.now(), wall: Date.now() }
}

/** The larger of what the clocks say, in milliseconds. */
function elapsedSince({ steady, wall }: Moment): number {
  return Math.max(performance.now() - steady, Date.now() - wall)
}

function tooLong(): Problem {
  return new Problem('store: another process has been writing to the project for minutes', {
    do: 'try again when it is done',
  })
}

function leaseLost(): Problem {
  return new Problem('store: the project could not be reached for too long, and another process may write now', {
    do: 'run the command again',
  })
}

function takenForDead(): Problem {
  return new Problem('store: another process took this one for dead, and may write now', {
    do: 'run the command again',
  })
}

/** Makes the folder of the lock, given by the steps of its path, where it is missing. */
export async function prepareLock(files: ProjectFiles, steps: readonly string[]): Promise<void> {
  for (let depth = 2; depth <= steps.length; depth++) {
    const path = steps.slice(0, depth).join('/')
    await again(async () => {
      if (await files.exists(path)) return
      try {
        await files.makeFolder(path)
      } catch (error) {
        // Another process may have been faster.
        if (!(await files.exists(path))) throw error
      }
    })
  }
}
