import { isNotFound } from '../api-refusal.ts'
import { HopsworksError } from '../error.ts'
import type { CallOptions } from '../login-options.ts'
import type { Session } from '../session.ts'
import type { Ingestion } from './feature-group.ts'

interface IngestionRecord {
  readonly id: number
  readonly numEntries?: number
  readonly results?: readonly { readonly status?: string; readonly rows?: number }[] | null
}

/** A number of rows whose way into the online store is followed. */
export interface TrackedRows {
  /** Undefined where the backend doesn't follow it. */
  readonly id: number | undefined
  readonly rows: number
}

/** Milliseconds between two looks; the first ones are quicker. */
const longestPeriod = 1_000

/** Announces rows to the online store before they are written, and asks what became of them. */
export class OnlineIngestions {
  readonly #session: Session
  readonly #path: string
  readonly #group: string

  constructor(session: Session, path: string, group: string) {
    this.#session = session
    this.#path = path
    this.#group = group
  }

  /** An announcement that is repeated leaves a number behind that nobody uses. */
  async announce(rows: number, signal: AbortSignal | undefined): Promise<TrackedRows> {
    const answer = (await this.#session.projectApi({
      method: 'POST',
      path: this.#path,
      json: { id: null, numEntries: rows },
      subject: `insertion into "${this.#group}"`,
      repeatable: true,
      isMissing: (status) => isNotFound(status) || status === 405,
      signal,
    })) as IngestionRecord | null | undefined
    return { id: answer?.id, rows }
  }

  /**
   * @param isRemoval then rows that were passed over are still there
   * @throws HopsworksError when rows failed, or are not there in time
   */
  async finished(announced: readonly TrackedRows[], { signal }: CallOptions, isRemoval: boolean): Promise<Ingestion> {
    const { environment, timeouts } = this.#session
    const until = environment.now() + timeouts.ingestion
    const total = { rows: 0, upserted: 0, deleted: 0, failed: 0, ignored: 0 }
    for (const { id, rows } of announced) {
      if (id === undefined)
        throw this.#error('this backend does not tell when rows are online', 'wait for some seconds instead', false)
      for (let look = 1; ; look++) {
        const counts = await this.#counts(id, signal)
        const { upserted, deleted, failed, ignored } = counts
        if (upserted + deleted + failed + ignored >= rows) {
          total.rows += rows
          total.upserted += upserted
          total.deleted += deleted
          total.failed += failed
          total.ignored += ignored
          break
        }
        if (environment.now() >= until)
          throw this.#error(
            `${upserted + deleted} of ${rows} rows are through after ${timeouts.ingestion} ms`,
            'wait longer: all of them are safe in Kafka',
            true,
          )
        await environment.sleep(Math.min(longestPeriod, 10 * 2 ** look), signal)
      }
    }
    if (total.failed > 0)
      throw this.#error(
        `${total.failed} of ${total.rows} rows were refused`,
        "look at the group's ingestion log in Hopsworks for the reason",
        false,
      )
    if (isRemoval && total.ignored > 0)
      throw this.#error(
        `${total.ignored} of ${total.rows} rows were not removed: this backend passes removals over`,
        'overwrite the rows, or delete the feature group',
        false,
      )
    return total
  }

  async #counts(id: number, signal: AbortSignal | undefined) {
    const answer = (await this.#session.projectApi({
      method: 'GET',
      path: this.#path,
      query: { filter_by: `ID:${id}` },
      subject: `ingestion into "${this.#group}"`,
      signal,
    })) as { items?: IngestionRecord[] } | null
    const count = (status: string) =>
      (answer?.items?.[0]?.results ?? [])
        .filter((result) => result.status?.toUpperCase() === status)
        .reduce((sum, { rows = 0 }) => sum + rows, 0)
    return {
      upserted: count('UPSERTED'),
      deleted: count('DELETED'),
      failed: count('FAILED'),
      ignored: count('IGNORED'),
    }
  }

  #error(what: string, advice: string, passing: boolean): HopsworksError {
    return new HopsworksError('online-ingestion', `feature group "${this.#group}": ${what}`, { do: advice, passing })
  }
}
