import { type FeatureGroup, type LoginOptions, login, type Row } from '../../../src/hopsworks/index.ts'
import { type Identity, makeCertificates } from '../fast/certificates.ts'
import { Gate } from '../fast/gate.ts'
import type { LocalHopsworks } from '../fast/local-hopsworks.ts'
import { queryServiceName, startLocalHopsworks } from '../fast/start.ts'
import { ArrowServer } from './arrow-server.ts'

/** A project on a fast local Hopsworks whose Feature Query Service is a server of Apache Arrow's own. */
export class ArrowProject implements AsyncDisposable {
  readonly local: LocalHopsworks
  /** What trusts both, and reaches the server. */
  readonly login: LoginOptions
  readonly gate: Gate
  /** Whom the server knows beside the project, for another client; and its authority. */
  readonly guest: Identity & { readonly ca: string }
  readonly #start: () => Promise<ArrowServer>
  readonly #group: FeatureGroup
  #arrow: ArrowServer
  readonly #opened: AsyncDisposable

  private constructor(
    parts: Pick<ArrowProject, 'local' | 'login' | 'gate' | 'guest'> & {
      readonly start: () => Promise<ArrowServer>
      readonly arrow: ArrowServer
      readonly group: FeatureGroup
      readonly opened: AsyncDisposable
    },
  ) {
    this.local = parts.local
    this.login = parts.login
    this.gate = parts.gate
    this.guest = parts.guest
    this.#start = parts.start
    this.#arrow = parts.arrow
    this.#group = parts.group
    this.#opened = parts.opened
  }

  /** @param rows of the table `many` */
  static async open(python: string, rows: number, timeouts: LoginOptions['timeouts'] = {}): Promise<ArrowProject> {
    await using stack = new AsyncDisposableStack()
    const local = await startLocalHopsworks()
    stack.defer(() => local.close())
    const { ca, server, client } = await makeCertificates([local.host, queryServiceName], 'guest')
    const certificates = { ...server, ca: `${local.ca}${ca}` }
    const start = () => ArrowServer.start({ python, certificates, rows })
    const arrow = await start()
    let made: ArrowProject | undefined
    stack.defer(() => (made?.arrow ?? arrow).kill())
    const gate = new Gate(local.host, () => (made?.arrow ?? arrow).port)
    await gate.open()
    stack.defer(() => gate.stop())
    const services = { ...local.login.services, flight: `${local.host}:${gate.port}` }
    const options = { ...local.login, ca: [local.ca, ca], services, timeouts }
    const project = await login(options)
    stack.defer(() => project.close())
    const features = [{ name: 'id', type: 'bigint' }] as const
    const group = await project.features.createFeatureGroup({ name: 'served', primaryKey: ['id'], features })
    made = new ArrowProject({
      local,
      login: options,
      gate,
      guest: { ...client, ca },
      start,
      arrow,
      group,
      opened: stack.move(),
    })
    return made
  }

  get arrow(): ArrowServer {
    return this.#arrow
  }

  /** Another one after it was killed. */
  async restart(): Promise<void> {
    this.#arrow = await this.#start()
  }

  /** Reads a table of the server. @param signature null for a backend that gives none */
  read(command: string, signature: string | null = 'signed'): AsyncIterator<Row[]> & AsyncIterable<Row[]> {
    const body = { hqsPayload: command, hqsPayloadSignature: signature }
    this.local.faults.answer({ path: /featurestores\/query/, status: 200, body })
    return this.#group.readOffline()
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#opened[Symbol.asyncDispose]()
  }
}
