import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { unzipSync } from 'fflate'

/**
 * Unpacks an archive into a folder, through memory.
 * @param nameOf where a file goes; undefined leaves it out
 */
export async function unpackZip(
  bytes: Uint8Array,
  folder: string,
  nameOf: (name: string) => string | undefined = (name) => name,
): Promise<void> {
  const wanted = unzipSync(bytes, { filter: ({ name }) => !name.endsWith('/') && nameOf(name) !== undefined })
  for (const [name, content] of Object.entries(wanted)) {
    const path = join(folder, nameOf(name)!)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  }
}
