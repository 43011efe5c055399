import type { z } from 'zod'
import type { job, step } from '../contract/job.ts'
import type { JobRow } from '../ledger/jobs.ts'
import type { JobEvent } from './events.ts'

export type Job = z.output<typeof job>
type Step = z.output<typeof step>

/** What a job is like after all of its events. */
export function foldJob(row: JobRow, events: readonly JobEvent[]): Job {
  const steps = new Map<string, Step>()
  let said: Pick<Job, 'sentences' | 'notRead'> = { sentences: [], notRead: [] }
  let answers = 0
  let provisional = false
  let problem: Job['problem']
  for (const { event, data } of events) {
    if (event === 'step') steps.set(data.id, data)
    else if (event === 'said') said = data
    else if (event === 'failed') problem = data.problem
    else if (event === 'answer') {
      answers = data.revision
      provisional = data.provisional
    }
  }
  return {
    id: row.id,
    kind: row.kind,
    what: row.what,
    state: row.state,
    createdAt: isoTime(row.created_at),
    ...(row.ended_at !== null && { endedAt: isoTime(row.ended_at) }),
    steps: [...steps.values()],
    ...said,
    ...(row.listener !== null && { profile: row.listener }),
    answers,
    provisional,
    ...(problem && { problem }),
    lastEvent: events.at(-1)?.id ?? 0,
  }
}

/** @param seconds since 1970 */
export function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
