/** Where a value came from. What may be done with each origin is decided in one place: `store/policy.ts`. */
export const origins = [
  'simulated',
  'own-export',
  'listenbrainz',
  'lastfm-api',
  'research',
  'spotify',
  'musicbrainz',
  'reccobeats',
] as const
export type Origin = (typeof origins)[number]

export interface Provenance {
  readonly origin: Origin
  /** The source within the origin, such as `lastfm-2k` or `million-playlist`. */
  readonly source: string
  /** When it was read, in seconds since 1970. */
  readonly readAt: number
  /** When it must be gone or refreshed, in seconds since 1970; absent where it may be kept. */
  readonly expiresAt?: number
}

/** A value that remembers where it came from and until when it may be kept. */
export interface Provided<T> {
  readonly value: T
  readonly provenance: Provenance
}
