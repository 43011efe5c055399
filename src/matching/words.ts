import type { Match, Taste } from './answer.ts'
import type { SharedArtist, SharedGenre } from './explanation.ts'

/** An artist whom at most this share of listeners have is one that few people know. */
const few = 0.02

/** Why two listeners match, in one plain sentence: what is rare first. `artists` are all that they share. */
export function reason(artists: readonly SharedArtist[], genres: readonly SharedGenre[]): string {
  const rare = artists.filter((artist) => artist.knownBy <= few)
  if (rare.length === 1) return `You both keep ${weightiest(rare)}, whom few people know${others(artists.length - 1)}.`
  if (rare.length > 1)
    return `You both keep ${weightiest(rare)} and ${rare.length - 1} other ${artistsWord(rare.length - 1)} few people know.`
  if (artists.length === 1) return `You both listen to ${weightiest(artists)}.`
  if (artists.length > 1)
    return `You both listen to ${weightiest(artists)} and ${artists.length - 1} other ${artistsWord(artists.length - 1)}.`
  const [first, second] = genres
  if (first && second) return `You share no artist yet, but you both like ${first.genre} and ${second.genre}.`
  if (first) return `You share no artist yet, but you both like ${first.genre}.`
  return 'You share no artist yet; nobody here is closer.'
}

/** A `reason`, as one of the two says it to others. Whoever is named in it keeps their name. */
export function reasonToOthers(reason: string): string {
  return reason.replace(/^You( share no artist yet, but )you\b/, 'We$1we').replace(/^You\b/, 'We')
}

function weightiest(artists: readonly SharedArtist[]): string {
  return artists.reduce((best, artist) => (artist.weight > best.weight ? artist : best)).name
}

function others(count: number): string {
  return count === 0 ? '' : `, and ${count} other ${artistsWord(count)}`
}

function artistsWord(count: number): string {
  return count === 1 ? 'artist' : 'artists'
}

/** `one pair in 2,300 is this close`: two significant digits. */
export function rarityText(rarity: number): string {
  if (rarity < 1.5) return 'most pairs are this close'
  const digits = rarity < 10 ? Math.round(rarity) : Number(rarity.toPrecision(2))
  return `one pair in ${digits.toLocaleString('en-US')} is this close`
}

/** A match in plain sentences, the reason first. */
export function matchWords(match: Omit<Match, 'words' | 'rank'>): readonly string[] {
  const { differences, parts, youWouldEnjoy = [], confidence, rarity, tracks, sharedTracks } = match
  const drawing = parts.filter(({ share }) => share >= worthAWord).slice(0, 3)
  const [track] = tracks
  const [yours, theirs] = [differences.yourGenres[0], differences.theirGenres[0]]
  return [
    match.reason,
    ...(rarity === undefined ? [] : [`${capital(rarityText(rarity))}.`]),
    ...(drawing.length > 0
      ? [`What makes you close: ${listed(drawing.map(({ part, share }) => `${part} (${percent(share)})`))}.`]
      : []),
    ...(track
      ? [`You share ${counted(sharedTracks, 'track')}${sharedTracks > 1 ? ', such as' : ':'} ${quoted(track)}.`]
      : []),
    ...(yours || theirs
      ? [
          `Where you differ: ${[
            ...(yours ? [`more ${yours.genre} with you`] : []),
            ...(theirs ? [`more ${theirs.genre} with them`] : []),
          ].join(', ')}.`,
        ]
      : []),
    ...(youWouldEnjoy[0] ? [`Of theirs you would likely enjoy ${quoted(youWouldEnjoy[0])}.`] : []),
    `How sure this is: ${confidence.word}, ${confidence.because}.`,
  ]
}

/** A taste in plain sentences. */
export function tasteWords(taste: Omit<Taste, 'words'>): readonly string[] {
  const { genres, topArtists, sound, decades, rarerThan, offers } = taste
  const telling = sound
    .map((each) => ({ ...each, place: each.value > each.high ? 1 : each.value < each.low ? -1 : 0 }))
    .filter(({ place }) => place !== 0)
  const decade = decades.reduce((most, each) => (each.share > (most?.share ?? 0) ? each : most), decades[0])
  return [
    ...(genres.length > 0
      ? [`Mostly ${listed(genres.slice(0, 3).map(({ genre, share }) => `${genre} (${percent(share)})`))}.`]
      : []),
    ...(topArtists.length > 0 ? [`Most of all ${listed(topArtists.slice(0, 3).map(({ name }) => name))}.`] : []),
    ...telling.slice(0, 3).map(({ feature, place }) => `${capital(soundWord(feature, place))} than with most here.`),
    ...(decade ? [`${percent(decade.share)} of it is from the ${decade.decade}s.`] : []),
    ...(rarerThan === undefined ? [] : [`Rarer than the taste of ${percent(rarerThan)} of the listeners here.`]),
    ...offers.map(({ kind, share }) => `${percent(share)} sounds like ${offerWord[kind]}; it can be left out.`),
  ]
}

const offerWord = { sleep: 'music for sleeping', children: "children's music", seasonal: 'music for the holidays' }

function soundWord(feature: Taste['sound'][number]['feature'], place: number): string {
  const [low, high] = soundWords[feature]
  return place > 0 ? high : low
}

const soundWords = {
  energy: ['calmer', 'more energetic'],
  danceability: ['harder to dance to', 'easier to dance to'],
  valence: ['darker', 'more cheerful'],
  acousticness: ['more electric', 'more acoustic'],
  instrumentalness: ['more sung', 'more instrumental'],
  speechiness: ['less spoken', 'more spoken'],
  liveness: ['more from the studio', 'more live'],
  tempo: ['slower', 'faster'],
  loudness: ['quieter', 'louder'],
} as const

/** Smallest share that is told. */
const worthAWord = 0.05

const percent = (share: number): string => `${Math.round(100 * share)} %`
const quoted = ({ title, artists }: { readonly title: string; readonly artists: readonly string[] }): string =>
  artists.length > 0 ? `“${title}” by ${artists.join(', ')}` : `“${title}”`
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}
