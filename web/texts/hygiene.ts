import { count, percent } from './numbers.ts'

/** What counts, and what is left out. */
export const hygiene = {
  title: 'What counts',
  help: 'Leave out what is not really you. The matches change at once; your data stay as they are.',
  offers: {
    sleep: (share: number) => `Sleep and background sounds are ${percent(share)} of what we read.`,
    children: (share: number) => `Children’s music is ${percent(share)} of what we read.`,
    seasonal: (share: number) => `Holiday music is ${percent(share)} of what we read.`,
  },
  leaveOutIt: 'Leave it out',
  isOut: 'Left out',
  recency: 'Recent music',
  recencyAt: (value: number) =>
    value === 0
      ? 'all counts alike'
      : value < 0.35
        ? 'counts a little more'
        : value < 0.65
          ? 'counts more'
          : value < 1
            ? 'counts much more'
            : 'what is a month old counts half',
  noDates: 'What we read has no dates, so recent and old music count alike.',
  diversity: 'Close twins, or a wider taste',
  diversityAt: (value: number) =>
    value === 0 ? 'close twins' : value < 0.5 ? 'a little wider' : value < 1 ? 'wider' : 'as wide as can be',
  period: 'Leave out a period',
  from: 'From',
  to: 'To',
  periodWrong: 'The period ends before it begins.',
  leaveOutLabel: { artists: 'Leave out an artist', genres: 'Leave out a genre', playlists: 'Leave out a playlist' },
  choose: 'Choose…',
  bringBack: (what: string) => `Bring back ${what}`,
  reset: 'Count everything again',
  summary: (changes: number) => (changes === 0 ? 'Everything counts' : `${count(changes, 'change')}`),
} as const
