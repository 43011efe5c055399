import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writePrivately } from './private-file.ts'

/**
 * Where the client keeps what must outlive the process: requests used, pauses, what the app may do. No content and no
 * secrets. Values are plain JSON.
 */
export interface Persistence {
  /** Undefined when nothing was saved under this name, or when it can't be read any more. */
  load(name: string): Promise<unknown>
  save(name: string, value: unknown): Promise<void>
}

/** For as long as the process lives. */
export function memoryPersistence(): Persistence {
  const values = new Map<string, string>()
  return {
    async load(name) {
      const text = values.get(name)
      return text === undefined ? undefined : JSON.parse(text)
    },
    async save(name, value) {
      values.set(name, JSON.stringify(value))
    },
  }
}

/** One file for each name in `folder`, replaced as a whole. */
export function filePersistence(folder: string): Persistence {
  const path = (name: string) => join(folder, `${encodeURIComponent(name)}.json`)
  return {
    async load(name) {
      try {
        return JSON.parse(await readFile(path(name), 'utf8'))
      } catch {
        return undefined
      }
    },
    save: (name, value) => writePrivately(path(name), JSON.stringify(value)),
  }
}
