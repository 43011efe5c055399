/** How often the world's rare things are, in a thousand. */
export interface Shares {
  /** Artists who bear the name of another one. */
  readonly homonyms: number
  /** Artists whose genres nobody knows. */
  readonly withoutGenres: number
  /** Tracks whose sound nobody measured. */
  readonly withoutAudio: number
  /** Tracks with a second artist. */
  readonly featured: number
  /** Listeners with one, two and three taste communities. */
  readonly communities: readonly [one: number, two: number, three: number]
}

export const defaultShares: Shares = {
  homonyms: 4,
  withoutGenres: 180,
  withoutAudio: 300,
  featured: 120,
  communities: [350, 400, 250],
}
