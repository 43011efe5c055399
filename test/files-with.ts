import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Files under a folder that hold the text, as UTF-8 or UTF-16. */
export async function filesWith(folder: string, text: string): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const bytes = await readFile(join(entry.parentPath, entry.name))
    if (bytes.includes(text) || bytes.includes(Buffer.from(text, 'utf16le'))) found.push(entry.name)
  }
  return found
}
