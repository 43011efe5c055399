import { readFileSync, statSync } from 'node:fs'
import type { LoginOptions } from '../../hopsworks/index.ts'
import { Problem } from '../../taste/problem.ts'
import { usualName } from './mapping.ts'

/** Where live matching searches for those nearest by embedding. */
type SearchPlace = 'memory' | 'opensearch'

export interface HopsworksAddress {
  readonly host: string
  readonly port: number
  readonly project: string
  /** What the store's feature groups, models and folder are named after, so that a project can hold several. */
  readonly name: string
  readonly search: SearchPlace
  readonly login: LoginOptions
}

type Environment = Readonly<Record<string, string | undefined>>

const form = 'hopsworks://HOST:PORT/PROJECT'
const known = ['name', 'ca', 'kafka', 'opensearch', 'rondb', 'mysql', 'search', 'reads', 'insecure']

/**
 * Reads `hopsworks://HOST[:PORT]/PROJECT[?option=value&...]`, and the API key from the environment.
 * @throws Problem that names what is wrong, and never the key
 */
export function readAddress(url: string, environment: Environment = process.env): HopsworksAddress {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed && (parsed.username || parsed.password))
    throw misuse(
      'an API key does not belong into the URL',
      'set CONSONANCE_HOPSWORKS_KEY, or CONSONANCE_HOPSWORKS_KEY_FILE',
    )
  const project = decoded(parsed?.pathname.slice(1) ?? '')
  if (!parsed?.hostname || project === undefined || !/^\w+$/.test(project))
    throw misuse(`"${url}" names no project`, `write ${form}`)
  const query = parsed.searchParams
  for (const name of query.keys())
    if (!known.includes(name)) throw misuse(`"${name}" is no option of ${form}`, `options are ${known.join(', ')}`)
  const search = query.get('search') ?? 'memory'
  if (search !== 'memory' && search !== 'opensearch')
    throw misuse(`search=${search} is unknown`, 'write search=memory or search=opensearch')
  const reads = query.get('reads') ?? 'rest'
  if (reads !== 'rest' && reads !== 'sql') throw misuse(`reads=${reads} is unknown`, 'write reads=rest or reads=sql')
  const name = query.get('name') ?? usualName
  if (!/^[a-z][a-z0-9_]{0,31}$/.test(name))
    throw misuse(`name=${name} is no name of a store`, 'use small letters, digits and _, at most 32 of them')
  const [host, port] = [parsed.hostname, Number(parsed.port || 443)]
  const [ca, kafka, opensearch, rondb, mysql] = ['ca', 'kafka', 'opensearch', 'rondb', 'mysql'].map((each) =>
    query.get(each),
  )
  const login: LoginOptions = {
    apiKey: readKey(environment),
    host,
    port,
    project,
    ...(ca && { ca: readText(ca, 'ca') }),
    ...(query.get('insecure') === '1' && { insecure: true }),
    services: {
      ...(kafka && { kafka: kafka.split(',') }),
      ...(opensearch && { opensearch }),
      ...(rondb && { rondb }),
      ...(mysql && { mysql }),
    },
    ...(reads === 'sql' && { onlineReads: reads }),
  }
  return { host, port, project, name, search, login }
}

/** Undefined when it is no encoding of anything. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function readKey(environment: Environment): string {
  const key = environment.CONSONANCE_HOPSWORKS_KEY ?? environment.HOPSWORKS_API_KEY
  if (key?.trim()) return key.trim()
  const file = environment.CONSONANCE_HOPSWORKS_KEY_FILE
  if (!file)
    throw new Problem('store: there is no API key for Hopsworks', {
      do: 'set CONSONANCE_HOPSWORKS_KEY, or name a file that holds it with CONSONANCE_HOPSWORKS_KEY_FILE',
    })
  const content = readText(file, 'CONSONANCE_HOPSWORKS_KEY_FILE').trim()
  if ((statSync(file).mode & 0o077) !== 0)
    throw new Problem(`store: "${file}" can be read by others`, { do: `run: chmod 600 ${file}` })
  if (content === '') throw new Problem(`store: "${file}" is empty`, { do: 'write the API key into it' })
  return content
}

function readText(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Problem(`store: the file "${file}" of ${what} can't be read (${code})`, {
      do: 'check its name',
      cause: error,
    })
  }
}

function misuse(what: string, advice: string): Problem {
  return new Problem(`store: ${what}`, { do: advice, exitCode: 2 })
}
