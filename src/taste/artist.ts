import type { Provided } from './provenance.ts'

/**
 * Opaque and stable over stores: the strongest alias an artist was first seen under, `spotify:<id>`, `mbid:<id>` or
 * `name:<normalised name>`.
 */
export type ArtistKey = string

export interface Artist {
  readonly key: ArtistKey
  /** As first written by a source. */
  readonly name: string
  /** How many stored listeners have the artist: its document frequency. */
  readonly listeners: number
  /** Lower case, deduplicated, most telling first where the source ranks them. */
  readonly genres?: Provided<readonly string[]>
}
