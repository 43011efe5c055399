import { z } from 'zod'
import { origins } from '../../taste/provenance.ts'

/** The opaque key of a listener, the only name by which the API knows anybody. */
export const listenerKey = z
  .string()
  .regex(/^[\w-]{8,64}$/, 'not a key')
  .describe('Opaque key of a listener')

export const jobId = z
  .string()
  .regex(/^[\w-]{16,40}$/, 'not a job')
  .describe('Opaque id of a job')

export const share = z.number().min(0).max(1)
export const count = z.int().min(0)
export const time = z.iso.datetime().describe('UTC, ISO 8601')

/** An answer that says what went wrong, as RFC 9457 defines it. */
export const problemDetails = z
  .object({
    type: z.string().describe('Link to what the code means'),
    title: z.string().describe('The kind of problem, in words'),
    status: z.int().describe('The HTTP status'),
    code: z.string().describe('Stable; all are listed in docs/api.md'),
    detail: z.string().optional().describe('What went wrong this time, and what to do'),
    instance: z.string().optional().describe('Names this answer in the log'),
    retryAfter: z.int().optional().describe('Seconds to wait before asking again'),
    fields: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('What is wrong in the request'),
  })
  .meta({ id: 'Problem' })

/** Data of these origins is shown with a link back to where it came from. */
export const origin = z
  .enum(origins)
  .meta({ id: 'Origin', description: 'Where a profile came from; that of `spotify` is shown with attribution' })

export const consent = z
  .object({
    findable: z.boolean().describe('May appear among the matches of others'),
    showName: z.boolean().describe('Name and link may be shown; a pseudonym is otherwise'),
    showTracks: z.boolean().describe('Artists and tracks that the other does not share may be shown'),
    train: z.boolean().describe('The profile may be trained on'),
  })
  .meta({ id: 'Consent' })

/** Artists, tracks and playlists are named; where they have a public page, with its link. */
export const trackName = z
  .object({
    title: z.string(),
    artists: z.array(z.string()),
    url: z.url().optional().describe('Page of the track at Spotify'),
  })
  .meta({ id: 'Track' })
