import { createInterface } from 'node:readline/promises'
import { type Command, Option } from 'commander'
import { fetchSet } from '../../pipelines/fetch-set.ts'
import { type PublicSet, publicSets } from '../../sources/public-sets.ts'
import { isLoopback, systemEnvironment } from '../../spotify/index.ts'
import { Problem } from '../../taste/problem.ts'
import { type CommonOptions, consonanceCommand } from '../options.ts'
import { counted, ending, json, line } from '../output.ts'
import { createProgress } from '../progress.ts'
import { readSettings } from '../settings.ts'

interface FetchOptions extends CommonOptions {
  readonly acceptTerms?: true
  readonly out: string
}

export function fetchCommand(): Command {
  return consonanceCommand('fetch')
    .description('download a public data set from its owner, on its terms')
    .argument('<set>', `which one: ${publicSets.map(({ name }) => name).join(', ')}`)
    .option('--accept-terms', "you accept the owner's terms, and are not asked")
    .addOption(new Option('--out <dir>', 'where its folder is made').default('.'))
    .action(fetchOne)
}

async function fetchOne(name: string, options: FetchOptions): Promise<void> {
  const known = publicSets.find((set) => set.name === name)
  if (!known)
    throw new Problem(`fetch: "${name}" is no set that can be fetched`, {
      do: `there are ${publicSets.map((set) => set.name).join(', ')}`,
      exitCode: 2,
    })
  const set = await located(known, options.data)
  await agree(set, options)
  const started = performance.now()
  const controller = new AbortController()
  const interrupt = () => controller.abort()
  process.once('SIGINT', interrupt)
  process.once('SIGTERM', interrupt)
  try {
    const fetched = await fetchSet(set, {
      into: options.out,
      environment: { ...systemEnvironment, fetch },
      progress: createProgress({ json: options.json === true }),
      signal: controller.signal,
    })
    if (options.json) {
      json({ set: set.name, ...fetched })
      return
    }
    line(`${fetched.folder}: ${counted(fetched.files.length, 'file')}, checksum verified`)
    ending('Fetched', (performance.now() - started) / 1000, `consonance import ${fetched.folder}`)
  } finally {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
}

/** With the address that a test's settings name, which must be on this machine. */
async function located(set: PublicSet, dataFolder: string): Promise<PublicSet> {
  const url = (await readSettings(dataFolder))['lastfm-2k.url']
  if (url === undefined) return set
  if (!isLoopback(url))
    throw new Problem(`fetch: "${url}" is not an address on this machine`, { do: 'leave lastfm-2k.url out' })
  return { ...set, url }
}

async function agree(set: PublicSet, { acceptTerms, json: asJson }: FetchOptions): Promise<void> {
  const say = (text: string) => (asJson ? process.stderr.write(`${text}\n`) : line(text))
  say(`${set.title}\n${set.page}\nTerms of its owner:`)
  for (const term of set.terms) say(`  ${term}`)
  if (acceptTerms) return
  const refused = new Problem('fetch: the terms were not accepted', { do: 'say --accept-terms if you accept them' })
  if (!process.stdin.isTTY) throw refused
  const asking = createInterface({ input: process.stdin, output: process.stderr })
  try {
    if (!/^y(?:es)?$/i.test((await asking.question('Do you accept them? [y/N] ')).trim())) throw refused
  } finally {
    asking.close()
  }
}
