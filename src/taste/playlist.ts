import type { ArtistKey } from './artist.ts'
import type { Provenance } from './provenance.ts'
import type { TrackKey } from './track.ts'

/** An item once its names are resolved to known artists and tracks. */
export interface Entry {
  /** The main artist first. */
  readonly artists: readonly ArtistKey[]
  readonly track?: TrackKey
  /** At least 1 when present. */
  readonly plays?: number
  /** Seconds since 1970. */
  readonly addedAt?: number
  /** Seconds since 1970. */
  readonly lastPlayedAt?: number
}

/** A named list of entries; what a listener plays outside any playlist has no name. */
export interface Playlist {
  readonly name?: string
  readonly provenance: Provenance
  readonly entries: readonly Entry[]
}
