import { Channel, credentials } from '@grpc/grpc-js'
import { HopsworksError } from '../error.ts'
import type { Session } from '../session.ts'
import { Shared } from '../shared.ts'
import { type FlightAccess, flightAccess } from './flight-access.ts'
import { flightFailure, wantsCertificates } from './flight-failure.ts'
import { commandType, type FlightData, messages, methodPath } from './flight-messages.ts'
import { answers, type GrpcCall } from './grpc-call.ts'

/** A query as the backend has signed it for the Feature Query Service. */
export interface SignedQuery {
  readonly payload: string
  /** Older servers give none: then the project's certificates are sent. */
  readonly signature: string | undefined
}

type Call = Pick<GrpcCall, 'request' | 'metadata' | 'signal'> & {
  readonly method: Parameters<typeof methodPath>[0]
  /** What is asked for, as errors say it. */
  readonly subject: string
}

/** The Feature Query Service (FlyingDuck), over Arrow Flight with the project's certificates. */
export class FlightConnection {
  readonly #session: Session
  readonly #access: FlightAccess
  readonly #channel: Channel
  /** Of the service; undefined for those too old to say: they are shown the certificates beforehand. */
  readonly #version = new Shared(() => this.#readVersion())
  readonly #registration = new Shared(() => this.#register())
  readonly #closing = new AbortController()

  private constructor(session: Session, access: FlightAccess) {
    const { ca, clientCert, clientKey, serverName, checksName, insecure } = access
    const secure = credentials.createSsl(Buffer.from(ca.join('\n')), Buffer.from(clientKey), Buffer.from(clientCert), {
      rejectUnauthorized: !insecure,
      // The cluster's authority alone is trusted, as for its other services, where the name inside the cluster isn't known.
      ...(!checksName && { checkServerIdentity: () => undefined }),
    })
    this.#session = session
    this.#access = access
    this.#channel = new Channel(access.address, secure, {
      'grpc.ssl_target_name_override': serverName,
      'grpc.default_authority': serverName,
      'grpc.max_receive_message_length': -1,
      'grpc.initial_reconnect_backoff_ms': 250,
      'grpc.max_reconnect_backoff_ms': 4_000,
      // Servers in C++ hang up on those who ask more often than every five minutes.
      'grpc.keepalive_time_ms': 330_000,
      'grpc.enable_retries': 0,
      'grpc.enable_http_proxy': 0,
      'grpc.service_config_disable_resolution': 1,
      'grpc.use_local_subchannel_pool': 1,
      'grpc-node.flow_control_window': 4 * 1024 * 1024,
    })
  }

  /** Aborts when the project is closed, and says so. */
  get closed(): AbortSignal {
    return this.#closing.signal
  }

  static async open(session: Session): Promise<FlightConnection> {
    const connection = new FlightConnection(session, await flightAccess(session))
    session.closing(async () => connection.#close())
    return connection
  }

  /**
   * What a query finds, message by message: a schema, then record batches, and dictionaries before those that need them.
   * @throws HopsworksError
   */
  async *read(query: SignedQuery, subject: string, signal: AbortSignal | undefined): AsyncGenerator<FlightData> {
    const metadata = await this.#identification(query, signal)
    let isBegun = false
    try {
      for await (const data of this.#found(query, metadata, subject, signal)) {
        isBegun = true
        yield data
      }
    } catch (error) {
      if (isBegun || !wantsCertificates(error)) throw error
      this.#registration.forget()
      await this.#registration.get(signal)
      yield* this.#found(query, metadata, subject, signal)
    }
  }

  async *#found(
    { payload }: SignedQuery,
    metadata: Readonly<Record<string, string>>,
    subject: string,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<FlightData> {
    const descriptor = messages.descriptor.encode({ type: commandType, cmd: Buffer.from(payload) })
    const info = await this.#one({ method: 'GetFlightInfo', request: descriptor, subject, signal })
    const { endpoint } = messages.info.decode(info)
    // The first of several would be a part of the whole.
    if (endpoint.length > 1)
      throw new HopsworksError('flight', `${subject}: ${this.#access.address} has them in ${endpoint.length} places`, {
        do: 'this client reads from one: the version of Hopsworks may be too new',
      })
    const ticket = endpoint[0]?.ticket
    if (!ticket) throw new HopsworksError('flight', `${subject}: ${this.#access.address} names no place to read it at`)
    const request = messages.ticket.encode(ticket)
    for await (const bytes of this.#all({ method: 'DoGet', request, metadata, subject, signal }))
      yield messages.data.decode(bytes)
  }

  /** Closing the channel alone would let reads that are under way go on. */
  #close(): void {
    this.#closing.abort(new HopsworksError('client', 'the project is closed', { do: 'log in again' }))
    this.#channel.close()
  }

  async #identification(
    { signature }: SignedQuery,
    signal: AbortSignal | undefined,
  ): Promise<Readonly<Record<string, string>>> {
    if (signature) return { 'hopsworks-signature': signature }
    if ((await this.#version.get(signal)) !== undefined) return { 'x-certificates-json': await this.#certificates() }
    await this.#registration.get(signal)
    return {}
  }

  async #readVersion(): Promise<string | undefined> {
    const subject = 'the version of the Feature Query Service'
    const names: string[] = []
    for await (const each of this.#all({ method: 'ListActions', request: messages.empty.encode({}), subject }))
      names.push(messages.actionType.decode(each).type)
    if (!names.includes('get-version')) return undefined
    const request = messages.action.encode({ type: 'get-version', body: new Uint8Array() })
    const result = await this.#one({ method: 'DoAction', request, subject })
    return Buffer.from(messages.result.decode(result).body).toString()
  }

  async #register(): Promise<void> {
    const body = Buffer.from(await this.#certificates())
    const request = messages.action.encode({ type: 'register-client-certificates', body })
    const subject = 'registering the certificates with the Feature Query Service'
    for await (const _ of this.#all({ method: 'DoAction', request, subject }));
  }

  async #certificates(): Promise<string> {
    const { javaStores } = await this.#session.credentials(undefined)
    if (!javaStores)
      throw new HopsworksError('flight', 'the backend gives neither a signature nor key stores to identify with', {
        do: 'this version of Hopsworks may be too old',
      })
    const { keyStore, trustStore, password } = javaStores
    return JSON.stringify({ kstore: keyStore, tstore: trustStore, cert_key: password })
  }

  async #one(call: Call): Promise<Buffer> {
    for await (const answer of this.#all(call)) return answer
    throw new HopsworksError('flight', `${call.subject}: the answer is empty`, { passing: true })
  }

  async *#all({ method, subject, ...call }: Call): AsyncGenerator<Buffer, void, undefined> {
    const signal = AbortSignal.any([this.#closing.signal, ...(call.signal ? [call.signal] : [])])
    const { timeouts, environment, options } = this.#session
    const path = methodPath(method)
    const started = environment.now()
    const log = (status: number) =>
      options.log?.({ kind: 'request', part: 'flight', method: 'POST', path, status, ms: environment.now() - started })
    const patience = { first: method === 'DoGet' ? timeouts.offline : timeouts.request, next: timeouts.request }
    try {
      yield* answers(this.#channel, { ...call, path, patience, signal })
      log(0)
    } catch (error) {
      const failure = flightFailure(this.#access.address, subject, error)
      if (failure) log(failure.errorCode ?? 0)
      throw failure ?? error
    }
  }
}
