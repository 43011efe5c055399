import type { AudioFeatures } from '../../src/taste/audio-features.ts'
import { genresOfArtist, nameOfArtist, ranks, standing } from './artists.ts'
import { Chance } from './chance.ts'
import { genreSizes, genreTable } from './genres.ts'
import { idOf, numberOf } from './ids.ts'
import { listenerName, nameCount } from './listener-names.ts'
import { mixCount, mixesOf } from './playlists.ts'
import { defaultShares, type Shares } from './shares.ts'
import { repertoireOf, tastesOf } from './tastes.ts'
import { albumTitle, trackTitle } from './titles.ts'
import {
  albumOfTrack,
  artistOfTrack,
  artistsOfTrack,
  audioOfTrack,
  durationOfTrack,
  indexOfTrack,
  trackCount,
  yearOfTrack,
} from './tracks.ts'

export interface WorldOptions {
  /** Two worlds of one seed are the same, byte for byte, on every machine. */
  readonly seed: number
  readonly listeners: number
  readonly shares?: Shares
}

export interface SimulatedListener {
  /** Of the form `morning-owl`: nobody could take it for a person's. */
  readonly name: string
  /** The communities whose taste they share, the strongest first; weights are relative. */
  readonly communities: readonly { readonly genre: string; readonly weight: number }[]
}

export interface SimulatedPlaylist {
  /** 22 characters of base 62, as all ids here. */
  readonly id: string
  readonly name: string
  readonly tracks: readonly {
    readonly id: string
    /** Seconds since 1970. */
    readonly addedAt: number
  }[]
}

export interface SimulatedArtist {
  readonly id: string
  readonly name: string
}

export interface SimulatedTrack {
  readonly id: string
  readonly title: string
  /** The main artist first. */
  readonly artists: readonly SimulatedArtist[]
  readonly album: { readonly id: string; readonly title: string }
  readonly year: number
  readonly durationMs: number
}

/**
 * Simulated listeners and what they listen to. Nothing is stored: each answer follows from the seed and the number or id
 * that is asked for, and a listener is the same in a world of any size. Everything is invented; nothing that is measured
 * here says how well real listeners are matched.
 */
export interface World {
  readonly seed: number
  readonly listeners: number
  /** @param i from 0 to `listeners` - 1, here and below */
  listener(i: number): SimulatedListener
  playlists(i: number): readonly SimulatedPlaylist[]
  /** How many these are, for which none has to be made. */
  playlistCount(i: number): number
  /** Listeners with a smaller number that this one is friends with, most of them of the same community. */
  friends(i: number): readonly number[]
  /** Undefined for an id that isn't of this world, here and below. */
  artist(id: string): SimulatedArtist | undefined
  track(id: string): SimulatedTrack | undefined
  /** Undefined too where nobody knows them. */
  genres(artist: string): readonly string[] | undefined
  /** Undefined too where nobody measured it. */
  audio(track: string): AudioFeatures | undefined
}

const playlistSlots = 16
const albumSlots = 16
const friendTries = 40
/** Artists are asked for again and again; this many are kept at a time. */
const recentArtists = 50_000
/** So are the ids of tracks. */
const recentTracks = 100_000

/**
 * A seeded world: 60 taste communities in a genre tree, listeners of one to three of them, artists on a long tail.
 * @throws RangeError when there are more listeners than names (`nameCount`)
 */
export function createWorld({ seed, listeners, shares = defaultShares }: WorldOptions): World {
  if (listeners > nameCount) throw new RangeError(`a world has at most ${nameCount} listeners, not ${listeners}`)
  const sizes = genreSizes(seed)
  const tastes = (i: number) => tastesOf(seed, shares, sizes, i)
  const recent = new Map<number, SimulatedArtist>()
  const artist = (number: number): SimulatedArtist => {
    const remembered = recent.get(number)
    if (remembered) return remembered
    const made = { id: idOf(seed, 'artist', number), name: nameOfArtist(seed, shares, number) }
    if (recent.size >= recentArtists) recent.clear()
    recent.set(number, made)
    return made
  }
  const trackIds = new Map<number, string>()
  const trackNumbers = new Map<string, number>()
  const trackId = (number: number): string => {
    const remembered = trackIds.get(number)
    if (remembered !== undefined) return remembered
    const made = idOf(seed, 'track', number)
    if (trackIds.size >= recentTracks) {
      trackIds.clear()
      trackNumbers.clear()
    }
    trackIds.set(number, made)
    trackNumbers.set(made, number)
    return made
  }
  const known = (kind: 'artist' | 'track', id: string): number | undefined => {
    const number = (kind === 'track' ? trackNumbers.get(id) : undefined) ?? numberOf(seed, kind, id)
    return number !== undefined && exists(seed, kind, number) ? number : undefined
  }

  return {
    seed,
    listeners,

    listener(i) {
      const communities = tastes(i).map(({ genre, weight }) => ({ genre: genreTable[genre]!.name, weight }))
      return { name: listenerName(i), communities }
    },

    playlists(i) {
      const own = tastes(i)
      return mixesOf(seed, own, repertoireOf(seed, own, i), i).map(({ title, tracks }, place) => {
        let named: SimulatedPlaylist['tracks'] | undefined
        return {
          id: idOf(seed, 'playlist', i * playlistSlots + place),
          name: title,
          // Most of making a playlist is the ids of its tracks, and most playlists are never opened.
          get tracks() {
            named ??= tracks.map(({ track, addedAt }) => ({ id: trackId(track), addedAt }))
            return named
          },
        }
      })
    },

    playlistCount(i) {
      return mixCount(seed, i)
    },

    friends(i) {
      const chance = new Chance(seed, 101, i)
      const friends = new Set<number>()
      const main = tastes(i)[0]!.genre
      for (let left = i === 0 ? 0 : chance.below(4); left > 0; left--) {
        const alike = chance.happens(800)
        for (let attempt = 0; attempt < friendTries; attempt++) {
          const other = chance.below(i)
          if (alike && tastes(other)[0]!.genre !== main) continue
          friends.add(other)
          break
        }
      }
      return [...friends]
    },

    artist(id) {
      const number = known('artist', id)
      return number === undefined ? undefined : artist(number)
    },

    track(id) {
      const number = known('track', id)
      if (number === undefined) return undefined
      const [main, ...guests] = artistsOfTrack(seed, shares, number).map(artist)
      const album = albumOfTrack(number)
      const title = trackTitle(seed, number)
      return {
        id,
        title: guests.length > 0 ? `${title} (feat. ${guests.map((guest) => guest.name).join(' & ')})` : title,
        artists: [main!, ...guests],
        album: {
          id: idOf(seed, 'album', artistOfTrack(number) * albumSlots + album),
          title: albumTitle(seed, artistOfTrack(number), album),
        },
        year: yearOfTrack(seed, number),
        durationMs: durationOfTrack(seed, number),
      }
    },

    genres(id) {
      const number = known('artist', id)
      return number === undefined ? undefined : genresOfArtist(seed, shares, number)
    },

    audio(id) {
      const number = known('track', id)
      return number === undefined ? undefined : audioOfTrack(seed, shares, number)
    },
  }
}

/** Whether an artist or track of that number can be in anybody's repertoire. */
function exists(seed: number, kind: 'artist' | 'track', number: number): boolean {
  const artist = kind === 'artist' ? number : artistOfTrack(number)
  const { genre, rank } = standing(artist)
  if (genre >= genreTable.length || rank >= ranks) return false
  return kind === 'artist' || indexOfTrack(number) < trackCount(seed, artist)
}
