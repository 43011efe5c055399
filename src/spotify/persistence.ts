import { open, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makePrivateFolder, writePrivately } from './private-file.ts'

/**
 * Where the client keeps what must outlive the process: requests used, pauses, what the app may do. No content and no
 * secrets. Values are plain JSON.
 */
export interface Persistence {
  /** Undefined when nothing was saved under this name, or when it can't be read any more. */
  load(name: string): Promise<unknown>
  /**
   * Replaces what is saved under this name by what `change` makes of it, with nobody else in between, also in other
   * processes. Durable when it resolves, to the new value.
   */
  update<T>(name: string, change: (saved: unknown) => T): Promise<T>
}

/** For as long as the process lives. */
export function memoryPersistence(): Persistence {
  const values = new Map<string, string>()
  const load = (name: string): unknown => {
    const text = values.get(name)
    return text === undefined ? undefined : JSON.parse(text)
  }
  return {
    load: async (name) => load(name),
    async update(name, change) {
      const changed = change(load(name))
      values.set(name, JSON.stringify(changed))
      return changed
    },
  }
}

/** One file for each name in `folder`, replaced as a whole. */
export function filePersistence(folder: string): Persistence {
  const path = (name: string) => join(folder, `${encodeURIComponent(name)}.json`)
  const load = async (name: string): Promise<unknown> => {
    try {
      return JSON.parse(await readFile(path(name), 'utf8'))
    } catch {
      return undefined
    }
  }
  return {
    load,
    async update(name, change) {
      await makePrivateFolder(folder)
      return alone(`${path(name)}.lock`, async () => {
        const changed = change(await load(name))
        await writePrivately(path(name), JSON.stringify(changed))
        return changed
      })
    },
  }
}

/** Milliseconds after which whoever holds a lock must have died: the work takes a few. */
const abandoned = 5_000
const shortWait = 3

/** Does some short work while no other process does any under the same lock file. */
async function alone<T>(lock: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      await (await open(lock, 'wx', 0o600)).close()
      break
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const age = await stat(lock).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    )
    if (age > abandoned) await rm(lock, { force: true })
    else await sleep(shortWait * (1 + Math.random()))
  }
  try {
    return await work()
  } finally {
    await rm(lock, { force: true })
  }
}
