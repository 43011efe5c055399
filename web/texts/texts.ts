import { card } from './card.ts'
import { files } from './files.ts'
import { hygiene } from './hygiene.ts'
import { job } from './job.ts'
import { matches } from './matches.ts'
import { count } from './numbers.ts'
import { operator } from './operator.ts'
import { pair } from './pair.ts'
import { problems } from './problems.ts'
import { start } from './start.ts'
import { taste } from './taste.ts'
import { you } from './you.ts'

/**
 * Every English text of the page: those of one page in a file of its name, what all pages say here. A function makes a
 * text out of numbers and names.
 */
export const texts = {
  name: 'Consonance',
  skip: 'Skip to the page',
  nav: { label: 'Pages', you: 'Your data', operator: 'Operator' },
  theme: { light: 'Light', dark: 'Dark', switchTo: (other: string) => `Switch to the ${other.toLowerCase()} theme` },
  simulated: 'simulated',
  foot: {
    simulated: 'All listeners here are simulated: animals and objects with invented artists. Nobody is behind them.',
    population: (listeners: number) => `${count(listeners, 'listener')} can be found here.`,
    marks: (marks: readonly string[]) => `Model: ${marks.join(', ')}.`,
  },
  loading: 'One moment…',
  tryAgain: 'Try again',
  back: 'Back',
  close: 'Close',
  cancel: 'Cancel',
  numbers: 'The numbers',
  opensElsewhere: '(opens another site)',
  spotify: {
    source: 'Playlists read from Spotify',
    open: 'Open Spotify',
    profile: 'Profile on Spotify',
  },
  notFound: {
    title: 'There is no such page',
    help: 'The link may be old, or the profile was erased.',
    home: 'To the start',
  },
  start,
  files,
  job,
  taste,
  matches,
  hygiene,
  pair,
  card,
  you,
  operator,
  problems,
} as const
