import type { Favourites, Match, MatchAnswer, MatchOptions, TrackName } from '../../matching/answer.ts'
import { breakDown, relativeParts } from '../../matching/breakdown.ts'
import type { Calibration } from '../../matching/calibration.ts'
import { confidence, leastArtists } from '../../matching/confidence.ts'
import { Explainer, type Explanation, type Surroundings } from '../../matching/explanation.ts'
import type { Names } from '../../matching/live/names.ts'
import { likelyEnjoyed } from '../../matching/live/offers.ts'
import { order } from '../../matching/live/order.ts'
import type { Close } from '../../matching/live/population.ts'
import { shownListener } from '../../matching/shown-listener.ts'
import { matchWords } from '../../matching/words.ts'
import { Problem } from '../../taste/problem.ts'
import type { TrackKey } from '../../taste/track.ts'
import type { Generation } from './generation.ts'
import type { OwnTrack, Person } from './person.ts'

/** How many shared tracks a match names: one of many, and one in detail. */
const namedTracks = { ofMany: 5, inDetail: 20 } as const
/** How many genres and artists of whoever asks an answer names. */
const namedOfYours = 8
/** With fewer to choose from, even the closest are often not close. */
const fewListeners = 100

/**
 * Ranks and explains the `k` closest of one generation.
 * @throws Problem when nothing of the profile is known here, or there is nobody to compare with.
 */
export async function makeAnswer(
  person: Person,
  k: number,
  options: MatchOptions,
  generation: Generation,
  names: Names,
): Promise<MatchAnswer> {
  const { population, opened } = generation
  const { description, key } = person
  const exclude = new Set([...(options.exclude ?? []), ...(key === undefined ? [] : [key])])
  const excluded = [...exclude].filter((each) => population.isCandidate(each)).length
  const candidates = population.candidates - excluded
  const notes = examine(person, candidates, generation)
  const nearest = await generation.searched(description.vector, population.candidatesFor(k) + exclude.size)
  const found = population.retrieve(description, { k, exclude, ...(nearest && { nearest }) })
  const closest = order(found, {
    k,
    diversity: options.diversity ?? 0,
    correction: (candidate) => generation.correction(candidate),
    leastCorrection: generation.leastCorrection,
    closeness: (a, b) => {
      const [x, y] = [population.vector(a.slot), population.vector(b.slot)]
      return population.pair.closenessPoints(x.reduce((sum, value, d) => sum + value * y[d]!, 0))
    },
  })
  const matches = await explainMatches(person, closest, generation, names, namedTracks.ofMany)
  if (!opened.calibration) notes.push('This model was made with too few listeners to say what its scores mean.')
  const tooFew = candidates < Math.max(k, fewListeners)
  if (tooFew)
    notes.push(`Too few people here to match well: only ${plural(candidates, 'listener')} to choose from so far.`)
  const { version, kind, marks } = opened.card
  return {
    model: { version, kind, marks },
    artists: description.terms.artists.hashes.length,
    you: favouritesOf(person),
    candidates,
    tooFew,
    notes,
    matches,
  }
}

