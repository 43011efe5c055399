import { z } from 'zod'
import { count, listenerKey, origin, time } from './common.ts'
import { job } from './job.ts'

export const operatorStatus = z
  .object({
    version: z.string(),
    startedAt: time,
    population: z.object({
      listeners: count,
      findable: count,
      playlists: count,
      entries: count,
      tracks: count,
      tracksWithAudio: count,
      artists: count,
      artistsWithGenres: count,
      bySource: z.array(z.object({ origin, source: z.string(), listeners: count })),
    }),
    candidates: z.object({ waiting: count, total: count }),
    index: z.object({
      model: z.int().nullable(),
      listeners: count.describe('That can be found now'),
      upToChange: count.describe('Of the store’s change sequence'),
      lastChange: count,
      bytes: count.optional(),
      refreshedAt: time.optional(),
    }),
    quota: z
      .object({ used: count, perDay: count.nullable(), closedUntil: time.optional(), tier: z.string().optional() })
      .nullable()
      .describe('Of the Spotify Web API; null without credentials'),
    jobs: z.object({ waiting: count, running: count, done: count, failed: count, cancelled: count, streams: count }),
    schedule: z.object({
      refresh: z.string().nullable().describe('Cron expression; `consonance refresh --watch` runs by it'),
    }),
    policy: z.array(
      z.object({
        origin,
        keptFor: z.string(),
        matched: z.string().describe('`yes`, or the switch that decides'),
        trained: z.string(),
        matching: z.boolean().describe('As it stands'),
        training: z.boolean(),
      }),
    ),
    switches: z.array(z.object({ name: z.string(), value: z.string(), page: z.string() })),
    reports: count.describe('Open reports about matches'),
    memory: z.object({ rssBytes: count, heapBytes: count }),
    disk: z.object({ dataBytes: count, uploadBytes: count }),
  })
  .meta({ id: 'OperatorStatus' })

export const model = z
  .object({
    version: z.int(),
    kind: z.string(),
    promoted: z.boolean(),
    trainedAt: time,
    hash: z.string(),
    marks: z.array(z.string()),
    metrics: z.record(z.string(), z.number()),
    report: z.boolean().describe('Whether there is a report, at /v1/operator/models/{version}/report'),
  })
  .meta({ id: 'Model' })

export const models = z.array(model).describe('Newest first').meta({ id: 'Models' })
export const promoted = z.object({ promoted: z.int() }).meta({ id: 'Promoted' })
export const jobs = z.array(job).meta({ id: 'Jobs' })

export const matchReport = z
  .object({
    id: count,
    at: time,
    listener: listenerKey.describe('Who is reported'),
    name: z.string().describe('As it is shown'),
    reason: z.string(),
    text: z.string().optional(),
  })
  .meta({ id: 'MatchReport' })

export const matchReports = z.array(matchReport).meta({ id: 'MatchReports' })

export const candidates = z
  .array(z.object({ foundIn: z.string(), waiting: count, read: count, failed: count }))
  .meta({ id: 'Candidates', description: 'By where they were found' })
