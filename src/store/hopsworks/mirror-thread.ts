import { type MessagePort, parentPort } from 'node:worker_threads'
import { databasePath } from '../sqlite/connection.ts'
import { storeProblem, toWireError } from '../sqlite/problems.ts'
import type { Reply, Request } from '../sqlite/thread.ts'
import type { MirrorNews, MirrorOptions } from './mirror.ts'
import { MirrorHost } from './mirror-host.ts'

/**
 * The thread that talks to Hopsworks, and the only one of its process that changes mirrors: one host for each mirror's folder,
 * however often that is opened.
 */
const port = parentPort as NonNullable<typeof parentPort>
const hosts = new Map<string, Shared>()

interface Shared {
  readonly host: MirrorHost
  /** Of its users, each of whom is told everything. */
  readonly ports: Set<MessagePort>
  users: number
}

port.on('message', async ({ id, method, args }: Request) => {
  const [folder, ...rest] = args as readonly [string, ...unknown[]]
  try {
    port.postMessage({ id, value: await perform(folder, method, rest) } satisfies Reply)
  } catch (error) {
    port.postMessage({ id, failure: toWireError(storeProblem(error, databasePath(folder))) } satisfies Reply)
  }
})

async function perform(folder: string, method: string, args: readonly unknown[]): Promise<unknown> {
  if (method === 'open') {
    const { progress, ...options } = args[0] as MirrorOptions & { readonly progress: MessagePort }
    const known = hosts.get(folder) ?? share(folder, options)
    known.users++
    known.ports.add(progress)
    progress.once('close', () => known.ports.delete(progress))
    hosts.set(folder, known)
    return undefined
  }
  const known = hosts.get(folder)
  if (!known) throw new Error('the store is closed')
  if (method === 'close') {
    if (--known.users > 0) return undefined
    hosts.delete(folder)
    return known.host.close()
  }
  return known.host.call(method, args[0] as readonly unknown[])
}

function share(folder: string, options: MirrorOptions): Shared {
  const ports = new Set<MessagePort>()
  const postMessage = (news: MirrorNews) => {
    for (const port of ports) port.postMessage(news)
  }
  return { host: new MirrorHost(folder, { ...options, progress: { postMessage } }), ports, users: 0 }
}
