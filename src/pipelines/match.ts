import { joinKeys } from '../features/artist-statistics.ts'
import { artistCounts } from '../features/bags.ts'
import { buildCorpora, type ListenerRow } from '../features/build-corpus.ts'
import type { Corpus } from '../features/corpus.ts'
import { lookupsFor, looseRow, storedRows } from '../features/load.ts'
import { columnCounts } from '../features/sparse-rows.ts'
import { BreakdownMaker, type RelativePart, relativeParts } from '../matching/breakdown.ts'
import type { Calibration } from '../matching/calibration.ts'
import { type Confidence, confidence, leastArtists, type ProfileSize } from '../matching/confidence.ts'
import { Crowding } from '../matching/crowding.ts'
import { Explainer, type Explanation } from '../matching/explanation.ts'
import type { PairRows, PairScore } from '../matching/pair-score.ts'
import { rank } from '../matching/rank.ts'
import { type ShownListener, shownListener } from '../matching/shown-listener.ts'
import type { FeatureStore, SplitPart } from '../store/feature-store.ts'
import type { ModelRegistry } from '../store/model-registry.ts'
import { allows, type PolicySettings, whyNot } from '../store/policy.ts'
import type { Profile } from '../taste/listener.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import { Problem } from '../taste/problem.ts'
import type { TrackKey } from '../taste/track.ts'
import { selectListeners } from '../training/cut-corpus.ts'
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
  /**
   * 0 to 100: the percentage of pairs of halves of one listener who are less alike. Absent, as rarity is, for a model
   * without a calibration.
   */
  readonly affinity?: number
  /** One in how many pairs of listeners is at least this close. */
  readonly rarity?: number
  readonly confidence: Confidence
  /** What makes the two close, largest first. */
  readonly parts: readonly RelativePart[]
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
  const { card, model, calibration } = await openModel(deps.registry)
  const { pair } = model
  const row = await rowOf(query, deps)
  const candidateRows = storedRows(deps.store, 'match', { exclude: new Set([row.id]) })
  const audio = card.kind !== 'linear' // the linear model does not hear
  const [mine, others] = (await buildCorpora([[row], candidateRows], lookupsFor(deps.store, 'match'), { audio })) as [
    Corpus,
    Corpus,
  ]
  const { artists, notes } = examine(nameOf(query), mine, others, pair)
  if (!calibration) notes.push('This model was made with too few listeners to say what its scores mean.')

  const mineRows = pair.rows(mine)
  const othersRows = pair.rows(others)
  const sizes = sizesOf(others, pair)
  const eligible = Uint8Array.from(sizes, (size) => (size.artists >= leastArtists ? 1 : 0))
  const crowding = crowdingOf(pair, others, othersRows, await deps.registry.split(card.version))
  const closest = rank(pair, mineRows, 0, othersRows, k, eligible, (other) =>
    crowding.correction(othersRows, other, others.listeners[other]!),
  )

  const explainer = new Explainer(
    { corpus: mine, rows: mineRows },
    { corpus: others, rows: othersRows },
    pair.parameters.statistics,
  )
  const shown = selectListeners(others, closest)
  const breakdowns = new BreakdownMaker(
    pair,
    { corpus: mine, rows: mineRows },
    { corpus: shown, rows: pair.rows(shown) },
  )
  const [mySize] = sizesOf(mine, pair) as [ProfileSize]
  const matches: Match[] = []
  for (const [place, other] of closest.entries()) {
    // Read again: who was erased or took back their consent a moment ago is no longer there.
    const profile = await deps.store.profile(others.listeners[other]!, 'match')
    if (!profile) continue
    const { tracks, ...explanation } = explainer.explain(other, profile.listener.consent)
    const size = sizes[other]!
    const breakdown = breakdowns.of(0, place)
    matches.push({
      rank: matches.length + 1,
      listener: shownListener(profile.listener),
      ...trusted(calibration, breakdown.score, Math.min(artists, size.artists)),
      confidence: confidence(mySize, size),
      parts: relativeParts(breakdown),
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

/** More of them don't say better how crowded it is anywhere. */
const mostForCrowding = 5_000

/** Asks only listeners whom the model was trained on, so that nobody's nearness to one who was not tells who was. */
function crowdingOf(
  pair: PairScore,
  { listeners }: Corpus,
  { embeddings }: PairRows,
  parts: ReadonlyMap<ListenerId, SplitPart>,
): Crowding {
  const rows = [...listeners.keys()].filter((row) => parts.get(listeners[row]!) === 'train')
  const every = Math.ceil(rows.length / mostForCrowding)
  const asked = rows.filter((_, i) => i % every === 0)
  const { dimensions } = pair
  const training = new Float32Array(asked.length * dimensions)
  for (const [i, row] of asked.entries())
    training.set(embeddings.subarray(row * dimensions, (row + 1) * dimensions), i * dimensions)
  return new Crowding(
    pair,
    training,
    asked.map((row) => listeners[row]!),
  )
}

/** Rounded to what can be told apart, not to what can be believed. */
function trusted(calibration: Calibration | undefined, score: number, artists: number) {
  if (!calibration) return {}
  const [affinity, rarity] = [calibration.affinity({ score, artists }), calibration.rarity({ score, artists })]
  return { affinity: Number(affinity.toPrecision(6)), rarity: Number(rarity.toPrecision(4)) }
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
  if (!sizesOf(others, pair).some((size) => size.artists >= leastArtists))
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

/** How many artists each listener has, and how many of them training knew. */
function sizesOf(corpus: Corpus, { parameters }: PairScore): readonly ProfileSize[] {
  const { offsets, indices } = artistCounts(corpus)
  const trained = joinKeys(parameters.statistics.keys, corpus.catalogue.artists.keys)
  return corpus.listeners.map((_, row) => {
    const artists = indices.subarray(offsets[row]!, offsets[row + 1]!)
    return {
      artists: artists.length,
      known: artists.reduce((sum, artist) => sum + Number(trained[artist]! >= 0), 0),
    }
  })
}

function nameOf(query: MatchQuery): string {
  return 'profile' in query ? (query.profile.name ?? query.profile.id) : query.listener
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
