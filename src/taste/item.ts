/** Ids of a track in the catalogues of others. */
export interface TrackIds {
  /** Spotify track id, 22 characters of base 62. */ readonly spotify?: string
  /** International Standard Recording Code. */ readonly isrc?: string
  /** MusicBrainz recording id. */ readonly mbid?: string
}

/** Ids of an artist in the catalogues of others. */
export interface ArtistIds {
  /** Spotify artist id, 22 characters of base 62. */ readonly spotify?: string
  /** MusicBrainz artist id. */ readonly mbid?: string
}

/**
 * One thing a listener listens to, as a source tells it: names first, ids where known. Every source produces items,
 * and they are also what leaves a browser. Only `artists` is required.
 */
export interface Item {
  /** Names, the main artist first. */
  readonly artists: readonly string[]
  /** Ids in the order of `artists`, where the source has them. */
  readonly artistIds?: readonly (ArtistIds | null)[]
  readonly track?: string
  readonly album?: string
  /** Year of the album's release. */
  readonly year?: number
  readonly ids?: TrackIds
  readonly durationMs?: number
  /** Whether the lyrics are said to be explicit. */
  readonly explicit?: boolean
  /** Name of the playlist that holds it. */
  readonly playlist?: string
  /** How often it was played. */
  readonly plays?: number
  /** ISO 8601. */
  readonly addedAt?: string
  /** ISO 8601. */
  readonly lastPlayedAt?: string
}
