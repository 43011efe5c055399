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

/** Erasures are answered last: they are done only when their traces are out of the files. */
function reply(batch: readonly Request[]): void {
  const replies = perform(batch)
  const erasures = new Set(batch.filter(({ method }) => method === 'erase').map(({ id }) => id))
  for (const each of replies) if (!erasures.has(each.id)) port.postMessage(each)
  if (erasures.size === 0) return
  const failed = scrubbed()
  for (const each of replies)
    if (erasures.has(each.id)) port.postMessage(failed && 'value' in each ? failure(each.id, failed.error) : each)
}

function finish(batch: readonly Request[]): void {
  if (batch.length > 0) reply(batch)
  open?.database.close()
  port.close()
}

/** One transaction, on the disk when this returns. */
function perform(batch: readonly Request[]): Reply[] {
  try {
    open ??= start()
    const { database, writer } = open
    let crowded = false
    const replies = immediately(database, () => {
      crowded = writer.catchUp()
      return batch.map((request) => call(database, writer, request))
    })
    // Another process that waits to write gets a chance.
    if (crowded) sleep(5)
    return replies
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
function call(database: DatabaseSync, writer: Writer, { id, method, args }: Request): Reply {
  database.exec('SAVEPOINT call')
  try {
    const named = writer[method as keyof Writer] as (...args: unknown[]) => unknown
    const value = named.apply(writer, [...args])
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

function scrubbed(): { readonly error: unknown } | undefined {
  try {
    if (open && needsScrub(open.database)) scrub(open.database)
    return undefined
  } catch (error) {
    return { error }
  }
}

function failure(id: number, error: unknown): Reply {
  return { id, failure: toWireError(storeProblem(error, databasePath(folder))) }
}
