import { artistCounts } from '../features/bags.ts'
import { buildCorpora, type ListenerRow } from '../features/build-corpus.ts'
import type { Corpus } from '../features/corpus.ts'
import { looseRow, storedRows } from '../features/load.ts'
import { columnCounts } from '../features/sparse-rows.ts'
import { type Confidence, confidence, leastArtists } from '../matching/confidence.ts'
import { Explainer, type Explanation } from '../matching/explanation.ts'
import type { PairScore } from '../matching/pair-score.ts'
import { rank } from '../matching/rank.ts'
import { type ShownListener, shownListener } from '../matching/shown-listener.ts'
import type { FeatureStore } from '../store/feature-store.ts'
import type { ModelRegistry } from '../store/model-registry.ts'
import { allows, type PolicySettings, whyNot } from '../store/policy.ts'
import type { Profile } from '../taste/listener.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import { Problem } from '../taste/problem.ts'
import type { TrackKey } from '../taste/track.ts'
import { openModel } from '../training/open-model.ts'

export interface MatchDeps {
  readonly store: FeatureStore
  readonly registry: ModelRegistry
  /** What the operator permits; absent, everything that needs a permission is off. */
  readonly policy?: PolicySettings
}

/** Who is looking: a stored listener, or a profile that is compared without being stored. */
export type MatchQuery = { readonly listener: ListenerId } | { readonly profile: Profile }

export interface SharedTrack {
  readonly title: string
  readonly artists: readonly string[]
}

export interface Match extends Omit<Explanation, 'tracks'> {
  /** 1 is the closest. */
  readonly rank: number
  readonly listener: ShownListener
  readonly confidence: Confidence
  /** How many tracks both have. */
  readonly sharedTracks: number
  /** The rarest of them. */
  readonly tracks: readonly SharedTrack[]
}

export interface MatchAnswer {
  readonly model: { readonly version: number; readonly kind: string; readonly marks: readonly string[] }
  /** How many artists the profile has. */
  readonly artists: number
  /** How many listeners it was compared with. */
  readonly candidates: number
  /** What the reader should know before believing the matches: plain sentences. */
  readonly notes: readonly string[]
  /** The closest first. */
  readonly matches: readonly Match[]
}

/** How many shared tracks a match names. */
const namedTracks = 5

/**
 * Compares one profile with every stored listener who agreed to be found, and explains the `k` closest.
 *
 * @throws Problem when no model is promoted, the query is unknown, may not be matched or holds nothing that is known
 * here, or there is nobody to compare with.
 */
export async function match(query: MatchQuery, k: number, deps: MatchDeps): Promise<MatchAnswer> {
  const { card, model } = await openModel(deps.registry)
  const row = await rowOf(query, deps)
  const candidateRows = storedRows(deps.store, 'match', { exclude: new Set([row.id]) })
  const audio = card.kind !== 'linear' // the linear model does not hear
  const [mine, others] = (await buildCorpora([[row], candidateRows], deps.store, { audio })) as [Corpus, Corpus]
  const { artists, notes } = examine(nameOf(query), mine, others, model.pair)

  const mineRows = model.pair.rows(mine)
  const othersRows = model.pair.rows(others)
  const sizes = artistsPerRow(others)
  const eligible = Uint8Array.from(sizes, (size) => (size >= leastArtists ? 1 : 0))
  const closest = rank(model.pair, mineRows, 0, othersRows, k, eligible)

  const explainer = new Explainer(
    { corpus: mine, rows: mineRows },
    { corpus: others, rows: othersRows },
    model.pair.parameters.statistics,
  )
  const matches: Match[] = []
  for (const other of closest) {
    // Read again: who was erased or took back their consent a moment ago is no longer there.
    const profile = await deps.store.profile(others.listeners[other]!, 'match')
    if (!profile) continue
    const { tracks, ...explanation } = explainer.explain(other, profile.listener.consent)
    matches.push({
      rank: matches.length + 1,
      listener: shownListener(profile.listener),
      confidence: confidence(artists, sizes[other]!),
      ...explanation,
      sharedTracks: tracks.length,
      tracks: await namesOf(tracks.slice(0, namedTracks), deps.store),
    })
  }
  const compared = eligible.reduce((sum, one) => sum + one, 0)
  if (compared < k) notes.push(`Only ${plural(compared, 'listener')} to choose from so far.`)
  const { version, kind, marks } = card
  return { model: { version, kind, marks }, artists, candidates: compared, notes, matches }
}

