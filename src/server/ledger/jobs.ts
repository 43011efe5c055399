import type { DatabaseSync } from 'node:sqlite'
import type { JobEvent } from '../jobs/events.ts'

export type JobKind = 'match' | 'demo' | 'train' | 'refresh'
export type JobState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'

/** A job as it is kept. */
export interface JobRow {
  /** Grows with each job. */
  readonly n: number
  readonly id: string
  readonly kind: JobKind
  readonly what: string
  readonly state: JobState
  /** Hash of the session that began it; null: everybody may look. */
  readonly session: string | null
  /** Who began it, as limits are counted. */
  readonly client: string | null
  /** Hash of the token that will open the profile. */
  readonly owner: string | null
  /** What is to be done; gone when the job has ended. */
  readonly request: string | null
  /** Opaque key of the profile, once it is stored. */
  readonly listener: string | null
  readonly created_at: number
  readonly ended_at: number | null
}

export type NewJob = Pick<JobRow, 'id' | 'kind' | 'what' | 'session' | 'client' | 'owner' | 'request' | 'created_at'>

const active = "('waiting', 'running')"

/** Jobs and what happened to them, event by event. */
export class JobLedger {
  readonly #database: DatabaseSync
  readonly #statements

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#statements = {
      add: database.prepare(
        `INSERT INTO jobs (id, kind, what, state, session, client, owner, request, created_at)
         VALUES (?, ?, ?, 'waiting', ?, ?, ?, ?, ?)`,
      ),
      find: database.prepare('SELECT * FROM jobs WHERE id = ?'),
      unfinished: database.prepare(`SELECT * FROM jobs WHERE state IN ${active} ORDER BY n`),
      ofSession: database.prepare('SELECT * FROM jobs WHERE session = ? ORDER BY n DESC LIMIT 20'),
      newest: database.prepare('SELECT * FROM jobs ORDER BY n DESC LIMIT 100'),
      newestOf: database.prepare('SELECT * FROM jobs WHERE listener = ? ORDER BY n DESC LIMIT 1'),
      active: database.prepare(`SELECT count(*) AS n FROM jobs WHERE state IN ${active}`),
      activeOf: database.prepare(`SELECT count(*) AS n FROM jobs WHERE state IN ${active} AND client = ?`),
      counts: database.prepare('SELECT state, count(*) AS n FROM jobs GROUP BY state'),
      run: database.prepare("UPDATE jobs SET state = 'running' WHERE n = ?"),
      setListener: database.prepare('UPDATE jobs SET listener = ? WHERE n = ?'),
      end: database.prepare('UPDATE jobs SET state = ?, ended_at = ?, request = NULL, client = NULL WHERE n = ?'),
      old: database.prepare('DELETE FROM jobs WHERE ended_at < ?'),
      append: database.prepare('INSERT INTO events VALUES (?, ?, ?, ?)'),
      events: database.prepare('SELECT id, event, data FROM events WHERE job = ? AND id > ? ORDER BY id'),
    }
  }

  add({ id, kind, what, session, client, owner, request, created_at }: NewJob): JobRow {
    this.#statements.add.run(id, kind, what, session, client, owner, request, created_at)
    return this.find(id)!
  }

  find(id: string): JobRow | undefined {
    return this.#statements.find.get(id) as unknown as JobRow | undefined
  }

  /** The oldest first. */
  unfinished(): readonly JobRow[] {
    return this.#statements.unfinished.all() as unknown as readonly JobRow[]
  }

  /** The newest first, of one session or of everybody. */
  newest(session?: string): readonly JobRow[] {
    const { ofSession, newest } = this.#statements
    return (session === undefined ? newest.all() : ofSession.all(session)) as unknown as readonly JobRow[]
  }

  newestOf(listener: string): JobRow | undefined {
    return this.#statements.newestOf.get(listener) as unknown as JobRow | undefined
  }

  /** How many wait or run, of one client or of everybody. */
  active(client?: string): number {
    const row = client === undefined ? this.#statements.active.get() : this.#statements.activeOf.get(client)
    return (row as { n: number }).n
  }

  counts(): Readonly<Record<JobState, number>> {
    const counts = { waiting: 0, running: 0, done: 0, failed: 0, cancelled: 0 }
    for (const { state, n } of this.#statements.counts.all() as unknown as readonly { state: JobState; n: number }[])
      counts[state] = n
    return counts
  }

  run(n: number): void {
    this.#statements.run.run(n)
  }

  setListener(n: number, listener: string): void {
    this.#statements.setListener.run(listener, n)
  }

  /** The last event and the end are one step. */
  end(n: number, state: JobState, last: JobEvent, now: number): void {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      this.append(n, last)
      this.#statements.end.run(state, now, n)
      this.#database.exec('COMMIT')
    } catch (error) {
      this.#database.exec('ROLLBACK')
      throw error
    }
  }

  removeEndedBefore(time: number): void {
    this.#statements.old.run(time)
  }

  append(n: number, { id, event, data }: JobEvent): void {
    this.#statements.append.run(n, id, event, JSON.stringify(data))
  }

  /** Those after the event of this number, in order. */
  events(n: number, after = 0): readonly JobEvent[] {
    const rows = this.#statements.events.all(n, after) as unknown as readonly {
      id: number
      event: JobEvent['event']
      data: string
    }[]
    return rows.map(({ id, event, data }) => ({ id, event, data: JSON.parse(data) }) as JobEvent)
  }
}
