import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { operatorSwitches, type PolicySettings } from '../store/policy.ts'
import { Problem } from '../taste/problem.ts'

const switchValue = z.enum(['off', 'permitted'])
const schema = z.strictObject(Object.fromEntries(operatorSwitches.map((name) => [name, switchValue.optional()])))

/**
 * What the operator states in `settings.json` of the data folder; nothing where there is no such file. The switches
 * are explained in docs/data-terms.md.
 * @throws Problem that names the setting and its value.
 */
export async function readSettings(dataFolder: string): Promise<PolicySettings> {
  const path = join(dataFolder, 'settings.json')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw new Problem(`"${path}" can't be read (${error.code})`, { cause: error })
  })
  if (text === undefined) return {}
  const parsed = schema.safeParse(parseJson(text, path))
  if (parsed.success) return parsed.data as PolicySettings
  const { path: where, message } = parsed.error.issues[0]!
  throw new Problem(`"${path}": ${where.length > 0 ? `${where.join('.')}: ` : ''}${message}`, {
    do: `settings are ${operatorSwitches.join(', ')}, each "off" or "permitted"`,
  })
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Problem(`"${path}" is not JSON`, { do: 'mend it, or remove it', cause })
  }
}
