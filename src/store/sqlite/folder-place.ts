import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Place } from '../conformance/place.ts'
import { type OpenStore, openStore } from '../open.ts'

export interface FolderPlace extends Place {
  readonly folder: string
  bytes(): Promise<Buffer>
}

/** A folder for a test's store, gone after `remove`. */
export async function folderPlace(): Promise<FolderPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'consonance-store-'))
  const opened: OpenStore[] = []
  return {
    folder,
    async open({ settings = {}, clock } = {}) {
      const store = await openStore(`sqlite:${folder}`, '', settings, { create: true, ...(clock && { clock }) })
      opened.push(store)
      return store
    },
    async bytes() {
      const found: Buffer[] = []
      for (const name of await readdir(folder, { recursive: true })) {
        found.push(Buffer.from(`${name}\n`))
        const path = join(folder, name)
        if ((await stat(path)).isFile()) found.push(await readFile(path))
      }
      return Buffer.concat(found)
    },
    async remove() {
      for (const store of opened) await store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
