import type { AudioFeatures } from '../../src/taste/audio-features.ts'
import { artistNumber, standing } from './artists.ts'
import { isOneOf, mixed } from './chance.ts'
import { genreTable, scenes } from './genres.ts'
import type { Shares } from './shares.ts'

const trackSlots = 128
const albumSize = 11
const lastYear = 2025

/** One number, below 2^30, for each track: the artist's, and which of theirs it is. */
export function trackNumber(artist: number, index: number): number {
  return artist * trackSlots + index
}

export function artistOfTrack(track: number): number {
  return Math.floor(track / trackSlots)
}

/** Which of the artist's tracks it is. */
export function indexOfTrack(track: number): number {
  return track % trackSlots
}

/** How many tracks an artist has made. */
export function trackCount(seed: number, artist: number): number {
  return 8 + (mixed(seed, 61, artist) % 48)
}

/** Which of the artist's albums holds the track. */
export function albumOfTrack(track: number): number {
  return Math.floor(indexOfTrack(track) / albumSize)
}

/** Year of the track's album: the scene's time, the artist's first years in it, then an album every other year. */
export function yearOfTrack(seed: number, track: number): number {
  const artist = artistOfTrack(track)
  const { genre, scene } = standing(artist)
  const debut = 1958 + (mixed(seed, 62, genre, scene) % 50) + (mixed(seed, 63, artist) % 12)
  return Math.min(lastYear, debut + 2 * albumOfTrack(track))
}

/** Numbers of everybody on the track, the main artist first; guests are famous in the same genre. */
export function artistsOfTrack(seed: number, shares: Shares, track: number): readonly number[] {
  const artist = artistOfTrack(track)
  if (!isOneOf(shares.featured, seed, 64, track)) return [artist]
  const { genre } = standing(artist)
  const guests = isOneOf(150, seed, 65, track) ? [66, 67] : [66]
  const numbers = guests.map((salt) => {
    const choice = mixed(seed, salt, track)
    return artistNumber({ genre, scene: choice % scenes.length, rank: Math.floor(choice / scenes.length) % 40 })
  })
  return [...new Set([artist, ...numbers])]
}

/** Milliseconds. */
export function durationOfTrack(seed: number, track: number): number {
  return 125_000 + (mixed(seed, 68, track) % 90_000) + (mixed(seed, 69, track) % 90_000)
}

/**
 * How the track sounds: its genre family's centre, drawn aside by genre, artist and track in turn. Undefined where nobody
 * measured it; duration and bar are missing more often than the rest, as in the public tables.
 */
export function audioOfTrack(seed: number, shares: Shares, track: number): AudioFeatures | undefined {
  if (isOneOf(shares.withoutAudio, seed, 70, track)) return undefined
  const artist = artistOfTrack(track)
  const { genre } = standing(artist)
  const { sound } = genreTable[genre]!
  const drawn = (center: number, feature: number, spread: number) =>
    center +
    aside(spread, seed, 71, genre, feature) +
    aside(spread, seed, 72, artist, feature) +
    aside(spread, seed, 73, track, feature)
  const share = (center: number, feature: number) => clamp(drawn(center, feature, 180), 0, 1000) / 1000
  return {
    danceability: share(sound.danceability, 0),
    energy: share(sound.energy, 1),
    key: mixed(seed, 74, track) % 12,
    loudness: clamp(drawn(sound.loudness, 2, 40), -600, 0) / 10,
    mode: isOneOf(sound.major, seed, 75, track) ? 1 : 0,
    speechiness: share(sound.speechiness, 3),
    acousticness: share(sound.acousticness, 4),
    instrumentalness: share(sound.instrumentalness, 5),
    liveness: share(sound.liveness, 6),
    valence: share(sound.valence, 7),
    tempo: clamp(drawn(sound.tempo * 10, 8, 250), 500, 2200) / 10,
    ...(isOneOf(140, seed, 76, track) ? {} : { durationMs: durationOfTrack(seed, track) }),
    ...(isOneOf(330, seed, 77, track) ? {} : { timeSignature: isOneOf(120, seed, 78, track) ? 3 : 4 }),
  }
}

/** A whole number between -spread and spread, mostly near zero: the sum of three uniform ones. */
function aside(spread: number, ...key: readonly number[]): number {
  const sum = (mixed(...key, 1) % 1001) + (mixed(...key, 2) % 1001) + (mixed(...key, 3) % 1001)
  return Math.round(((sum - 1500) * spread) / 1500)
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}
