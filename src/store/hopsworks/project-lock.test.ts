import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProjectFiles } from '../../hopsworks/index.ts'
import { type LockTimes, ProjectLock } from './project-lock.ts'

const home = mkdtempSync(join(tmpdir(), 'consonance-lock-'))
after(() => rmSync(home, { recursive: true }))
const times: LockTimes = { renewal: 20, lease: 100, broken: 250, patience: 5000 }

/** Folders in memory. Each call takes a moment, before and after it has its effect. */
class Folders implements Pick<ProjectFiles, 'list' | 'makeFolder' | 'delete'> {
  readonly names = new Set<string>()
  isCut = false

  async list(folder: string) {
    await this.#moment()
    const found = [...this.names].filter((name) => name.startsWith(`${folder}/`))
    await this.#moment()
    return found.map((path) => ({ path, isFolder: true, bytes: 0 }))
  }

  async makeFolder(path: string) {
    await this.#moment()
    this.names.add(path)
    await this.#moment()
  }

  async delete(path: string) {
    await this.#moment()
    this.names.delete(path)
  }

  async #moment() {
    await sleep(2 * Math.random())
    if (this.isCut) throw new Error('no connection')
  }
}

let machines = 0
function lockOf(folders: Folders, machine = `m${++machines}`, given = times): ProjectLock {
  const place = { id: machine, folder: mkdtempSync(join(home, 'x')) }
  return new ProjectLock(folders as unknown as ProjectFiles, 'Resources/x/lock', place, given)
}

test('one at a time holds it, and everybody gets their turn', async () => {
  const folders = new Folders()
  let holders = 0
  let turns = 0
  const worker = async () => {
    const lock = lockOf(folders)
    for (let i = 0; i < 8; i++) {
      const signal = await lock.acquire()
      assert.equal(++holders, 1)
      await sleep(Math.random() * 3)
      assert.ok(!signal.aborted)
      holders--
      turns++
      await lock.release()
    }
    await lock.close()
  }
  await Promise.all(Array.from({ length: 5 }, worker))
  assert.equal(turns, 40)
  assert.equal(folders.names.size, 0)
})

test('whoever holds it for long renews it, and others wait', async () => {
  const folders = new Folders()
  const [first, second] = [lockOf(folders), lockOf(folders)]
  const signal = await first.acquire()
  const entry = [...folders.names]
  let entered = false
  const waiting = second.acquire().then(() => {
    entered = true
  })
  await sleep(4 * times.broken)
  assert.ok(!signal.aborted && !entered)
  assert.notDeepEqual([...folders.names], entry)
  await first.release()
  await waiting
  await Promise.all([first.close(), second.close()])
})

test('who can not renew it stops before others take it for dead', async () => {
  const folders = new Folders()
  const lock = lockOf(folders)
  const signal = await lock.acquire()
  folders.isCut = true
  await sleep(2 * times.lease)
  assert.match(`${signal.reason}`, /could not be reached for too long/)
  folders.isCut = false
  const other = lockOf(folders)
  assert.ok(!(await other.acquire()).aborted)
  await Promise.all([lock.close(), other.close()])
})

test("a dead process's entry is removed: by its own machine at once, by others in time", async () => {
  const folders = new Folders()
  folders.names.add('Resources/x/lock/mine.1')
  const own = lockOf(folders, 'mine', { ...times, broken: 60_000 })
  await own.acquire()
  await own.release()
  folders.names.add('Resources/x/lock/dead.1')
  const other = lockOf(folders)
  const started = performance.now()
  await other.acquire()
  assert.ok(performance.now() - started >= times.broken)
  assert.ok(!folders.names.has('Resources/x/lock/dead.1'))
  await Promise.all([own.close(), other.close()])
})

test('says so when somebody else keeps it', async () => {
  const folders = new Folders()
  const holder = lockOf(folders)
  await holder.acquire()
  const impatient = lockOf(folders, 'other', { ...times, patience: 60 })
  await assert.rejects(impatient.acquire(), /another process has been writing to the project for minutes/)
  await Promise.all([holder.close(), impatient.close()])
  assert.equal(folders.names.size, 0)
})
