import { type IngestNamesReport, ingestNames, type NameOutcome } from '../pipelines/ingest-names.ts'
import { type NameReader, type NameService, parseNamed } from '../sources/names/name-reader.ts'
import { whyNot } from '../store/policy.ts'
import { Problem } from '../taste/problem.ts'
import { checkNameReaders, openNameReaders } from './names.ts'
import { count, counted, faint, line } from './output.ts'
import type { ReadProfile } from './query.ts'
import type { Settings } from './settings.ts'
import type { Workspace } from './workspace.ts'

/** Names of people at other services than Spotify, told apart from everything else. */
export function splitNames(texts: readonly string[]): {
  readonly names: readonly string[]
  readonly others: readonly string[]
} {
  return {
    names: texts.filter((text) => parseNamed(text) !== undefined),
    others: texts.filter((text) => parseNamed(text) === undefined),
  }
}

/** Opens who can read these names. To be closed each. @throws Problem when a service is not switched on. */
export async function readersOf(
  names: readonly string[],
  data: string,
  settings: Settings,
): Promise<readonly NameReader[]> {
  const wanted = new Set<NameService>(names.flatMap((text) => parseNamed(text)?.service ?? []))
  const readers = await openNameReaders(data, settings, wanted)
  checkNameReaders(readers, wanted)
  return readers
}

type NamesWorkspace = Pick<Workspace, 'store' | 'policy' | 'progress' | 'signal'>

/** Reads people by name into the store, and closes the readers. */
export async function readNames(
  names: readonly string[],
  readers: readonly NameReader[],
  { store, policy, progress, signal }: NamesWorkspace,
): Promise<IngestNamesReport> {
  try {
    return await ingestNames(names, {
      store,
      readers,
      progress,
      signal,
      publicProfiles: policy.publicProfiles,
      now: () => Math.floor(Date.now() / 1000),
    })
  } finally {
    for (const reader of readers) await reader.close()
  }
}

/** Reads one name for the command that needs it. @throws Problem when there is nothing to compare then. */
export function nameReading(data: string, workspace: NamesWorkspace): ReadProfile {
  return async (text) => {
    const { policy } = workspace
    const forbidden = whyNot(parseNamed(text)?.service === 'lastfm' ? 'lastfm-api' : 'listenbrainz', 'match', policy)
    if (forbidden) throw new Problem(`match: the profile was not read: ${forbidden}`)
    const { names } = await readNames([text], await readersOf([text], data, policy), workspace)
    const [name] = names
    if (name?.listener && name.outcome !== 'empty') return name.listener
    throw new Problem(`match: nothing to compare in "${text}": ${name?.sentences.join(' ')}`)
  }
}

const well: ReadonlySet<NameOutcome['outcome']> = new Set(['read', 'unchanged', 'empty', 'private'])

/** Whether any of them was read as it should be, and none waits. */
export function namesEndedWell({ names, stopped }: IngestNamesReport): boolean {
  return stopped.length === 0 && names.some(({ outcome }) => well.has(outcome))
}

export function printNames({ names, requests, stopped }: IngestNamesReport): void {
  for (const { text, listener, outcome, entries, sentences } of names)
    line(
      [
        `${listener ?? text}: ${outcome.replaceAll('-', ' ')}`,
        ...(entries === undefined ? [] : [`, ${counted(entries, 'entry', 'entries')}`]),
        ...(sentences.length > 0 ? [`. ${sentences.join(' ')}`] : []),
      ].join(''),
    )
  line(faint(`${count(requests)} requests`))
  for (const { reason } of stopped) process.stderr.write(`consonance: ${reason}\n`)
}
