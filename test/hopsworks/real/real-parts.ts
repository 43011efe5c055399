import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCertificates } from '../fast/certificates.ts'
import type { LocalHopsworks } from '../fast/local-hopsworks.ts'
import { queryServiceName, startLocalHopsworks } from '../fast/start.ts'
import { freePort } from './free-port.ts'
import { KafkaServer } from './kafka-server.ts'
import { MariadbPart } from './mariadb-part.ts'
import { SearchPart } from './search-part.ts'
import { partitionEnds, TopicReader } from './topic-reader.ts'

const host = '127.0.0.1'
const topic = 'proj_onlinefs'

/** A local Hopsworks with Apache Kafka, OpenSearch and MariaDB in it. */
export interface RealHopsworks {
  readonly local: LocalHopsworks
  readonly kafka: KafkaServer
  readonly search: SearchPart
  readonly mariadb: MariadbPart
  /** Of this run: logs, key material, downloads. */
  readonly folder: string
  /** How many records each partition holds, by the broker's own word. */
  ends(): Promise<readonly number[]>
  close(): Promise<void>
}

/** Starts all parts; at the ports that the official client takes for granted, 9200, 4406 and 3306. Whatever fails, nothing stays. */
export async function startRealHopsworks(): Promise<RealHopsworks> {
  await using started = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'local-hopsworks-'))
  started.defer(() => rm(folder, { recursive: true, force: true }))
  const certificates = await makeCertificates([host, 'localhost', queryServiceName], 'proj__meb10000')
  const kafkaPort = await freePort()
  const kafka = await KafkaServer.start(folder, certificates, `${host}:${kafkaPort}`)
  started.defer(() => kafka.close())
  const inner = `${host}:${kafka.innerPort}`
  const reader = new TopicReader(inner, topic, certificates)
  started.defer(() => reader.close().catch(() => {}))
  await reader.start(inner, certificates)
  const search = await SearchPart.start(folder)
  started.defer(() => search.close())
  const mariadb = await MariadbPart.start(folder, certificates, host, 'proj', 'proj_meb10000')
  started.defer(() => mariadb.close())
  const local = await startLocalHopsworks({
    host,
    ports: { kafka: kafkaPort, openSearch: 9200, onlineStore: 4406, mysql: 3306, flight: 5005 },
    parts: {
      certificates,
      search,
      sql: mariadb,
      kafka: {
        port: kafka.port,
        feed: reader,
        loseAnswers: (times) => {
          if (times > 0) throw new Error('a real broker loses no answers on purpose')
        },
        close: async () => {},
      },
    },
  })
  started.defer(() => local.close())
  const running = started.move()
  return {
    local,
    kafka,
    search,
    mariadb,
    folder,
    ends: () => partitionEnds(inner, topic, certificates),
    close: () => running.disposeAsync(),
  }
}
