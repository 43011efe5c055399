import { parentPort } from 'node:worker_threads'
import { databasePath } from '../sqlite/connection.ts'
import { storeProblem, toWireError } from '../sqlite/problems.ts'
import type { Reply, Request } from '../sqlite/thread.ts'
import type { MirrorOptions } from './mirror.ts'
import { MirrorHost } from './mirror-host.ts'

/**
 * The thread that talks to Hopsworks, and the only one of its process that changes mirrors: one host for each mirror's folder,
 * however often that is opened.
 */
const port = parentPort as NonNullable<typeof parentPort>
const hosts = new Map<string, { readonly host: MirrorHost; users: number }>()

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
    const known = hosts.get(folder) ?? { host: new MirrorHost(folder, args[0] as MirrorOptions), users: 0 }
    known.users++
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
