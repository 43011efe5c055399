import assert from 'node:assert/strict'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { HopsworksError, type ProjectFiles } from '../../hopsworks/index.ts'
import { type LockTimes, ProjectLock } from './project-lock.ts'

const home = mkdtempSync(join(tmpdir(), 'consonance-lock-'))
after(() => rmSync(home, { recursive: true }))
const times: LockTimes = { renewal: 20, lease: 300, broken: 700, patience: 20_000, retrying: 300 }
/** Where nothing is to happen by itself. */
const patient: LockTimes = { renewal: 60_000, lease: 60_000, broken: 60_000, patience: 60_000, retrying: 300 }

/** Folders in memory. Each call takes a moment, before and after it has its effect. */
class Folders implements Pick<ProjectFiles, 'list' | 'makeFolder' | 'delete'> {
  readonly names = new Set<string>()
  isCut = false
  /** So many folders are made, and the answer is that it went wrong. */
  faults = 0

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
    if (this.faults > 0 && this.faults--) throw new HopsworksError('api', 'answered 500', { passing: true })
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

const newFolder = () => mkdtempSync(join(home, 'x'))

let machines = 0
function lockOf(folders: Folders, machine = `m${++machines}`, given = times, folder = newFolder()): ProjectLock {
  return new ProjectLock(folders as unknown as ProjectFiles, 'Resources/x/lock', { id: machine, folder }, given)
}

/** The folder of a process that was killed while it held the lock. */
async function killedHolder(folders: Folders): Promise<string> {
  const folder = newFolder()
  const note = join(folder, 'writer.entries')
  const lock = lockOf(folders, 'mine', patient, folder)
  await lock.acquire()
  const [entries, noted] = [[...folders.names], readFileSync(note)]
  await lock.close()
  for (const each of entries) folders.names.add(each)
  writeFileSync(note, noted)
  return folder
}

test('one at a time holds it, and everybody gets their turn', async () => {
  const folders = new Folders()
  let holders = 0
  let turns = 0
  const worker = async () => {
    const lock = lockOf(folders, undefined, patient)
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

test("an entry of which nobody knows whether it was made is in no one's way", async () => {
  const folders = new Folders()
  const lock = lockOf(folders, undefined, patient)
  folders.faults = 2
  await lock.acquire()
  assert.equal(folders.names.size, 1)
  await lock.assertHeld()
  await lock.close()
  assert.equal(folders.names.size, 0)
  folders.faults = 100
  const other = lockOf(folders, undefined, patient)
  await assert.rejects(other.acquire(), /answered 500/)
  folders.faults = 0
  assert.equal(folders.names.size, 0, 'nobody waits for who gave up')
  await other.acquire()
  assert.equal(folders.names.size, 1)
  await other.close()
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
  await sleep(2 * times.broken)
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
  const folder = await killedHolder(folders)
  assert.equal(folders.names.size, 1)
  const own = lockOf(folders, 'mine', patient, folder)
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

test('a copy of the data folder does not take the entry of the one that writes for its own', async () => {
  const folders = new Folders()
  const [folder, copied] = [newFolder(), newFolder()]
  const holder = lockOf(folders, 'mine', patient, folder)
  const signal = await holder.acquire()
  cpSync(folder, copied, { recursive: true })
  const copy = lockOf(folders, 'mine', { ...patient, patience: 60 }, copied)
  await assert.rejects(copy.acquire(), /another process has been writing/)
  await holder.assertHeld()
  assert.ok(!signal.aborted)
  await Promise.all([holder.close(), copy.close()])
})

test('what another machine has noted in the folder is not its own', async () => {
  const folders = new Folders()
  const folder = await killedHolder(folders)
  const note = join(folder, 'writer.entries')
  const [place, ...names] = readFileSync(note, 'utf8').split('\n')
  writeFileSync(note, [place!.replace(/^\S+/, 'elsewhere'), ...names].join('\n'))
  const lock = lockOf(folders, 'mine', { ...patient, patience: 60 }, folder)
  await assert.rejects(lock.acquire(), /another process has been writing/)
  assert.equal(folders.names.size, 1)
  await lock.close()
})

test('a holder whose entry was removed stops when it renews, and does not write before', async () => {
  const folders = new Folders()
  const [renewing, writing] = [lockOf(folders, 'r', { ...patient, renewal: 20 }), lockOf(folders, 'w', patient)]
  const first = await renewing.acquire()
  folders.names.clear()
  await once(first, 'abort')
  assert.match(`${first.reason}`, /took this one for dead/)
  await renewing.close()
  const second = await writing.acquire()
  await writing.assertHeld()
  folders.names.clear()
  await assert.rejects(writing.assertHeld(), /took this one for dead/)
  assert.ok(second.aborted)
  await writing.close()
})

test('a holder that has slept past its lease does not write, though its timers have not run', async (t) => {
  const folders = new Folders()
  const lock = lockOf(folders, 'sleeper', patient)
  const signal = await lock.acquire()
  await lock.assertHeld()
  const wall = Date.now()
  t.mock.method(Date, 'now', () => wall + 60_001)
  assert.ok(!signal.aborted)
  await assert.rejects(lock.assertHeld(), /could not be reached for too long/)
  assert.ok(signal.aborted)
  await lock.close()
})

test('a renewal that goes on meanwhile is not mistaken for a loss', async () => {
  const folders = new Folders()
  const lock = lockOf(folders, 'busy', { ...patient, renewal: 0 })
  await lock.acquire()
  for (let i = 0; i < 50; i++) await lock.assertHeld()
  await lock.close()
  await sleep(50)
  assert.equal(folders.names.size, 0)
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
