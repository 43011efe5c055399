import { z } from 'zod'

const text = z.string().max(1000)
const id = z.string().max(200)
const ids = z.object({ spotify: id.nullish(), isrc: id.nullish(), mbid: id.nullish() })

/** One thing somebody listens to, as it leaves the browser. Checked in detail by the reader of profiles. */
export const item = z
  .object({
    artists: z.array(text).min(1).max(100),
    artistIds: z
      .array(z.object({ spotify: id.nullish(), mbid: id.nullish() }).nullable())
      .max(100)
      .optional(),
    track: text.optional(),
    album: text.optional(),
    year: z.int().min(0).max(9999).optional(),
    ids: ids.optional(),
    durationMs: z.number().min(0).optional(),
    playlist: text.optional(),
    plays: z.int().min(1).optional(),
    addedAt: z.string().max(40).optional().describe('ISO 8601'),
    lastPlayedAt: z.string().max(40).optional().describe('ISO 8601'),
  })
  .meta({ id: 'Item', description: 'One thing somebody listens to; only `artists` is required' })
