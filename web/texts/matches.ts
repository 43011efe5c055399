import { count, percent } from './numbers.ts'

const confidence = {
  'not enough data': 'not enough data',
  rough: 'rough',
  fair: 'fair',
  sure: 'sure',
} as const

/** The closest listeners. */
export const matches = {
  title: 'Closest to you',
  titleOf: (name: string) => `Closest to ${name}`,
  list: 'Matches',
  among: (candidates: number) => `among ${count(candidates, 'listener')}`,
  affinity: 'affinity',
  affinityMeans: 'Affinity 50 means: as alike as two halves of one person’s own listening typically are.',
  shared: (artists: number, tracks: number) =>
    artists + tracks === 0
      ? undefined
      : tracks > 0
        ? `${count(artists, 'artist')} and ${count(tracks, 'track')} in common`
        : `${count(artists, 'artist')} in common`,
  enjoy: (tracks: number) => `${count(tracks, 'track')} of theirs you’d like`,
  sideBySide: 'Side by side',
  sideBySideWith: (name: string) => `Side by side with ${name}`,
  more: 'Shared artists and tracks',
  showMore: 'Show more',
  artists: 'Artists, rarest first',
  tracks: 'Tracks, rarest first',
  knownBy: (share: number) => (share < 0.001 ? 'hardly anybody has it' : `${percent(share)} have it`),
  none: 'Nobody here is close to what is left.',
  noneHelp: 'Leave out less, or bring more of what you hear.',
  updated: (first: string) => `Matches updated. Closest: ${first}.`,
  updating: 'Looking again…',
  genres: 'Genres you share',
  allOfTaste: 'All of your taste',
  sure: (word: keyof typeof confidence, because: string) => `confidence ${confidence[word]}, ${because}`,
  confidence,
} as const
