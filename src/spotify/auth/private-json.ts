import { open } from 'node:fs/promises'
import { Problem } from '../../taste/problem.ts'
import { asFields, type Fields } from '../shape.ts'

/**
 * The fields of a JSON file that holds secrets; none when there is no file.
 * @param whose what the errors begin with.
 * @throws Problem when others than its owner may read it, or when it is not JSON. The text never appears in the error.
 */
export async function readPrivateFile(path: string, whose = 'spotify'): Promise<Fields> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new Problem(`${whose}: "${path}" can't be read (${error.code})`, { do: 'check its permissions' })
  })
  if (file === undefined) return {}
  let text: string
  try {
    const { mode } = await file.stat()
    // Windows has no such bits.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new Problem(`${whose}: "${path}" holds secrets and others may read it`, { do: `run chmod 600 "${path}"` })
    text = await file.readFile('utf8')
  } finally {
    await file.close()
  }
  try {
    return asFields(JSON.parse(text)) ?? {}
  } catch {
    throw new Problem(`${whose}: "${path}" is not JSON`, { do: 'correct it, or remove it' })
  }
}
