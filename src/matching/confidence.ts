/** How far a match can be trusted, as a word with its cause. */
export interface Confidence {
  readonly word: 'not enough data' | 'rough' | 'fair' | 'sure'
  /** Such as `based on your 9 artists`. */
  readonly because: string
}

/** Below, a listener cannot be told from others; measured on profiles cut to this many artists. */
export const leastArtists = 5
/** Below, every second search for the listener's other half fails. */
const fairArtists = 10
/** From here on, nearly nine in ten succeed. */
const sureArtists = 25

/** By the smaller of the two profiles, in artists. */
export function confidence(yours: number, theirs: number): Confidence {
  const artists = Math.min(yours, theirs)
  const word =
    artists < leastArtists
      ? 'not enough data'
      : artists < fairArtists
        ? 'rough'
        : artists < sureArtists
          ? 'fair'
          : 'sure'
  const whose = yours <= theirs ? 'your' : 'their'
  return { word, because: `based on ${whose} ${artists} ${artists === 1 ? 'artist' : 'artists'}` }
}
