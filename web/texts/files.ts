import { count } from './numbers.ts'

/** Files that somebody brings. */
export const files = {
  title: 'Your files',
  reading: 'Reading your files in this browser',
  bytes: (done: string, of: string) => `${done} of ${of}`,
  leaves: (items: number) =>
    `${count(items, 'item')} will be sent: artists, tracks, playlist titles, dates and play counts. Nothing else, and not the files.`,
  details: 'What was in the files',
  file: (what: string, rows: string) => `${what}, ${rows}`,
  brokenAt: (place: string, reason: string) => (place ? `${place}: ${reason}` : reason),
  most: (items: string, most: string) => `These are ${items} items; ${most} can be sent.`,
  send: 'Find my matches',
  other: 'Choose other files',
  columns: {
    title: 'Which column is what?',
    help: 'We don’t know this table. Tell us where the artist is; the rest is optional.',
    none: 'not in this table',
    names: {
      artist: 'Artist',
      track: 'Track',
      album: 'Album',
      playlist: 'Playlist',
      plays: 'Number of plays',
      played: 'Played at',
      added: 'Added at',
    },
    read: 'Read the table',
  },
} as const
