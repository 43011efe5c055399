import type { StoredRecord } from '../kafka/topics.ts'
import type { OnlineStore } from '../online/online-store.ts'
import type { SearchBackend } from '../search/backend.ts'
import type { SqlBackend } from '../sql/backend.ts'
import { headersOf, type Message, type MessageReader } from './message.ts'
import type { IngestionStatus, OnlineIngestions } from './online-ingestions.ts'

/** Carries rows from the topic to the online store, or to OpenSearch when their feature group has an embedding index. */
export class OnlineFs {
  readonly #reader: MessageReader
  readonly #store: OnlineStore
  readonly #sql: SqlBackend
  readonly #searched: OnlineStore
  readonly #search: SearchBackend
  readonly #ingestions: OnlineIngestions
  readonly #applied = new Map<number, number>()
  readonly #deletesVectors: boolean
  #failing = 0

  /**
   * @param searched keeps what OpenSearch was given, for tests to look at
   * @param deletesVectors whether tombstones reach OpenSearch
   */
  constructor(
    reader: MessageReader,
    store: OnlineStore,
    sql: SqlBackend,
    searched: OnlineStore,
    search: SearchBackend,
    ingestions: OnlineIngestions,
    deletesVectors: boolean,
  ) {
    this.#reader = reader
    this.#store = store
    this.#sql = sql
    this.#searched = searched
    this.#search = search
    this.#ingestions = ingestions
    this.#deletesVectors = deletesVectors
  }

  /** Rows applied since the start, those written again counted again. */
  applied(groupId: number): number {
    return this.#applied.get(groupId) ?? 0
  }

  /** The next rows are reported as FAILED. */
  fail(times: number): void {
    this.#failing = times
  }

  /** Applies records in their order, and reports each. */
  async consume(records: readonly StoredRecord[]): Promise<void> {
    const reports: { groupId: number; id: number; status: IngestionStatus }[] = []
    const toSearch: Message[] = []
    const toTables: Message[] = []
    for (const record of records) {
      const headers = headersOf(record)
      if (headers.storage === 'offline' || headers.storage === '0') continue
      const report = { groupId: Number(headers.featureGroupId), id: Number(headers.onlineIngestionId) }
      const message = this.#read(record)
      if (message === undefined || message === 'failed') {
        reports.push({ ...report, status: message ? 'FAILED' : 'IGNORED' })
        continue
      }
      const deletion = message.operation === 'delete'
      if (deletion && message.group.embeddingIndex && !this.#deletesVectors) {
        reports.push({ ...report, status: 'IGNORED' })
        continue
      }
      this.#applied.set(message.group.id, this.applied(message.group.id) + 1)
      if (message.group.embeddingIndex) {
        toSearch.push(message)
        this.#searched.apply(message)
      } else if (message.group.onlineEnabled) {
        this.#store.apply(message)
        toTables.push(message)
      }
      reports.push({ ...report, status: deletion ? 'DELETED' : 'UPSERTED' })
    }
    if (toSearch.length > 0) await this.#search.apply(toSearch)
    if (toTables.length > 0) await this.#sql.apply(toTables)
    for (const { groupId, id, status } of reports) this.#ingestions.report(groupId, id, status)
  }

  #read(record: StoredRecord): Message | 'failed' | undefined {
    if (this.#failing > 0) {
      this.#failing -= 1
      return 'failed'
    }
    try {
      return this.#reader.read(record)
    } catch {
      return 'failed'
    }
  }
}
