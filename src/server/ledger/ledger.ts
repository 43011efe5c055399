import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Listener } from '../../taste/listener.ts'
import type { ListenerId } from '../../taste/listener-id.ts'
import { Problem } from '../../taste/problem.ts'
import { isAbout } from '../jobs/plan.ts'
import { BlockList } from './blocks.ts'
import { JobLedger } from './jobs.ts'
import { OwnerLedger } from './owners.ts'
import { ReportLedger } from './reports.ts'
import { SessionLedger } from './sessions.ts'
import { UploadLedger } from './uploads.ts'

const migrations: readonly string[] = [
  `
  CREATE TABLE sessions (
    hash TEXT PRIMARY KEY, seen_at INTEGER NOT NULL, operator INTEGER NOT NULL DEFAULT 0, person TEXT, sign_in TEXT
  ) STRICT;
  CREATE TABLE grants (
    session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE, listener TEXT NOT NULL, role TEXT NOT NULL,
    at INTEGER NOT NULL, PRIMARY KEY (session, listener)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX grants_by_listener ON grants (listener);
  CREATE TABLE owners (token TEXT PRIMARY KEY, listener TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX owners_by_listener ON owners (listener);
  CREATE TABLE claims (
    session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE, listener TEXT NOT NULL, code TEXT NOT NULL,
    expires_at INTEGER NOT NULL, PRIMARY KEY (session, listener)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE jobs (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, what TEXT NOT NULL, state TEXT NOT NULL,
    session TEXT, client TEXT, owner TEXT, request TEXT, listener TEXT, created_at INTEGER NOT NULL, ended_at INTEGER
  ) STRICT;
  CREATE INDEX jobs_by_session ON jobs (session);
  CREATE INDEX jobs_by_listener ON jobs (listener);
  CREATE TABLE events (
    job INTEGER NOT NULL REFERENCES jobs ON DELETE CASCADE, id INTEGER NOT NULL, event TEXT NOT NULL, data TEXT NOT NULL,
    PRIMARY KEY (job, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE uploads (
    id TEXT PRIMARY KEY, session TEXT NOT NULL, name TEXT NOT NULL, bytes INTEGER NOT NULL, expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE blocks (
    listener TEXT NOT NULL, other TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (listener, other)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX blocks_by_other ON blocks (other);
  CREATE TABLE reports (
    id INTEGER PRIMARY KEY, reporter TEXT NOT NULL, listener TEXT NOT NULL, reason TEXT NOT NULL, text TEXT,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE followed (one INTEGER PRIMARY KEY CHECK (one = 1), change INTEGER NOT NULL) STRICT;
  INSERT INTO followed VALUES (1, 0);
  `,
  'ALTER TABLE followed ADD COLUMN history TEXT',
]

/** Up to where erased listeners are forgotten here, too. */
interface Followed {
  /** Number of the store's change. */
  readonly change: number
  /** What the store called its history then; null for what was followed before that was kept. */
  readonly history: string | null
}

/** Where a server keeps what it needs to remember, below the data folder. */
export function serverFolder(dataFolder: string): string {
  return join(dataFolder, 'server')
}

function ledgerPath(dataFolder: string): string {
  return join(serverFolder(dataFolder), 'server.db')
}

/** Takes somebody who was erased out of what a server remembers, whether one runs or not. */
export function forgetInServer(dataFolder: string, { key, id }: Pick<Listener, 'key' | 'id'>): void {
  if (!existsSync(ledgerPath(dataFolder))) return
  const ledger = new Ledger(dataFolder)
  try {
    ledger.forget(key, id)
  } finally {
    ledger.close()
  }
}

/**
 * What a server remembers: sessions, who owns which profile, jobs and their events, blocks, reports. Listeners are known
 * to it by their opaque keys only. One SQLite file beside the store; synchronous, because every call is a few rows.
 */
export class Ledger {
  readonly sessions: SessionLedger
  readonly owners: OwnerLedger
  readonly jobs: JobLedger
  readonly uploads: UploadLedger
  readonly blocks: BlockList
  readonly reports: ReportLedger
  readonly #database: DatabaseSync

  /** @throws Problem when the file was written by a newer version. */
  constructor(dataFolder: string) {
    const folder = serverFolder(dataFolder)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const path = ledgerPath(dataFolder)
    // For its owner only: it holds sign-ins.
    closeSync(openSync(path, 'a', 0o600))
    const database = new DatabaseSync(path, { timeout: 5000, enableForeignKeyConstraints: true })
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON')
    const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number }
    if (version > migrations.length)
      throw new Problem(`serve: "${path}" was written by a newer Consonance`, { do: 'update Consonance' })
    for (const [step, sql] of migrations.entries())
      if (step >= version) database.exec(`BEGIN; ${sql}; PRAGMA user_version = ${step + 1}; COMMIT`)
    this.#database = database
    this.sessions = new SessionLedger(database)
    this.owners = new OwnerLedger(database)
    this.jobs = new JobLedger(database)
    this.uploads = new UploadLedger(database)
    this.blocks = new BlockList(database)
    this.reports = new ReportLedger(database)
  }

  /**
   * Forgets everything about a listener, to the last byte.
   * @param key opaque
   * @param id as services know them: then they are signed out, too
   */
  forget(key: string, id?: ListenerId): void {
    let removed = 0
    const remove = (sql: string, value: string) => {
      removed += Number(this.#database.prepare(sql).run(value).changes)
    }
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      for (const sql of [
        'DELETE FROM grants WHERE listener = ?',
        'DELETE FROM owners WHERE listener = ?',
        'DELETE FROM claims WHERE listener = ?',
        'DELETE FROM jobs WHERE listener = ?',
        'DELETE FROM blocks WHERE listener = ?1 OR other = ?1',
        'DELETE FROM reports WHERE listener = ?1 OR reporter = ?1',
      ])
        remove(sql, key)
      if (id !== undefined) {
        for (const job of this.jobs.unfinished())
          if (isAbout(job.request, id)) remove('DELETE FROM jobs WHERE id = ?', job.id)
        const signOut = `UPDATE sessions SET person = NULL, sign_in = NULL WHERE lower('spotify:' || (person ->> 'id')) = lower(?)`
        remove(signOut, id)
      }
      this.#database.exec('COMMIT')
    } catch (error) {
      this.#database.exec('ROLLBACK')
      throw error
    }
    if (removed > 0) this.#scrub()
  }

  get followed(): Followed {
    const { change, history } = this.#database
      .prepare('SELECT change, history FROM followed')
      .get() as unknown as Followed
    return { change, history }
  }

  set followed({ change, history }: Followed) {
    this.#database.prepare('UPDATE followed SET change = ?, history = ?').run(change, history)
  }

  /** Takes the bytes of what was deleted out of the files: see `store/sqlite/erase.ts` for why deleting is not enough. */
  #scrub(): void {
    this.#database.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)')
  }

  close(): void {
    this.#database.close()
  }
}
