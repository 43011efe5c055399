import { kafkaAccess } from './kafka/connector.ts'
import type { RowProducer } from './kafka/row-producer.ts'
import { OfflineStore } from './offline/offline-store.ts'
import { OnlineStore } from './online/online-store.ts'
import type { Session } from './session.ts'
import { Shared } from './shared.ts'
import { OnlineDatabase } from './sql/online-database.ts'
import { OpenSearch } from './vectors/open-search.ts'

/** The data services of a project, each connected to when it is first needed. */
export interface Services {
  readonly producer: Shared<RowProducer>
  readonly openSearch: OpenSearch
  readonly onlineStore: OnlineStore
  /** The same online store, by SQL. */
  readonly database: OnlineDatabase
  readonly offlineStore: OfflineStore
}

export function servicesOf(session: Session, storeId: number): Services {
  const producer = new Shared(async () => {
    // Half of what this library loads; who only reads or searches does without.
    const { RowProducer } = await import('./kafka/row-producer.ts')
    const access = await kafkaAccess(session, storeId, undefined)
    const made = new RowProducer(access, session.timeouts.kafka, session.options.log)
    session.closing(() => made.close())
    return made
  })
  return {
    producer,
    openSearch: new OpenSearch(session),
    onlineStore: new OnlineStore(session),
    database: new OnlineDatabase(session, storeId),
    offlineStore: new OfflineStore(session),
  }
}
