import { type Channel, Metadata, type StatusObject, status } from '@grpc/grpc-js'

/** A call that ended with anything but OK. */
export class CallRefused extends Error {
  readonly code: number

  constructor({ code, details }: Pick<StatusObject, 'code' | 'details'>) {
    super(details)
    this.code = code
  }
}

export interface GrpcCall {
  readonly path: string
  readonly request: Buffer
  readonly metadata?: Readonly<Record<string, string>>
  /** Milliseconds to wait for the first answer, and for each later one. */
  readonly patience: { readonly first: number; readonly next: number }
  readonly signal?: AbortSignal | undefined
}

/**
 * The answers to one request, each asked for when the one before is done with: the library's own streams read sixteen ahead, and a
 * record batch can be large. Breaking off the loop cancels the call.
 * @throws CallRefused unless the server ends the call with OK
 */
export async function* answers(channel: Channel, call: GrpcCall): AsyncGenerator<Buffer, void, undefined> {
  const { path, request, patience, signal } = call
  signal?.throwIfAborted()
  const metadata = new Metadata()
  for (const [name, value] of Object.entries(call.metadata ?? {})) metadata.set(name, value)
  const running = channel.createCall(path, Number.POSITIVE_INFINITY, null, null, null)
  let arrival = nextArrival()
  running.start(metadata, {
    onReceiveMetadata() {},
    onReceiveMessage(message: Buffer) {
      arrival.resolve(message)
    },
    onReceiveStatus(ended) {
      if (ended.code === status.OK) arrival.resolve(undefined)
      else arrival.reject(new CallRefused(ended))
    },
  })
  const onAbort = () => arrival.reject(signal!.reason)
  signal?.addEventListener('abort', onAbort)
  try {
    running.sendMessageWithContext({}, request)
    running.halfClose()
    for (let limit = patience.first; ; limit = patience.next) {
      running.startRead()
      const timer = setTimeout(
        () => arrival.reject(new CallRefused({ code: status.DEADLINE_EXCEEDED, details: 'no answer' })),
        limit,
      )
      const message = await arrival.promise.finally(() => clearTimeout(timer))
      if (message === undefined) return
      arrival = nextArrival()
      signal?.throwIfAborted()
      yield message
    }
  } finally {
    signal?.removeEventListener('abort', onAbort)
    running.cancelWithStatus(status.CANCELLED, 'given up')
  }
}

/** An end may come while the one before is with the caller: it is told when the next is asked for. */
function nextArrival() {
  const arrival = Promise.withResolvers<Buffer | undefined>()
  arrival.promise.catch(() => {})
  return arrival
}