/** The one who is looking need not be findable, but where the profile comes from must permit comparing it. */
async function rowOf(query: MatchQuery, { store, policy = {} }: MatchDeps): Promise<ListenerRow> {
  if ('profile' in query) {
    permit(query.profile.provenance.origin, policy)
    return looseRow(store, query.profile)
  }
  const profile = await store.profile(query.listener, 'keep')
  if (!profile)
    throw new Problem(`match: no listener "${query.listener}" is stored`, {
      do: 'import their data first, or give a file',
    })
  const { listener, playlists, tagged } = profile
  permit(listener.provenance.origin, policy)
  return {
    id: listener.id,
    source: listener.provenance.source,
    playlists: playlists.filter(({ provenance }) => allows(provenance.origin, 'match', policy)),
    tagged,
  }
}

function permit(origin: Profile['provenance']['origin'], policy: PolicySettings): void {
  const reason = whyNot(origin, 'match', policy)
  if (reason) throw new Problem(`match: ${reason}`)
}

/** Refuses what cannot be answered, and says what makes an answer less than sure. */
function examine(name: string, mine: Corpus, others: Corpus, pair: PairScore): { artists: number; notes: string[] } {
  const { keys, genreRows } = mine.catalogue.artists
  const trained = new Set(pair.parameters.statistics.keys)
  const heard = columnCounts(artistCounts(others))
  const artists = [...artistCounts(mine).indices]
  const known = artists.filter(
    (artist) =>
      trained.has(keys[artist]!) || heard[artist]! > 0 || genreRows.offsets[artist]! < genreRows.offsets[artist + 1]!,
  )
  if (artists.length === 0)
    throw new Problem(`match: "${name}" holds no artist`, {
      do: `bring a profile with ${leastArtists} artists or more`,
    })
  if (!artistsPerRow(others).some((size) => size >= leastArtists))
    throw new Problem(
      `match: there is nobody to compare with: no other findable listener has ${leastArtists} artists or more`,
      { do: 'import more listeners' },
    )
  if (known.length === 0)
    throw new Problem(
      `match: nobody here has ${artists.length === 1 ? 'the artist' : `any of the ${artists.length} artists`} of "${name}"`,
      {
        do: 'import more listeners, or a table with the genres of these artists',
      },
    )
  const notes: string[] = []
  if (artists.length < leastArtists)
    notes.push(
      `${plural(artists.length, 'artist')} is not enough data: these are guesses. ${leastArtists} or more would help.`,
    )
  const unknown = artists.length - known.length
  if (unknown > 0)
    notes.push(
      `${unknown} of ${plural(artists.length, 'artist')} nobody here knows; ${unknown === 1 ? "it doesn't" : "they don't"} count.`,
    )
  return { artists: artists.length, notes }
}

async function namesOf(keys: readonly TrackKey[], store: FeatureStore): Promise<readonly SharedTrack[]> {
  const tracks = (await store.tracks(keys)).filter((track) => track?.title !== undefined)
  return Promise.all(
    tracks.map(async (track) => ({
      title: track!.title!,
      artists: (await store.artists(track!.artists)).flatMap((artist) => artist?.name ?? []),
    })),
  )
}

function artistsPerRow(corpus: Corpus): Uint32Array {
  const { offsets } = artistCounts(corpus)
  return Uint32Array.from(corpus.listeners, (_, row) => offsets[row + 1]! - offsets[row]!)
}

function nameOf(query: MatchQuery): string {
  return 'profile' in query ? (query.profile.name ?? query.profile.id) : query.listener
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
