import { closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Problem } from '../../taste/problem.ts'
import { isBusy, storeProblem } from './problems.ts'
import { applicationId, migrations } from './schema.ts'

const fileName = 'consonance.db'

export function databasePath(folder: string): string {
  return join(folder, fileName)
}

/**
 * Makes sure that `folder` holds a store of this version: creates it (for its owner only) if allowed, brings an older
 * one up to date, and refuses everything else.
 * @throws Problem naming the folder or file.
 */
export function prepareStore(folder: string, create: boolean): void {
  const path = databasePath(folder)
  try {
    checkFolder(folder, create)
    const exists = statSync(path, { throwIfNoEntry: false }) !== undefined
    if (!exists && !create) throw missing(folder)
    // SQLite gives the log beside it the same permissions.
    if (!exists) closeSync(openSync(path, 'a', 0o600))
    const database = new DatabaseSync(path, { timeout: 1000 })
    try {
      if (isBlank(database) && !create) throw missing(folder)
      bringUpToDate(database, path)
    } finally {
      database.close()
    }
  } catch (error) {
    throw storeProblem(error, path)
  }
}

function checkFolder(folder: string, create: boolean): void {
  const found = statSync(folder, { throwIfNoEntry: false })
  if (found && !found.isDirectory())
    throw new Problem(`store: "${folder}" is a file, not a folder`, { do: 'choose another with --data' })
  if (found) return
  if (!create) throw missing(folder)
  try {
    makeFolder(folder)
  } catch (error) {
    throw storeProblem(error, folder)
  }
}

/** Step by step: Node's own `recursive` never returns where the system answers ENOENT for ever, as below /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  const parent = dirname(folder)
  if (parent !== folder) makeFolder(parent)
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    // Another process may have been faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

function missing(folder: string): Problem {
  return new Problem(`store: there is none in "${folder}" yet`, {
    do: 'import something first, or choose another folder with --data',
  })
}

/** Nothing was ever written to it; also what is left when the first run was killed. */
function isBlank(database: DatabaseSync): boolean {
  return number(database, 'PRAGMA user_version') === 0 && number(database, 'SELECT count(*) FROM sqlite_schema') === 0
}

function bringUpToDate(database: DatabaseSync, path: string): void {
  if (isCurrent(database, path)) return
  // The journal mode stays in the file. Changing it needs the file for a moment alone, without the busy timeout.
  retryWhileBusy(() => database.exec('PRAGMA journal_mode = WAL'))
  database.exec('PRAGMA synchronous = FULL')
  immediately(database, () => {
    // Another process may have been faster.
    if (isCurrent(database, path)) return
    const from = number(database, 'PRAGMA user_version')
    for (const step of migrations.slice(from)) database.exec(step)
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length}`)
  })
}

/** @throws Problem when the file is not one that this version can read. */
function isCurrent(database: DatabaseSync, path: string): boolean {
  const application = number(database, 'PRAGMA application_id')
  if (application !== applicationId && !(application === 0 && isBlank(database)))
    throw new Problem(`store: "${path}" belongs to another program`, { do: 'choose another folder with --data' })
  const version = number(database, 'PRAGMA user_version')
  if (version > migrations.length)
    throw new Problem(
      `store: "${path}" was written by a newer Consonance (format ${version}, this one knows ${migrations.length})`,
      { do: 'update Consonance, or choose another folder with --data' },
    )
  return version === migrations.length
}

/**
 * A connection that only reads.
 * @param mapped reads pages in place rather than copying each: for single rows here and there, of which one takes a dozen
 * pages. What was read stays in the system's own cache and counts as the process's memory until the system needs it.
 */
export function openForReading(folder: string, { mapped = false } = {}): DatabaseSync {
  const database = new DatabaseSync(databasePath(folder), { timeout: 5000 })
  database.exec(`PRAGMA query_only = ON; PRAGMA cache_size = -32000; PRAGMA mmap_size = ${mapped ? mostMapped : 0}`)
  return database
}

/** Bytes; SQLite maps no more than this. */
const mostMapped = 2 ** 31 - 2 ** 16

/** The connection that writes: every commit is on the disk before it returns, and what is deleted is overwritten. */
export function openForWriting(folder: string): DatabaseSync {
  const database = new DatabaseSync(databasePath(folder), { timeout: 0, enableForeignKeyConstraints: true })
  database.exec(`
    PRAGMA synchronous = FULL;
    PRAGMA secure_delete = ON;
    PRAGMA cache_size = -32000;
    PRAGMA wal_autocheckpoint = 16000;
  `)
  return database
}

/** Runs `work` in a transaction that has the write lock from its start. */
export function immediately<T>(database: DatabaseSync, work: () => T): T {
  retryWhileBusy(() => database.exec('BEGIN IMMEDIATE'))
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

const sleeper = new Int32Array(new SharedArrayBuffer(4))

export function sleep(milliseconds: number): void {
  Atomics.wait(sleeper, 0, 0, milliseconds)
}

/**
 * Tries again, by default for up to two minutes, while another process is writing. SQLite's own busy handler backs off to 100 ms
 * between attempts, in which a process that writes one transaction after the other never leaves a gap; asking every
 * few milliseconds, irregularly, finds one.
 * @throws the last SQLITE_BUSY.
 */
export function retryWhileBusy<T>(attempt: () => T, patience = 120_000): T {
  const deadline = performance.now() + patience
  for (;;) {
    try {
      return attempt()
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error
      sleep(1 + 3 * Math.random())
    }
  }
}

export function number(database: DatabaseSync, query: string): number {
  const row = database.prepare(query).get() as Record<string, number>
  return Object.values(row)[0] as number
}
