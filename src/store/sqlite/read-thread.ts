import { parentPort, workerData } from 'node:worker_threads'
import type { PolicySettings } from '../policy.ts'
import { databasePath, openForReading } from './connection.ts'
import { storeProblem, toWireError } from './problems.ts'
import { Reader } from './reader.ts'
import type { Reply, Request } from './thread.ts'

/** The thread of the long reads. */
const { folder, settings } = workerData as { folder: string; settings: PolicySettings }
const port = parentPort as NonNullable<typeof parentPort>

let open: { readonly reader: Reader; close(): void } | undefined

port.on('message', (request: Request | undefined) => {
  if (request) return port.postMessage(answer(request))
  open?.close()
  port.close()
})

function answer({ id, method, args }: Request): Reply {
  try {
    open ??= start()
    const { reader } = open
    const call = reader[method as keyof Reader] as (...args: unknown[]) => unknown
    return { id, value: call.apply(reader, [...args]) }
  } catch (error) {
    return { id, failure: toWireError(storeProblem(error, databasePath(folder))) }
  }
}

function start(): NonNullable<typeof open> {
  const database = openForReading(folder)
  return { reader: new Reader(database, settings), close: () => database.close() }
}
