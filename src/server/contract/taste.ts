import { z } from 'zod'
import { soundFeatures } from '../../matching/answer.ts'
import { count, listenerKey, origin, share, time, trackName } from './common.ts'

/** What somebody leaves out, and how much they prefer what is recent. */
export const hygiene = z
  .object({
    artists: z.array(z.string().max(1000)).max(1000).optional().describe('Names of artists to leave out'),
    genres: z.array(z.string().max(200)).max(200).optional(),
    playlists: z.array(z.string().max(1000)).max(1000).optional().describe('Names of playlists to leave out'),
    from: time.optional().describe('With `to`, the period to leave out, by when things were last played or added'),
    to: time.optional(),
    recency: share.optional().describe('0: all counts alike; 1: what is a month older than the newest counts half'),
  })
  .meta({ id: 'Hygiene', description: 'What to leave out, and how much to prefer what is recent' })

const soundFeature = z.object({
  feature: z.enum(soundFeatures),
  value: z
    .number()
    .describe('Mean over the tracks whose sound is known; 0 to 1, tempo in beats a minute, loudness in dB'),
  low: z.number().describe('A tenth of everybody lies below'),
  middle: z.number().describe('Half of everybody lies below'),
  high: z.number().describe('Nine tenths of everybody lie below'),
})

/** One listener's taste, in what can be shown. */
export const taste = z
  .object({
    profile: listenerKey.optional().describe('Absent while nothing is stored yet'),
    name: z.string().optional(),
    url: z.url().optional(),
    simulated: z.boolean(),
    origin,
    readAt: time,
    artists: count,
    tracks: count,
    playlists: count,
    genresKnown: share.describe('Share of what is listened to whose genre is known'),
    soundKnown: share.describe('Share of the tracks whose sound is known'),
    genres: z.array(z.object({ genre: z.string(), share, population: share })).describe('Largest share first'),
    topArtists: z.array(
      z.object({
        name: z.string(),
        share,
        knownBy: share.describe('Share of listeners here who have the artist'),
        url: z.url().optional(),
      }),
    ),
    topTracks: z.array(trackName),
    sound: z.array(soundFeature),
    decades: z.array(z.object({ decade: z.int(), share, population: share })).describe('Oldest first'),
    rarerThan: share
      .optional()
      .describe('Share of listeners here whose artists are better known; absent without a population'),
    words: z.array(z.string()).describe('The message of each of the above, in plain sentences'),
  })
  .meta({ id: 'Taste' })

/** What can be left out, and what is offered to be. */
export const hygieneChoices = z
  .object({
    playlists: z.array(
      z.object({
        name: z.string(),
        entries: count,
        looksLike: z.enum(['sleep', 'children', 'seasonal']).optional(),
      }),
    ),
    artists: z.array(z.object({ name: z.string(), share })).describe('Most heard first'),
    genres: z.array(z.object({ genre: z.string(), share })),
    offers: z
      .array(
        z.object({
          kind: z.enum(['sleep', 'children', 'seasonal']),
          share: share.describe('Share of what is listened to'),
          leaveOut: hygiene,
        }),
      )
      .describe('Found in the profile and better left out'),
    from: time.optional().describe('When the oldest thing was added or played, where dates are known'),
    to: time.optional(),
    dated: share.describe('Share of what is listened to that has a date'),
  })
  .meta({ id: 'HygieneChoices' })
