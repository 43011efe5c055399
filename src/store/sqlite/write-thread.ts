import type { DatabaseSync } from 'node:sqlite'
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { databasePath, immediately, openForWriting, sleep } from './connection.ts'
import { needsScrub, scrub } from './erase.ts'
import { storeProblem, toWireError } from './problems.ts'
import type { Reply, Request } from './thread.ts'
import { Writer } from './writer.ts'

/**
 * The thread that writes, the only one of its process. Calls that have queued up while it was busy share one
 * transaction (group commit), and none is answered before that is on the disk.
 */
const { folder } = workerData as { folder: string }
const port = parentPort as NonNullable<typeof parentPort>
const most = 64

let open: { readonly database: DatabaseSync; readonly writer: Writer } | undefined

port.on('message', (first: Request | undefined) => {
  let next: Request | undefined = first
  const batch: Request[] = []
  while (next) {
    batch.push(next)
    const queued = batch.length < most ? receiveMessageOnPort(port) : undefined
    next = queued?.message as Request | undefined
    // An empty message is the last one.
    if (queued && !next) return finish(batch)
  }
  if (batch.length > 0) reply(batch)
  else finish(batch)
})

function reply(batch: readonly Request[]): void {
  for (const each of answer(batch)) port.postMessage(each)
}

function finish(batch: readonly Request[]): void {
  if (batch.length > 0) reply(batch)
  open?.database.close()
  port.close()
}

function answer(batch: readonly Request[]): Reply[] {
  try {
    open ??= start()
    const { database, writer } = open
    let crowded = false
    const replies = immediately(database, () => {
      crowded = writer.catchUp()
      return batch.map((request) => perform(open as NonNullable<typeof open>, request))
    })
    // Another process that waits to write gets a chance.
    if (crowded) sleep(5)
    return batch.some(({ method }) => method === 'erase') ? afterErasing(database, batch, replies) : replies
  } catch (error) {
    open?.writer.undone()
    return batch.map(({ id }) => failure(id, error))
  }
}

function start(): NonNullable<typeof open> {
  const database = openForWriting(folder)
  if (needsScrub(database)) {
    try {
      scrub(database, 1000)
    } catch {
      // Another process is at work; the next one that opens the store, or erases, tries again.
    }
  }
  return { database, writer: new Writer(database, folder) }
}

/** A call that fails undoes itself only. */
function perform({ database, writer }: NonNullable<typeof open>, { id, method, args }: Request): Reply {
  database.exec('SAVEPOINT call')
  try {
    const call = writer[method as keyof Writer] as (...args: unknown[]) => unknown
    const value = call.apply(writer, [...args])
    database.exec('RELEASE call')
    return { id, value }
  } catch (error) {
    // After a full disk, say, SQLite has undone the whole transaction.
    if (!database.isTransaction) throw error
    database.exec('ROLLBACK TO call; RELEASE call')
    writer.undone()
    return failure(id, error)
  }
}

function afterErasing(database: DatabaseSync, batch: readonly Request[], replies: readonly Reply[]): Reply[] {
  try {
    if (needsScrub(database)) scrub(database)
    return [...replies]
  } catch (error) {
    return replies.map((reply, i) => (batch[i]?.method === 'erase' ? failure(reply.id, error) : reply))
  }
}

function failure(id: number, error: unknown): Reply {
  return { id, failure: toWireError(storeProblem(error, databasePath(folder))) }
}
