import { modelledAudio } from '../../features/corpus.ts'
import { soundFeatures, type Taste } from '../answer.ts'
import type { Description } from '../description/description.ts'
import { tasteWords } from '../words.ts'
import type { Heard } from './hygiene.ts'
import type { PopulationStatistics } from './population-statistics.ts'

/** How many genres and artists a taste names. */
const named = { genres: 12, artists: 10 }

/** What one listener's taste is like, beside everybody's. @param heard the whole profile, nothing left out */
export function tasteOf(
  { terms, details }: Description,
  heard: readonly Heard[],
  statistics: PopulationStatistics,
  knownBy: (artist: number) => number,
): Taste {
  const { counts, names } = details
  const plays = counts.reduce((total, count) => total + count, 0)
  const rarerThan = statistics.rarerThan(details.unusualness)
  const taste = {
    artists: terms.artists.hashes.length,
    tracks: details.tracks.length,
    genresKnown: details.genresKnown,
    soundKnown: details.soundKnown,
    genres: details.genres
      .slice(0, named.genres)
      .map(([genre, share]) => ({ genre, share, population: statistics.genreShare(genre) })),
    topArtists: [...counts.keys()]
      .sort((a, b) => counts[b]! - counts[a]!)
      .slice(0, named.artists)
      .map((i) => ({ name: names[i]!, share: counts[i]! / plays, knownBy: knownBy(terms.artists.hashes[i]!) })),
    topTracks: details.topTracks,
    sound: soundFeatures.flatMap((feature) => {
      const f = modelledAudio.indexOf(feature)
      const value = details.sound[f]!
      const [low, middle, high] = [0.1, 0.5, 0.9].map((at) => statistics.sound(f, at) ?? value)
      return Number.isNaN(value) ? [] : [{ feature, value, low: low!, middle: middle!, high: high! }]
    }),
    decades: details.decades.map(([decade, share]) => ({
      decade,
      share,
      population: statistics.decadeShare(decade),
    })),
    ...(rarerThan !== undefined && { rarerThan }),
    offers: offersOf(details.genres, heard),
  }
  return { ...taste, words: tasteWords(taste) }
}

const kinds = [
  { kind: 'sleep', words: /\b(sleep|sleeping|white noise|rain sounds|brown noise|lullab\w*|asmr)\b/i },
  { kind: 'children', words: /\b(child|children|children's|kids?|kinder\w*|nursery|toddlers?|disney|hörspiel)\b/i },
  { kind: 'seasonal', words: /\b(christmas|xmas|holiday|weihnacht\w*|halloween|navidad|noël)\b/i },
] as const

/** Below, it is not worth leaving out. */
const leastOffered = 0.02

/** What people tend to leave out, by the names of genres and playlists. */
function offersOf(genres: Description['details']['genres'], heard: readonly Heard[]): Taste['offers'] {
  return kinds.flatMap(({ kind, words }) => {
    const ofGenres = genres.filter(([genre]) => words.test(genre))
    const playlists = new Set(heard.flatMap(({ playlist }) => (playlist && words.test(playlist) ? playlist : [])))
    const inPlaylists = heard.filter(({ playlist }) => playlist !== undefined && playlists.has(playlist)).length
    const share = Math.max(
      ofGenres.reduce((sum, [, share]) => sum + share, 0),
      heard.length > 0 ? inPlaylists / heard.length : 0,
    )
    if (share < leastOffered) return []
    const leaveOut = {
      ...(ofGenres.length > 0 && { genres: ofGenres.map(([genre]) => genre) }),
      ...(playlists.size > 0 && { playlists: [...playlists] }),
    }
    return [{ kind, share, leaveOut }]
  })
}
