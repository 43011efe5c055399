import { stat } from 'node:fs/promises'
import type { MatchQuery } from '../matching/answer.ts'
import { knownArtists } from '../pipelines/known-artists.ts'
import { parseNamed } from '../sources/names/name-reader.ts'
import { type ReadingReport, withKnown } from '../sources/reading-report.ts'
import { recognise } from '../sources/recognise.ts'
import { spotifyListener } from '../sources/spotify/reading-notes.ts'
import { parseProfileLink } from '../spotify/index.ts'
import type { FeatureStore } from '../store/feature-store.ts'
import type { Profile } from '../taste/listener.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import { Problem } from '../taste/problem.ts'

/** What a person meant by the argument of `match`, and a sentence that says what it was taken for. */
export interface ResolvedQuery {
  readonly query: MatchQuery
  readonly taken: string
  /** What was found in a file that a person exported. */
  readonly reading?: ReadingReport
}

/** Reads a profile by its id or name into the store. @throws Problem when there is nothing to compare then. */
export type ReadProfile = (id: string) => Promise<ListenerId>

/**
 * A stored listener's id; a bare id, which is looked for among the stored listeners of every source; a file with one
 * profile, which is compared without being stored; `listenbrainz:NAME` or `lastfm:NAME`, or the link or id of a Spotify
 * profile, which are read first unless they are stored.
 * @param read Spotify profiles, by id; absent without credentials.
 * @param readNamed people of other services, by `service:NAME`.
 * @throws Problem when it is none of these, or could be several.
 */
export async function resolveQuery(
  text: string,
  store: FeatureStore,
  now: number,
  read?: ReadProfile,
  readNamed?: ReadProfile,
): Promise<ResolvedQuery> {
  if (await isStored(text, store, now)) return { query: { listener: text }, taken: `stored listener ${text}` }
  const { bySource } = await store.counts()
  const ids = bySource.map(({ source }) => `${source}:${text}`)
  const found = await Promise.all(ids.map((id) => isStored(id, store, now)))
  const [only, ...more] = [...new Set(ids.filter((_, at) => found[at]))]
  if (only && more.length > 0)
    throw new Problem(`match: "${text}" could be ${[only, ...more].join(' or ')}`, { do: 'write the whole id' })
  if (only) return { query: { listener: only }, taken: `stored listener ${only}` }
  if (readNamed && parseNamed(text)) {
    const listener = await readNamed(text)
    return { query: { listener }, taken: `${listener}, read just now` }
  }
  if (await exists(text)) {
    const { profile, reading } = await onlyProfile(text, now)
    const known = reading && withKnown(reading, await knownArtists(profile, store))
    const who = known ? 'what' : `${profile.name ?? profile.id} of`
    const taken = `${who} ${text}${known ? ' tells' : ''}, compared without being stored`
    return { query: { profile }, taken, ...(known && { reading: known }) }
  }
  const isLink = /^(https?:|spotify:|(open|play)\.spotify\.com)/i.test(text)
  if (isLink || (read && couldBeId(text))) return await spotifyProfile(text, store, now, read)
  throw new Problem(`match: "${text}" is neither a stored listener nor a file`, {
    do: 'give an id as in lastfm-2k:2, listenbrainz:NAME, lastfm:NAME, a Spotify profile link, or a file to import',
  })
}

/** Not what looks like the name of a file that isn't there. */
function couldBeId(text: string): boolean {
  return !/[/\\:]|\.(?:jsonl?|gz|zip|csv|tsv|txt|dat)$/i.test(text)
}

async function spotifyProfile(
  text: string,
  store: FeatureStore,
  now: number,
  read: ReadProfile | undefined,
): Promise<ResolvedQuery> {
  // An id as we write it, `spotify:smedjan`, is a link to nowhere.
  const bare = /^spotify:(?<id>[^:/]+)$/.exec(text)?.groups?.id
  const { id } = parseProfileLink(bare === undefined ? text : `spotify:user:${encodeURIComponent(bare)}`)
  const listener = spotifyListener(id)
  if (await isStored(listener, store, now)) return { query: { listener }, taken: `stored listener ${listener}` }
  if (!read)
    throw new Problem(`match: the Spotify profile ${listener} is not stored, and there are no credentials to read it`, {
      do: 'see docs/spotify-access.md for credentials, or give a file that consonance import reads',
    })
  const found = await read(id)
  return { query: { listener: found }, taken: `Spotify profile ${found}, read just now` }
}

/** Whether the listener is there, with content that has not expired. */
async function isStored(id: string, store: FeatureStore, now: number): Promise<boolean> {
  const listener = await store.listener(id)
  return listener !== undefined && (listener.provenance.expiresAt ?? Infinity) > now
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

async function onlyProfile(path: string, now: number): Promise<{ profile: Profile; reading?: ReadingReport }> {
  const { recognised } = await recognise([path])
  let found: Profile | undefined
  let reading: ReadingReport | undefined
  for (const { source, path: file } of recognised) {
    for await (const event of source.read(file, { now })) {
      if (event.kind === 'reading') reading = event.report
      if (event.kind !== 'profile') continue
      if (found) {
        throw new Problem(`match: "${path}" holds several listeners`, {
          do: `import it, then match one of them by id, such as ${found.id}`,
        })
      }
      found = event.profile
    }
  }
  if (found) return { profile: found, ...(reading && { reading }) }
  throw new Problem(`match: "${path}" holds no listener`, { do: 'give a file with one profile' })
}
