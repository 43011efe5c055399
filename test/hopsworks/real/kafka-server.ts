import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Certificates } from '../fast/certificates.ts'
import { freePort } from './free-port.ts'
import { JavaProcess } from './java-process.ts'
import { mavenFolder } from './maven.ts'
import { answers } from './topic-reader.ts'

export const kafkaVersion = '3.9.1'

const clusterId = 'bG9jYWwtaG9wc3dvcmtzAA'
const memory = ['-Xms128m', '-Xmx384m', '-XX:+UseSerialGC']

/** One real broker in KRaft mode, which asks clients for certificates. */
export class KafkaServer {
  /** Behind the network's gate. */
  readonly port: number
  /** Of the cluster's own network, where nothing goes wrong. */
  readonly innerPort: number
  readonly #java: JavaProcess
  readonly #ready: () => Promise<boolean>

  private constructor(port: number, innerPort: number, java: JavaProcess, ready: () => Promise<boolean>) {
    this.port = port
    this.innerPort = innerPort
    this.#java = java
    this.#ready = ready
  }

  /**
   * @param folder of this run
   * @param advertised where clients reach it
   */
  static async start(folder: string, certificates: Certificates, advertised: string): Promise<KafkaServer> {
    const jars = await mavenFolder(`kafka-${kafkaVersion}`, [
      `org.apache.kafka:kafka_2.13:${kafkaVersion}`,
      'org.slf4j:slf4j-simple:1.7.36',
    ])
    const home = join(folder, 'kafka')
    await mkdir(home, { recursive: true })
    const [port, innerPort, controller] = [await freePort(), await freePort(), await freePort()]
    await writeFile(join(home, 'server.pem'), certificates.server.key + certificates.server.cert)
    await writeFile(join(home, 'ca.pem'), certificates.ca)
    const settings = join(home, 'server.properties')
    await writeFile(settings, properties(home, { port, innerPort, controller }, advertised))
    const log = join(folder, 'kafka.log')
    const format = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', settings, '--ignore-formatted']
    const formatting = new JavaProcess([...memory, '-cp', `${jars}/*`, ...format], log)
    await formatting.finished()
    const java = new JavaProcess([...memory, '-cp', `${jars}/*`, 'kafka.Kafka', settings], log)
    const server = new KafkaServer(port, innerPort, java, () => answers(`127.0.0.1:${innerPort}`, certificates))
    await server.start()
    return server
  }

  async start(): Promise<void> {
    await this.#java.start(this.#ready)
  }

  /** As in a crash. */
  async kill(): Promise<void> {
    await this.#java.stop('SIGKILL')
  }

  async close(): Promise<void> {
    await this.#java.stop('SIGTERM')
  }
}

function properties(
  home: string,
  { port, innerPort, controller }: { readonly port: number; readonly innerPort: number; readonly controller: number },
  advertised: string,
): string {
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `SSL://127.0.0.1:${port},INNER://127.0.0.1:${innerPort},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `SSL://${advertised},INNER://127.0.0.1:${innerPort}`,
    'listener.security.protocol.map': 'SSL:SSL,INNER:SSL,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'INNER',
    'ssl.client.auth': 'required',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': join(home, 'server.pem'),
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': join(home, 'ca.pem'),
    'ssl.endpoint.identification.algorithm': '',
    'log.dirs': join(home, 'data'),
    'num.partitions': '3',
    'offsets.topic.num.partitions': '1',
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}
