import { ServiceError } from '../services/service-error.ts'
import { type NamedReading, type NameReader, parseNamed } from '../sources/names/name-reader.ts'
import type { ReadingReport } from '../sources/reading-report.ts'
import { type PublicProfiles, publicConsent } from '../sources/spotify/public-profiles.ts'
import type { FeatureStore, PutOutcome } from '../store/feature-store.ts'
import { counted } from '../taste/counted.ts'
import type { Profile } from '../taste/listener.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import type { Provenance } from '../taste/provenance.ts'
import type { Progress } from './progress.ts'

export type NamesStore = Pick<FeatureStore, 'putProfiles' | 'listener' | 'readingNotes' | 'erase' | 'purgeExpired'>

export interface IngestNamesOptions {
  readonly store: NamesStore
  readonly readers: readonly NameReader[]
  /** How the profiles appear, as the operator stated it. */
  readonly publicProfiles?: PublicProfiles | undefined
  readonly progress: Progress
  /** Stops the run; what was read stays, and running it again continues. */
  readonly signal?: AbortSignal
  /** Seconds since 1970. */
  readonly now: () => number
}

/** What became of one name. */
export interface NameOutcome {
  /** As it was given. */
  readonly text: string
  /** Absent when nobody of that name was found. */
  readonly listener?: ListenerId
  /** `empty`: nothing was ever played; `waiting`: the service was closed before; `refused`: not such a name, or no reader. */
  readonly outcome: 'read' | 'unchanged' | 'empty' | 'private' | 'not-found' | 'failed' | 'waiting' | 'refused'
  /** Absent when nothing was stored. */
  readonly stored?: PutOutcome
  readonly entries?: number
  /** What was read; absent when nothing was. */
  readonly report?: ReadingReport
  /** What happened, in words for a listener. */
  readonly sentences: readonly string[]
}

export interface IngestNamesReport {
  readonly names: readonly NameOutcome[]
  readonly requests: number
  /** Services that can't be asked on, why, and when to continue, in milliseconds since 1970. */
  readonly stopped: readonly { readonly service: string; readonly reason: string; readonly continueAt?: number }[]
}

/**
 * Reads people of ListenBrainz and Last.fm by name, `listenbrainz:NAME` and `lastfm:NAME`, into the store. What the first
 * few requests tell is stored at once, so that they can be matched while the rest is read. Somebody who has played nothing
 * since the last time costs one or two requests; of somebody who is no longer there, what was stored is removed.
 * @throws what `signal` was aborted with; whatever the store throws.
 */
export async function ingestNames(texts: readonly string[], options: IngestNamesOptions): Promise<IngestNamesReport> {
  const { store, readers, progress, signal, now } = options
  await store.purgeExpired(now())
  const stopped = new Map<NameReader, ServiceError>()
  const names: NameOutcome[] = []
  using task = progress.start('reading names', { unit: 'profiles', total: texts.length })
  for (const text of texts) {
    signal?.throwIfAborted()
    const named = parseNamed(text)
    const reader = readers.find(({ service }) => service === named?.service)
    if (!named || !reader) names.push({ text, outcome: 'refused', sentences: [refusal(text, named?.service)] })
    else if (stopped.has(reader)) names.push({ text, outcome: 'waiting', sentences: [] })
    else {
      const outcome = await readOne(named.name, reader, options).catch((error: unknown): Omit<NameOutcome, 'text'> => {
        signal?.throwIfAborted()
        if (!(error instanceof ServiceError)) throw error
        if (error.closes) stopped.set(reader, error)
        return { outcome: error.closes ? 'waiting' : 'failed', sentences: [error.message] }
      })
      names.push({ text, ...outcome })
    }
    task.advance(1, counted(requestsOf(readers), 'request'))
  }
  if (stopped.size === 0) task.finish(counted(requestsOf(readers), 'request'))
  return {
    names,
    requests: requestsOf(readers),
    stopped: [...stopped].map(([{ service }, { message, retryAt }]) => ({
      service,
      reason: message,
      ...(retryAt !== undefined && { continueAt: retryAt }),
    })),
  }
}

async function readOne(
  name: string,
  reader: NameReader,
  options: IngestNamesOptions,
): Promise<Omit<NameOutcome, 'text'>> {
  const { store, signal } = options
  const asked = `${reader.service}:${name}`
  try {
    let last: Omit<NameOutcome, 'text'> | undefined
    for await (const reading of reader.read(name, { notes: await notesOf(asked, options), signal }))
      last = await keep(reading, reader, options)
    return last ?? { outcome: 'failed', sentences: [`${reader.title} said nothing about "${name}".`] }
  } catch (error) {
    if (!(error instanceof ServiceError) || (error.kind !== 'not-found' && error.kind !== 'private')) throw error
    if (error.kind === 'private') return { outcome: 'private', sentences: [`${reader.title} keeps "${name}" private.`] }
    const removed = await store.erase(asked)
    const gone = removed ? ' What was stored of them is removed.' : ''
    return { outcome: 'not-found', sentences: [`${reader.title} knows nobody called "${name}".${gone}`] }
  }
}

async function keep(
  reading: NamedReading,
  reader: NameReader,
  { store, publicProfiles, now }: IngestNamesOptions,
): Promise<Omit<NameOutcome, 'text'>> {
  const { person } = reading
  const listener = `${reader.service}:${person.name}`
  if (reading.state === 'unchanged') return { listener, outcome: 'unchanged', sentences: ['Nothing new was played.'] }
  const { items, report } = reading.reading
  const stored = await store.listener(listener)
  const provenance: Provenance = { origin: reader.origin, source: reader.service, readAt: now() }
  // Somebody else of that name, real or simulated.
  if (stored && stored.provenance.origin !== provenance.origin) await store.erase(listener)
  const said = { listener, report, sentences: [...report.sentences, ...report.advice] }
  if (items.length === 0 && !stored) return { ...said, outcome: 'empty' }
  const profile: Profile = {
    id: listener,
    name: person.name,
    url: person.url,
    provenance,
    consent: publicConsent(publicProfiles, provenance.origin === 'simulated'),
    items,
  }
  const again = new Set(stored?.provenance.origin === provenance.origin ? [listener] : [])
  const [put] = await store.putProfiles([profile], new Map([[listener, reading.notes]]), again)
  if (put === 'gone') return { ...said, outcome: 'failed', sentences: ['This listener was erased meanwhile.'] }
  return { ...said, outcome: items.length === 0 ? 'empty' : 'read', stored: put!, entries: items.length }
}

/** What the last reading left, if it may still be kept and was one of the same origin. */
async function notesOf(listener: ListenerId, { store, now }: IngestNamesOptions): Promise<string | undefined> {
  const stored = await store.listener(listener)
  const { expiresAt = Infinity } = stored?.provenance ?? {}
  return stored && now() < expiresAt ? store.readingNotes(listener) : undefined
}

function refusal(text: string, service: string | undefined): string {
  return service
    ? `"${text}" can't be read: ${service} is not switched on.`
    : `"${text}" is not a name; write listenbrainz:NAME or lastfm:NAME.`
}

function requestsOf(readers: readonly NameReader[]): number {
  return readers.reduce((sum, { requests }) => sum + requests, 0)
}
