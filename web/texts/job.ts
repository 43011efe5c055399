import { count } from './numbers.ts'

/** What is being read, and how far it is. */
export const job = {
  title: 'Reading your music',
  titleDemo: 'Making a world to listen to',
  ledeDemo: 'Simulated listeners are read, and the model learns what goes together. It takes about a minute.',
  states: {
    waiting: 'Waiting for its turn',
    running: 'Working on it',
    done: 'Done',
    failed: 'This did not work',
    cancelled: 'Cancelled',
  },
  steps: 'Steps',
  step: {
    of: (done: string, total: string, unit: string) => `${done} of ${total} ${unit}`,
    count: (done: string, unit: string) => `${done} ${unit}`,
  },
  stepStates: { running: 'now', done: 'done', 'broken-off': 'broken off' },
  notRead: (found: number) => `${count(found, 'thing')} we couldn’t read`,
  unnamed: 'Without a name',
  lost: 'The connection was lost. The work goes on; we are connecting again…',
  provisional: 'First matches, from what is read so far. They will change.',
  toMatches: 'See your matches',
  cancel: 'Stop reading',
  cancelled: 'Nothing more is read.',
  again: 'Start again',
} as const
