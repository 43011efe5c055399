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
