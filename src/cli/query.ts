import { stat } from 'node:fs/promises'
import type { MatchQuery } from '../pipelines/match.ts'
import { recognise } from '../sources/recognise.ts'
import { parseProfileLink } from '../spotify/profile-link.ts'
import type { FeatureStore } from '../store/feature-store.ts'
import type { Profile } from '../taste/listener.ts'
import { Problem } from '../taste/problem.ts'

/** What a person meant by the argument of `match`, and a sentence that says what it was taken for. */
export interface ResolvedQuery {
  readonly query: MatchQuery
  readonly taken: string
}

/**
 * A stored listener's id; a bare id, which is looked for among the stored listeners of every source; the link of a
 * stored Spotify profile; or a file with one profile, which is compared without being stored.
 * @throws Problem when it is none of these, or could be several.
 */
export async function resolveQuery(text: string, store: FeatureStore, now: number): Promise<ResolvedQuery> {
  if (await store.listener(text)) return { query: { listener: text }, taken: `stored listener ${text}` }
  const { bySource } = await store.counts()
  const ids = bySource.map(({ source }) => `${source}:${text}`)
  const stored = (await Promise.all(ids.map((id) => store.listener(id)))).flatMap((listener) => listener?.id ?? [])
  const [only, ...more] = [...new Set(stored)]
  if (only && more.length > 0)
    throw new Problem(`match: "${text}" could be ${[only, ...more].join(' or ')}`, { do: 'write the whole id' })
  if (only) return { query: { listener: only }, taken: `stored listener ${only}` }
  if (await exists(text)) {
    const profile = await onlyProfile(text, now)
    return { query: { profile }, taken: `${profile.name ?? profile.id} of ${text}, compared without being stored` }
  }
  if (/^(https?:|spotify:|(open|play)\.spotify\.com)/i.test(text)) return await storedProfileOf(text, store)
  throw new Problem(`match: "${text}" is neither a stored listener nor a file`, {
    do: 'give an id as in lastfm-2k:2, or a file that consonance import reads',
  })
}

async function storedProfileOf(link: string, store: FeatureStore): Promise<ResolvedQuery> {
  const listener = `spotify:${parseProfileLink(link).id}`
  if (await store.listener(listener)) return { query: { listener }, taken: `stored listener ${listener}` }
  throw new Problem(`match: the Spotify profile ${listener} is not stored`, {
    do: 'this version does not read profiles from Spotify yet; give a file that consonance import reads',
  })
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

async function onlyProfile(path: string, now: number): Promise<Profile> {
  const { recognised } = await recognise([path])
  let found: Profile | undefined
  for (const { source, path: file } of recognised) {
    for await (const event of source.read(file, { now })) {
      if (event.kind !== 'profile') continue
      if (found) {
        throw new Problem(`match: "${path}" holds several listeners`, {
          do: `import it, then match one of them by id, such as ${found.id}`,
        })
      }
      found = event.profile
    }
  }
  if (found) return found
  throw new Problem(`match: "${path}" holds no listener`, { do: 'give a file with one profile' })
}
