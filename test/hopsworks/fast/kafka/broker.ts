import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import type { Certificates } from '../certificates.ts'
import { answerRequest, type BrokerState } from './requests.ts'
import { type RecordFeed, Topics } from './topics.ts'
import { WireReader } from './wire.ts'

/** A broker behind the network: this one, or a real one. */
export interface KafkaPart {
  /** That it listens at itself. */
  readonly port: number
  readonly feed: RecordFeed
  loseAnswers(times: number): void
  close(): Promise<void>
}

const maxRequest = 64 * 1024 * 1024

/** One broker of a cluster of one: Kafka's protocol over TLS, for clients with a certificate of the same authority. */
export class Broker implements KafkaPart {
  readonly topics: Topics
  readonly #server: Server
  readonly #sockets = new Set<TLSSocket>()
  #producerIds = 0n
  #lost = 0

  /** @param advertised where clients reach it; asked again for every answer */
  constructor(
    certificates: Certificates,
    partitions: number,
    advertised: { readonly host: string; readonly port: () => number },
  ) {
    this.topics = new Topics(partitions)
    const state: BrokerState = {
      topics: this.topics,
      host: advertised.host,
      port: advertised.port,
      nextProducerId: () => this.#producerIds++,
      answersProduce: () => this.#lost === 0 || this.#lost-- === 0,
    }
    const { cert, key } = certificates.server
    this.#server = createServer(
      { cert, key, ca: certificates.ca, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2' },
      (socket) => this.#serve(socket, state),
    )
    this.#server.on('tlsClientError', () => {})
  }

  get feed(): RecordFeed {
    return this.topics
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async listen(host: string): Promise<void> {
    this.#server.listen(0, host)
    await once(this.#server, 'listening')
  }

  /** The next produce requests are stored, but their connections close instead of an answer. */
  loseAnswers(times: number): void {
    this.#lost = times
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    const closed = once(this.#server, 'close')
    this.#server.close()
    await closed
  }

  #serve(socket: TLSSocket, state: BrokerState): void {
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#sockets.delete(socket))
    this.#answer(socket, state).catch(() => socket.destroy())
  }

  /** One request after the other: Kafka answers a connection in order. */
  async #answer(socket: TLSSocket, state: BrokerState): Promise<void> {
    for await (const request of requests(socket)) {
      const lost = this.#lost
      const { bytes } = await answerRequest(new WireReader(request), state)
      if (bytes) {
        const size = Buffer.alloc(4)
        size.writeInt32BE(bytes.length)
        socket.write(Buffer.concat([size, bytes]))
      } else if (lost > 0) {
        socket.destroy()
      }
    }
  }
}

/** Requests without their length. */
async function* requests(socket: TLSSocket): AsyncGenerator<Buffer> {
  let chunks: Buffer[] = []
  let held = 0
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    held += chunk.length
    if (held < 4) continue
    if (chunks[0]!.length < 4) chunks = [Buffer.concat(chunks)]
    if (held < 4 + chunks[0]!.readInt32BE(0)) continue
    let bytes = Buffer.concat(chunks)
    while (bytes.length >= 4) {
      const size = bytes.readInt32BE(0)
      if (size < 0 || size > maxRequest) throw new RangeError(`kafka: a request of ${size} bytes`)
      if (bytes.length < 4 + size) break
      yield bytes.subarray(4, 4 + size)
      bytes = bytes.subarray(4 + size)
    }
    chunks = bytes.length > 0 ? [bytes] : []
    held = bytes.length
  }
}