/** Explains some listeners, in the order given; who was erased or took back their consent a moment ago is left out. */
export async function explainMatches(
  person: Person,
  closest: readonly Close[],
  generation: Generation,
  names: Names,
  tracksNamed: number = namedTracks.inDetail,
): Promise<readonly Match[]> {
  const mine = person.description
  const around = await generation.surroundings(person.key, new Set(mine.terms.artists.hashes))
  const explainer = new Explainer(mine, around)
  const own = new Set(mine.details.tracks)
  const shown: { readonly draft: Omit<Match, 'rank' | 'words' | 'tracks'>; readonly tracks: readonly TrackKey[] }[] = []
  for (const theirs of await generation.shown(closest.map(({ key }) => key))) {
    if (!theirs) continue
    const { listener, terms } = theirs
    const { showTracks } = listener.consent
    const { tracks, ...explanation } = explainer.explain(theirs, { showTracks })
    const breakdown = breakDown(generation.population.pair, mine, theirs)
    const [mySize, size] = [mine.terms, terms].map(({ artists, known }) => ({ artists: artists.hashes.length, known }))
    shown.push({
      draft: {
        listener: shownListener(listener),
        ...trusted(generation.opened.calibration, breakdown.score, Math.min(mySize!.artists, size!.artists)),
        confidence: confidence(mySize!, size!),
        parts: relativeParts(breakdown),
        ...explanation,
        sharedTracks: tracks.length,
        ...(showTracks && {
          theirs: { artists: theirs.details.topArtists.slice(0, namedOfYours), tracks: theirs.details.topTracks },
          youWouldEnjoy: likelyEnjoyed(theirs, mine, own),
        }),
        theyWouldEnjoy: likelyEnjoyed(mine, theirs),
      },
      tracks: rarestTracks(tracks, person.tracks, around).slice(0, tracksNamed),
    })
  }
  const named = await names.of(shown.flatMap(({ tracks }) => tracks))
  return shown.map(({ draft, tracks }, place) => {
    const match = { ...draft, tracks: tracks.flatMap((track): TrackName | [] => named.get(track) ?? []) }
    return { rank: place + 1, ...match, words: matchWords(match) }
  })
}

/** Those whose artists the fewest know first. */
function rarestTracks(
  hashes: Explanation['tracks'],
  own: ReadonlyMap<number, OwnTrack>,
  around: Surroundings,
): readonly TrackKey[] {
  return hashes
    .flatMap((hash) => own.get(hash) ?? [])
    .map(({ key, artist }) => ({ key, knownBy: around.knownBy(artist) }))
    .sort((a, b) => a.knownBy - b.knownBy)
    .map(({ key }) => key)
}

/** Rounded to what can be told apart, not to what can be believed. */
function trusted(calibration: Calibration | undefined, score: number, artists: number) {
  if (!calibration) return {}
  const [affinity, rarity] = [calibration.affinity({ score, artists }), calibration.rarity({ score, artists })]
  return { affinity: Number(affinity.toPrecision(6)), rarity: Number(rarity.toPrecision(4)) }
}

/** Refuses what cannot be answered, and says what makes an answer less than sure. */
function examine({ name, key, description }: Person, candidates: number, { population }: Generation): string[] {
  const { terms, details } = description
  const artists = terms.artists.hashes.length
  if (artists === 0)
    throw new Problem(`match: "${name}" holds no artist`, {
      do: `bring a profile with ${leastArtists} artists or more`,
    })
  if (candidates <= 0)
    throw new Problem(
      `match: there is nobody to compare with: no other findable listener has ${leastArtists} artists or more`,
      { do: 'import more listeners' },
    )
  const self = key !== undefined && population.slotOf(key) !== undefined ? 1 : 0
  const unknown = details.obscure.filter((artist) => population.listenersOf(artist) <= self).length
  if (unknown === artists)
    throw new Problem(
      `match: nobody here has ${artists === 1 ? 'the artist' : `any of the ${artists} artists`} of "${name}"`,
      {
        do: 'import more listeners, or a table with the genres of these artists',
      },
    )
  return [
    ...(artists < leastArtists
      ? [`${plural(artists, 'artist')} is not enough data: these are guesses. ${leastArtists} or more would help.`]
      : []),
    ...(unknown > 0
      ? [
          `${unknown} of ${plural(artists, 'artist')} nobody here knows; ${unknown === 1 ? "it doesn't" : "they don't"} count.`,
        ]
      : []),
  ]
}

function favouritesOf({ description: { details } }: Person): Favourites {
  return {
    artists: details.topArtists.slice(0, namedOfYours),
    tracks: details.topTracks,
    genres: details.genres.slice(0, namedOfYours).map(([genre, share]) => ({ genre, share })),
  }
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
