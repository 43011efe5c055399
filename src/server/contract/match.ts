import { z } from 'zod'
import { count, listenerKey, share, trackName } from './common.ts'
import { hygiene, taste } from './taste.ts'

/** How many matches one answer may hold. */
export const mostMatches = 50

/** How a match is to be made. */
export const matchRequest = z
  .object({
    k: z.int().min(1).max(mostMatches).default(10).describe('How many matches'),
    hygiene: hygiene.optional(),
    diversity: share.default(0).describe('0: close twins first; 1: widen my taste'),
    you: z.boolean().default(false).describe('Tell of your own taste too'),
  })
  .meta({ id: 'MatchRequest' })

export const pairRequest = matchRequest.pick({ hygiene: true }).meta({ id: 'PairRequest' })

const confidence = z.object({
  word: z.enum(['not enough data', 'rough', 'fair', 'sure']),
  because: z.string().describe('Such as `based on your 9 artists`'),
})

const shownListener = z
  .object({
    key: listenerKey,
    name: z.string().describe('Their name if they agreed to show it, else a pseudonym'),
    url: z.url().optional(),
    simulated: z.boolean(),
  })
  .meta({ id: 'ShownListener' })

const sharedArtist = z
  .object({
    name: z.string(),
    yours: share.describe('Share of your plays'),
    theirs: share,
    weight: share.describe('Share of what your artists have in common; adds up to 1 over all shared artists'),
    knownBy: share.describe('Share of listeners who have the artist'),
  })
  .meta({ id: 'SharedArtist' })

const genrePair = z
  .object({ genre: z.string(), yours: share, theirs: share })
  .meta({ id: 'GenrePair', description: 'Shares of the plays whose genre is known' })

/** One of the closest listeners. */
export const match = z
  .object({
    rank: z.int().min(1),
    listener: shownListener,
    affinity: z
      .number()
      .min(0)
      .max(100)
      .optional()
      .describe('50: as alike as two halves of one person’s listening typically are. Absent for an uncalibrated model'),
    affinityText: z.string().optional().describe('With as few decimals as tell the matches of this answer apart'),
    rarity: z.number().min(1).optional().describe('One in how many pairs of listeners is at least this close'),
    rarityText: z.string().optional(),
    confidence,
    reason: z.string().describe('One plain sentence'),
    genres: z.array(genrePair).describe('Overlapping genres, the most telling first'),
    artists: z.array(sharedArtist).describe('The rarest that both have, six at most'),
    sharedArtists: count,
    tracks: z.array(trackName).describe('The rarest that both have, five at most'),
    sharedTracks: count,
    youWouldEnjoy: count.optional().describe('How many tracks of theirs are offered; absent unless they agreed'),
  })
  .meta({ id: 'Match' })

/** Your taste, and who comes close to it. */
export const answer = z
  .object({
    revision: z.int().min(1).optional().describe('Of a job, which answer it is'),
    provisional: z.boolean().describe('Made before everything was read'),
    you: taste.optional().describe('In answers of jobs, and where it was asked for'),
    model: z.object({ version: z.int(), kind: z.string(), marks: z.array(z.string()) }),
    candidates: count.describe('How many listeners were compared'),
    tooFew: z.boolean().describe('Whether these are too few to match well'),
    notes: z.array(z.string()).describe('What to know before believing the matches'),
    matches: z.array(match).describe('The closest first'),
  })
  .meta({ id: 'Answer' })

const soundPair = z.object({ feature: z.string(), yours: z.number(), theirs: z.number(), middle: z.number() })

const pick = trackName
  .extend({ from: z.enum(['both', 'you', 'them']) })
  .meta({ id: 'PlaylistTrack', description: 'A track of a playlist for two' })

/** Two listeners side by side. */
export const pair = z
  .object({
    you: z.object({ key: listenerKey, name: z.string().optional(), simulated: z.boolean() }),
    match: match.omit({ rank: true, artists: true, tracks: true }),
    words: z.array(z.string()).describe('The whole of it in plain sentences, the reason first'),
    parts: z
      .array(z.object({ part: z.string(), share: z.number().min(-1).max(1) }))
      .describe('What draws the two together, or apart where it is negative; magnitudes add up to 1'),
    artists: z.array(sharedArtist).describe('All that both have, rarest first'),
    tracks: z.array(trackName).describe('The rarest that both have'),
    theirs: z
      .object({ artists: z.array(z.object({ name: z.string(), share })), tracks: z.array(trackName) })
      .optional()
      .describe('What they listen to most; absent unless they agreed'),
    genres: z.array(genrePair).describe('Of both, the largest first'),
    sound: z.array(soundPair).optional().describe('Absent unless they agreed, or where no sound is known'),
    differences: z.object({
      yourGenres: z.array(genrePair),
      theirGenres: z.array(genrePair),
      theirArtists: z.array(z.string()).optional().describe('Absent unless they agreed'),
    }),
    borrow: z.object({
      you: z.array(trackName).optional().describe('Of theirs, what you would likely enjoy; absent unless they agreed'),
      them: z.array(trackName).describe('Of yours, what they would likely enjoy'),
    }),
    private: z.array(z.string()).describe('What is not shown and why, in words'),
  })
  .meta({ id: 'Pair', description: 'Two listeners side by side' })

export const playlistRequest = pairRequest
  .extend({
    length: z.int().min(2).max(100).default(30),
    title: z.string().min(1).max(100).optional(),
    save: z.boolean().default(false).describe('Save it to the Spotify account that is signed in'),
  })
  .meta({ id: 'PlaylistRequest' })

export const playlist = z
  .object({
    title: z.string(),
    tracks: z.array(pick),
    saved: z.object({ url: z.url(), tracks: count }).optional(),
  })
  .meta({ id: 'Playlist', description: 'A playlist for two' })

/** What a share card may say: nothing that the other did not agree to. */
export const shareCard = z
  .object({
    title: z.string(),
    you: z.string().optional(),
    other: z.string().optional().describe('Only if they agreed to show their name, or never were'),
    simulated: z.boolean(),
    affinityText: z.string().optional(),
    rarityText: z.string().optional(),
    genres: z.array(z.string()),
    artists: z.array(z.string()).describe('That both have'),
    alt: z.string().describe('The card in words'),
  })
  .meta({ id: 'ShareCard' })
