import type { ListenerRow } from '../../features/build-corpus.ts'
import { lookupsFor } from '../../features/load.ts'
import type { Hygiene, MatchQuery } from '../../matching/answer.ts'
import { describe } from '../../matching/description/describe.ts'
import type { Description } from '../../matching/description/description.ts'
import { keyHash } from '../../matching/description/key-hash.ts'
import { clean, type Heard } from '../../matching/live/hygiene.ts'
import type { FeatureStore } from '../../store/feature-store.ts'
import { allows, type PolicySettings, whyNot } from '../../store/policy.ts'
import type { Profile } from '../../taste/listener.ts'
import { parseListenerId } from '../../taste/listener-id.ts'
import { Problem } from '../../taste/problem.ts'
import type { TrackKey } from '../../taste/track.ts'
import type { Generation } from './generation.ts'

/** A track of whoever asks. */
export interface OwnTrack {
  readonly key: TrackKey
  /** `keyHash` of its first artist. */
  readonly artist: number
}

/** Whoever asks, as one generation describes them. */
export interface Person {
  readonly name: string
  /** Opaque key, where they are stored. */
  readonly key?: string
  readonly description: Description
  readonly heard: readonly Heard[]
  /** By `keyHash`. */
  readonly tracks: ReadonlyMap<number, OwnTrack>
}

/** A profile as it is read, before any model. */
interface Read extends Pick<ListenerRow, 'id' | 'source' | 'tagged'> {
  readonly name: string
  readonly key?: string
  readonly heard: readonly Heard[]
}

export interface PersonDeps {
  readonly store: FeatureStore
  readonly policy?: PolicySettings
}

/**
 * Reads and describes whoever asks. The stored description serves where it is up to date and nothing is left out.
 * @param stale whether the stored description is behind
 * @throws Problem when the listener is unknown or may not be matched.
 */
export async function readPerson(
  query: MatchQuery,
  hygiene: Hygiene | undefined,
  generation: Generation,
  stale: (key: string) => boolean,
  deps: PersonDeps,
): Promise<Person> {
  const read = 'profile' in query ? await loose(query.profile, deps) : await stored(query.listener, deps)
  const { name, key, heard } = read
  const [before] = hygiene || key === undefined || stale(key) ? [] : await generation.shown([key])
  const description = before ?? (await describedNow(read, hygiene, generation, deps))
  const tracks = new Map<number, OwnTrack>()
  for (const { entry } of heard)
    if (entry.track !== undefined)
      tracks.set(keyHash(entry.track), { key: entry.track, artist: keyHash(entry.artists[0] ?? '') })
  return { name, ...(key !== undefined && { key }), description, heard, tracks }
}

async function loose(profile: Profile, { store, policy = {} }: PersonDeps): Promise<Read> {
  permit(profile.provenance.origin, policy)
  const entries = await store.resolve(profile.items)
  return {
    id: profile.id,
    source: parseListenerId(profile.id).source,
    name: profile.name ?? profile.id,
    heard: entries.map((entry, i) => {
      const { playlist } = profile.items[i]!
      return { entry, ...(playlist !== undefined && { playlist }) }
    }),
    tagged: profile.tagged?.length ? await store.resolveTagged(profile.tagged) : [],
  }
}

/** The one who is looking need not be findable, but where the profile comes from must permit comparing it. */
async function stored(id: string, { store, policy = {} }: PersonDeps): Promise<Read> {
  const profile = await store.profile(id, 'keep')
  if (!profile)
    throw new Problem(`match: no listener "${id}" is stored`, { do: 'import their data first, or give a file' })
  const { listener, playlists, tagged } = profile
  permit(listener.provenance.origin, policy)
  return {
    id,
    source: listener.provenance.source,
    name: id,
    key: listener.key,
    heard: playlists
      .filter(({ provenance }) => allows(provenance.origin, 'match', policy))
      .flatMap(({ name, entries }) =>
        entries.map((entry) => ({ entry, ...(name !== undefined && { playlist: name }) })),
      ),
    tagged,
  }
}

function permit(origin: Profile['provenance']['origin'], policy: PolicySettings): void {
  const reason = whyNot(origin, 'match', policy)
  if (reason) throw new Problem(`match: ${reason}`)
}

async function describedNow(
  { id, source, heard, tagged = [] }: Read,
  hygiene: Hygiene | undefined,
  generation: Generation,
  { store }: PersonDeps,
): Promise<Description> {
  const lookups = lookupsFor(store, 'match')
  const entries = hygiene ? await clean(heard, hygiene, lookups) : heard.map(({ entry }) => entry)
  const [description] = await describe(
    [{ id, source, playlists: [{ entries }], tagged }],
    generation.opened.model.pair,
    lookups,
  )
  return description!
}
