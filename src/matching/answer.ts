import type { Profile } from '../taste/listener.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import type { RelativePart } from './breakdown.ts'
import type { Confidence } from './confidence.ts'
import type { SharedArtist, SharedGenre } from './explanation.ts'
import type { ShownListener } from './shown-listener.ts'

/** Who is looking: a stored listener, or a profile that is compared without being stored. */
export type MatchQuery = { readonly listener: ListenerId } | { readonly profile: Profile }

/** What is left out of a profile before it is compared, and how much of it counts less because it is old. */
export interface Hygiene {
  /** Names of artists, in any spelling that means the same; what they are credited on first is left out. */
  readonly artists?: readonly string[]
  /** Whatever its first artist plays one of these. */
  readonly genres?: readonly string[]
  /** Names of playlists. */
  readonly playlists?: readonly string[]
  /** With `to`, a period by when things were last played or else added, in seconds since 1970; open where one is absent. */
  readonly from?: number
  readonly to?: number
  /**
   * 0 to 1. An entry counts 2^(-recency age / 30 days), the age measured from the profile's newest entry; at 1, what is a
   * month older counts half. What has no date counts in full.
   */
  readonly recency?: number
}

export interface MatchOptions {
  readonly hygiene?: Hygiene
  /** 0 to 1. 0: close twins first (the default); 1: each match as different from those before as can be. */
  readonly diversity?: number
  /** Opaque keys of listeners who are not to appear, such as blocked ones. */
  readonly exclude?: readonly string[]
}

export interface TrackName {
  readonly title: string
  readonly artists: readonly string[]
  /** Spotify's id of the track, where it is known. */
  readonly spotify?: string
}

export interface ArtistShare {
  readonly name: string
  /** Share of the plays, 0 to 1. */
  readonly share: number
}

/** Where two listeners stand on one feature of sound. */
export interface SharedSound {
  readonly feature: SoundFeature
  /** Means over the tracks whose sound is known. */
  readonly yours: number
  readonly theirs: number
  /** Half of the population lies below. */
  readonly middle: number
}

/** 0 to 1; tempo in beats a minute, loudness in decibels. */
export const soundFeatures = [
  'energy',
  'danceability',
  'valence',
  'acousticness',
  'instrumentalness',
  'speechiness',
  'liveness',
  'tempo',
  'loudness',
] as const
export type SoundFeature = (typeof soundFeatures)[number]

/** One of the closest listeners, and why. Holds no score, no cosine and no vector. */
export interface Match {
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
  /** One plain sentence: the rarest things shared. */
  readonly reason: string
  /** The whole of it in plain sentences, the reason first. */
  readonly words: readonly string[]
  /** What makes the two close, largest first: shares of the pair score, whose magnitudes add up to 1. */
  readonly parts: readonly RelativePart[]
  /** All that both have, rarest first. */
  readonly artists: readonly SharedArtist[]
  /** That both have, the most telling first. */
  readonly genres: readonly SharedGenre[]
  /** Of either, the largest first. */
  readonly genresOfBoth: readonly SharedGenre[]
  /** How many tracks both have. */
  readonly sharedTracks: number
  /** The rarest of them. */
  readonly tracks: readonly TrackName[]
  readonly differences: {
    /** Genres that take more of your plays than of theirs, largest difference first. */
    readonly yourGenres: readonly SharedGenre[]
    readonly theirGenres: readonly SharedGenre[]
    /** Artists of theirs that you don't have, most played first; absent unless they agreed to show them. */
    readonly theirArtists?: readonly string[]
  }
  /** Absent where the sound of either is unknown, or unless they agreed to show more than what you share. */
  readonly sound?: readonly SharedSound[]
  /** What they listen to most; absent unless they agreed. */
  readonly theirs?: { readonly artists: readonly ArtistShare[]; readonly tracks: readonly TrackName[] }
  /** Tracks of theirs that you would likely enjoy and don't have, likeliest first; absent unless they agreed. */
  readonly youWouldEnjoy?: readonly TrackName[]
  /** Tracks of yours that they would likely enjoy and don't have. */
  readonly theyWouldEnjoy: readonly TrackName[]
}

/** What somebody listens to most. */
export interface Favourites {
  readonly artists: readonly ArtistShare[]
  readonly tracks: readonly TrackName[]
  readonly genres: readonly { readonly genre: string; readonly share: number }[]
}

export interface MatchAnswer {
  readonly model: { readonly version: number; readonly kind: string; readonly marks: readonly string[] }
  /** How many artists the profile has, after what was left out. */
  readonly artists: number
  readonly you: Favourites
  /** How many listeners it was compared with. */
  readonly candidates: number
  /** Whether these are too few to match well. */
  readonly tooFew: boolean
  /** What the reader should know before believing the matches: plain sentences. */
  readonly notes: readonly string[]
  /** The closest first. */
  readonly matches: readonly Match[]
}

/** One listener's taste, in what can be shown. */
export interface Taste {
  readonly artists: number
  readonly tracks: number
  /** Share of what is listened to whose genre is known. */
  readonly genresKnown: number
  /** Share of the tracks whose sound is known. */
  readonly soundKnown: number
  /** Largest share first. `population`: mean share of the listeners here. */
  readonly genres: readonly { readonly genre: string; readonly share: number; readonly population: number }[]
  /** Most played first. `knownBy`: share of the listeners here who have the artist. */
  readonly topArtists: readonly (ArtistShare & { readonly knownBy: number })[]
  readonly topTracks: readonly TrackName[]
  /** Mean over the tracks whose sound is known; a tenth, half and nine tenths of the listeners here lie below the others. */
  readonly sound: readonly {
    readonly feature: SoundFeature
    readonly value: number
    readonly low: number
    readonly middle: number
    readonly high: number
  }[]
  /** Oldest first, of the tracks whose year is known. */
  readonly decades: readonly { readonly decade: number; readonly share: number; readonly population: number }[]
  /** Share of the listeners here whose artists are better known; absent while there is nobody. */
  readonly rarerThan?: number
  /** Found in the profile and perhaps better left out. */
  readonly offers: readonly {
    readonly kind: 'sleep' | 'children' | 'seasonal'
    /** Share of what is listened to. */
    readonly share: number
    readonly leaveOut: Pick<Hygiene, 'genres' | 'playlists'>
  }[]
  /** The message of each of the above, in plain sentences. */
  readonly words: readonly string[]
}
