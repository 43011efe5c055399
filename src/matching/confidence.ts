/** How far a match can be trusted, as a word with its cause. */
export interface Confidence {
  readonly word: 'not enough data' | 'rough' | 'fair' | 'sure'
  /** Such as `based on your 9 artists`. */
  readonly because: string
}

/** How much there is to compare of one listener. */
export interface ProfileSize {
  readonly artists: number
  /** How many of them the model was trained with. */
  readonly known: number
}

/** Below, a listener cannot be told from others; measured on profiles cut to this many artists. */
export const leastArtists = 5
/** Below, every second search for the listener's other half fails. */
const fairArtists = 10
/** From here on, nearly nine in ten succeed. */
const sureArtists = 25
/** Where the model knows less than this share of a profile, the rest weighs more than what it sees. */
const leastKnown = 0.5

/**
 * By the smaller of the two profiles, in artists; a word less where the model knows less than half of the artists of
 * either, but what both share is still seen.
 */
export function confidence(yours: ProfileSize, theirs: ProfileSize): Confidence {
  const artists = Math.min(yours.artists, theirs.artists)
  if (artists >= fairArtists)
    for (const [whose, size] of [['your', yours] as const, ['their', theirs] as const])
      if (size.known < leastKnown * size.artists)
        return {
          word: artists < sureArtists ? 'rough' : 'fair',
          because: `the model knows ${size.known} of ${whose} ${size.artists} artists`,
        }
  const word =
    artists < leastArtists
      ? 'not enough data'
      : artists < fairArtists
        ? 'rough'
        : artists < sureArtists
          ? 'fair'
          : 'sure'
  const whose = yours.artists <= theirs.artists ? 'your' : 'their'
  return { word, because: `based on ${whose} ${artists} ${artists === 1 ? 'artist' : 'artists'}` }
}
