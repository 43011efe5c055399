import { setImmediate as nextTurn } from 'node:timers/promises'
import * as grpc from '@grpc/grpc-js'
import { type MessageCodec, messages, methodPath } from '../../../../src/hopsworks/offline/flight-messages.ts'
import type { Certificates } from '../certificates.ts'
import { type HqsPayload, signatureOf } from '../queries/fs-query.ts'
import { arrowMessages } from './arrow-stream.ts'
import type { FlightRefusal } from './flight-refusals.ts'
import { NoDataFound, type OfflineRows, run } from './query-run.ts'

export interface FlightServiceOptions {
  readonly host: string
  readonly certificates: Certificates
  /** With which the control plane signs payloads. */
  readonly secret: string
  readonly store: OfflineRows
  /** Called with each method that is asked for, and the names of its metadata. */
  readonly log: (method: string, metadata: readonly string[]) => void
  /** What the next call for data is refused with. */
  readonly refusal: () => FlightRefusal | undefined
}

const actions = ['healthcheck', 'get-version']

/** A Feature Query Service: Arrow Flight with mutual TLS. */
export class FlightService {
  readonly port: number
  readonly #server: grpc.Server

  private constructor(server: grpc.Server, port: number) {
    this.#server = server
    this.port = port
  }

  static async start(options: FlightServiceOptions): Promise<FlightService> {
    const { host, certificates } = options
    const server = new grpc.Server({ 'grpc.max_receive_message_length': -1 })
    server.addService(definition, {
      ListActions: (call: grpc.ServerWritableStream<unknown, unknown>) => {
        for (const type of actions) call.write({ type })
        call.end()
      },
      DoAction: (call: grpc.ServerWritableStream<{ readonly type: string }, unknown>) => {
        const { type } = call.request
        options.log(`DoAction ${type}`, [])
        if (!actions.includes(type)) {
          call.emit('error', { code: grpc.status.UNIMPLEMENTED, details: `no action ${type}` })
          return
        }
        call.write({ body: Buffer.from(type === 'get-version' ? '5.1.0' : '') })
        call.end()
      },
      GetFlightInfo: (
        { request, metadata }: grpc.ServerUnaryCall<{ readonly cmd: Uint8Array }, unknown>,
        answer: grpc.sendUnaryData<unknown>,
      ) => {
        options.log('GetFlightInfo', Object.keys(metadata.getMap()))
        answer(null, { flightDescriptor: request, endpoint: [{ ticket: { ticket: request.cmd } }] })
      },
      DoGet: (call: grpc.ServerWritableStream<{ readonly ticket: Uint8Array }, unknown>) => {
        options.log('DoGet', Object.keys(call.metadata.getMap()))
        send(call, options).catch((error) => call.emit('error', error))
      },
    })
    const { cert, key } = certificates.server
    const secure = grpc.ServerCredentials.createSsl(
      Buffer.from(certificates.ca),
      [{ cert_chain: Buffer.from(cert), private_key: Buffer.from(key) }],
      true,
    )
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync(`${host}:0`, secure, (error, bound) => (error ? reject(error) : resolve(bound))),
    )
    return new FlightService(server, port)
  }

  close(): void {
    this.#server.forceShutdown()
  }
}

function method<Request, Answer>(
  name: Parameters<typeof methodPath>[0],
  request: MessageCodec<Request>,
  answer: MessageCodec<Answer>,
  responseStream: boolean,
): grpc.MethodDefinition<Request, Answer> {
  return {
    path: methodPath(name),
    requestStream: false,
    responseStream,
    requestSerialize: request.encode,
    requestDeserialize: request.decode,
    responseSerialize: answer.encode,
    responseDeserialize: answer.decode,
  }
}

const definition = {
  ListActions: method('ListActions', messages.empty, messages.actionType, true),
  DoAction: method('DoAction', messages.action, messages.result, true),
  GetFlightInfo: method('GetFlightInfo', messages.descriptor, messages.info, false),
  DoGet: method('DoGet', messages.ticket, messages.data, true),
}

async function send(
  call: grpc.ServerWritableStream<{ readonly ticket: Uint8Array }, unknown>,
  { secret, store, refusal }: FlightServiceOptions,
): Promise<void> {
  const refused = refusal()
  if (refused && !refused.after) throw refused
  const payload = Buffer.from(call.request.ticket).toString()
  const [signature] = call.metadata.get('hopsworks-signature')
  if (signature === undefined ? !showsCertificates(call.metadata) : signature !== signatureOf(payload, secret))
    throw { code: grpc.status.UNAUTHENTICATED, details: 'Signature verification failed.' }
  for (const [sent, { header, body }] of answerTo(payload, store).entries()) {
    if (call.cancelled) return
    if (sent === refused?.after) throw refused
    const goesOn = call.write({ dataHeader: header, dataBody: body })
    // As a real one, it stops computing when its client has stopped reading.
    if (goesOn) await nextTurn()
    else await new Promise<void>((resolve) => void call.once('drain', resolve).once('cancelled', () => resolve()))
  }
  call.end()
}

/** What clients show where the control plane signs nothing. */
function showsCertificates(metadata: grpc.Metadata): boolean {
  const { kstore, tstore, cert_key } = JSON.parse(`${metadata.get('x-certificates-json')[0] ?? '{}'}`)
  return [kstore, tstore, cert_key].every((each) => typeof each === 'string' && each !== '')
}

function answerTo(payload: string, store: OfflineRows) {
  try {
    return arrowMessages(run(JSON.parse(payload) as HqsPayload, store))
  } catch (error) {
    // What a Python exception in a real service arrives as.
    const details = error instanceof NoDataFound ? error.message : `Query failed. Detail: ${(error as Error).stack}`
    throw { code: grpc.status.UNKNOWN, details }
  }
}
