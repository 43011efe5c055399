import { z } from 'zod'
import { count, jobId, time } from './common.ts'

const way = z.object({ enabled: z.boolean(), why: z.string().optional().describe('Why it is not') })

/** What this installation can do, for everybody to know. */
export const about = z
  .object({
    version: z.string(),
    simulated: z.boolean().describe('Whether the listeners here never were'),
    listeners: count.describe('Who can be found'),
    model: z
      .object({ version: z.int(), kind: z.string(), trainedAt: time, marks: z.array(z.string()) })
      .nullable()
      .describe('Null until one is trained'),
    ready: z.boolean().describe('Whether there is a model and somebody to compare with'),
    work: jobId.nullable().describe('The job that makes it ready, while it runs'),
    samples: z.array(
      z.object({ name: z.string(), text: z.string().describe('For a job from text'), note: z.string().optional() }),
    ),
    ways: z.object({
      spotify: way.describe('Links and ids of Spotify profiles'),
      signIn: way.describe('Sign-in with Spotify'),
      savePlaylists: way,
      listenbrainz: way,
      lastfm: way,
      stored: way.describe('Ids of research or simulated listeners'),
      uploads: way.describe('Files that are read on the server'),
    }),
    limits: z.object({
      items: count,
      requestBytes: count,
      uploadBytes: count,
      uploadFiles: count,
      matches: count,
    }),
    formats: z.array(z.string()).describe('Of files that are read on the server'),
    operator: z.boolean().describe('Whether the operator can sign in'),
  })
  .meta({ id: 'About' })

export const health = z.object({ status: z.enum(['ok', 'stopping']), uptimeSeconds: z.number() }).meta({ id: 'Health' })
