import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { publicProfiles } from '../sources/spotify/public-profiles.ts'
import { operatorSwitches, type PolicySettings } from '../store/policy.ts'
import { Problem } from '../taste/problem.ts'

const switchValue = z.enum(['off', 'permitted'])
const switches = Object.fromEntries(operatorSwitches.map((name) => [name, switchValue.optional()]))
const contact = z.string().regex(/^(?:[^\s@]+@[^\s@]+|https?:\/\/\S+)$/, 'is neither an e-mail address nor a web page')
const others = z.strictObject({
  publicProfiles: z.enum(publicProfiles).optional(),
  'spotify.requestsPerDay': z.int().positive().optional(),
  'spotify.requestsPerSecond': z.number().positive().max(1000).optional(),
  'refresh.schedule': z.string().min(1).optional(),
  'refresh.retrainShare': z.number().positive().optional(),
  'serve.matchers': z.int().min(1).max(64).optional(),
  reccobeats: z.enum(['off', 'on']).optional(),
  'musicbrainz.contact': contact.optional(),
  'reccobeats.api': z.url().optional(),
  'musicbrainz.api': z.url().optional(),
  'lastfm.api': z.url().optional(),
  'listenbrainz.api': z.url().optional(),
  'lastfm-2k.url': z.url().optional(),
})
const schema = others.extend(switches)

/** What the operator states: what they permit, how public profiles appear, and who may be asked how much. */
export type Settings = PolicySettings & z.infer<typeof others>

/**
 * What the operator states in `settings.json` of the data folder; nothing where there is no such file. The settings
 * are explained in docs/data-terms.md, docs/spotify-access.md, docs/catalogue.md and docs/matching.md.
 * @throws Problem that names the setting and its value.
 */
export async function readSettings(dataFolder: string): Promise<Settings> {
  const path = join(dataFolder, 'settings.json')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw new Problem(`"${path}" can't be read (${error.code})`, { cause: error })
  })
  if (text === undefined) return {}
  const parsed = schema.safeParse(parseJson(text, path))
  if (parsed.success) return parsed.data as Settings
  const { path: where, message } = parsed.error.issues[0]!
  throw new Problem(`"${path}": ${where.length > 0 ? `${where.join('.')}: ` : ''}${message}`, {
    do: `settings are ${operatorSwitches.join(', ')}, each "off" or "permitted", and ${Object.keys(others.shape).join(', ')}`,
  })
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Problem(`"${path}" is not JSON`, { do: 'mend it, or remove it', cause })
  }
}
