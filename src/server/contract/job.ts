import { z } from 'zod'
import { consent, count, jobId, listenerKey, problemDetails, time } from './common.ts'
import { item } from './item.ts'

/** How many items one request may carry. */
export const mostItems = 200_000
/** How many files one job may read. */
export const mostFiles = 20

export const uploadId = z.string().regex(/^[\w-]{16,40}$/, 'not an upload')

/** What somebody wants to have read and matched. */
export const jobRequest = z
  .discriminatedUnion('from', [
    z.object({
      from: z.literal('text'),
      text: z
        .string()
        .min(1)
        .max(2000)
        .describe(
          'A Spotify profile link or id, `listenbrainz:NAME`, `lastfm:NAME`, or the id of a research or simulated listener',
        ),
    }),
    z.object({
      from: z.literal('items'),
      items: z.array(item).min(1).max(mostItems),
      name: z.string().max(200).optional().describe('What the person calls themselves; shown only if they agree'),
      consent: consent.partial().optional().describe('Default: everything false'),
    }),
    z.object({
      from: z.literal('uploads'),
      uploads: z.array(uploadId).min(1).max(mostFiles),
      name: z.string().max(200).optional(),
      consent: consent.partial().optional(),
    }),
    z.object({ from: z.literal('me') }).describe('The Spotify profile of the person who is signed in'),
    z.object({ from: z.literal('profile'), profile: listenerKey }).describe('Read a profile of yours again'),
  ])
  .meta({ id: 'JobRequest' })

export const jobState = z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']).meta({ id: 'JobState' })

/** How far one step is. */
export const step = z
  .object({
    id: z
      .string()
      .describe('`playlists`, `genres`, `sound`, `items`, `match`; of the demo also `world`, `training` and others'),
    label: z.string().describe('What is being done, such as `reading playlists`'),
    state: z.enum(['running', 'done', 'broken-off']),
    unit: z.string().describe('What is counted, in the plural'),
    done: count,
    total: count.optional(),
    note: z.string().optional(),
  })
  .meta({ id: 'Step' })

/** Something that could not be read, in words for a listener. */
export const notRead = z
  .object({ name: z.string().optional(), reason: z.string() })
  .meta({ id: 'NotRead', description: 'Something that could not be read, and why' })

export const job = z
  .object({
    id: jobId,
    kind: z.enum(['match', 'demo', 'train', 'refresh']),
    what: z.string().describe('What the job is about, in words'),
    state: jobState,
    createdAt: time,
    endedAt: time.optional(),
    steps: z.array(step).describe('In the order in which they began'),
    notRead: z.array(notRead),
    sentences: z.array(z.string()).describe('What was read and what was not, in words'),
    profile: listenerKey.optional().describe('Known once the profile is stored'),
    answers: count.describe('How many answers there were so far; the newest is at /v1/jobs/{job}/answer'),
    provisional: z.boolean().describe('Whether the newest answer was made before everything was read'),
    problem: problemDetails.optional().describe('Why it failed'),
    lastEvent: count.describe('Id of the newest event'),
  })
  .meta({ id: 'Job' })

/** What a stream of events carries: `event` is the name of the event, `id` its number within the job. */
export const jobEvent = z
  .discriminatedUnion('event', [
    z.object({ event: z.literal('started'), id: count, data: z.object({ what: z.string() }) }),
    z.object({ event: z.literal('step'), id: count, data: step }),
    z.object({
      event: z.literal('said'),
      id: count,
      data: z.object({ sentences: z.array(z.string()), notRead: z.array(notRead) }),
    }),
    z.object({ event: z.literal('profile'), id: count, data: z.object({ profile: listenerKey }) }),
    z.object({
      event: z.literal('answer'),
      id: count,
      data: z.object({ revision: z.int().min(1), provisional: z.boolean() }),
    }),
    z.object({ event: z.literal('done'), id: count, data: z.object({ profile: listenerKey.optional() }) }),
    z.object({ event: z.literal('failed'), id: count, data: z.object({ problem: problemDetails }) }),
    z.object({ event: z.literal('cancelled'), id: count, data: z.object({}) }),
  ])
  .meta({ id: 'JobEvent', description: 'One server-sent event: its name, its number, its data' })

export const startedJob = z
  .object({
    job,
    owner: z
      .string()
      .optional()
      .describe('Token of the profile that was brought: whoever has it may see, change and erase it. Said once'),
  })
  .meta({ id: 'StartedJob' })

export const upload = z
  .object({ upload: uploadId, name: z.string(), bytes: count, expiresAt: time })
  .meta({ id: 'Upload' })
