import type { z } from 'zod'
import type { jobEvent } from '../contract/job.ts'

/** One thing that happened in a job; `id` counts from 1 without a gap. */
export type JobEvent = z.output<typeof jobEvent>

/** An event before it has its number. */
export type Happening = JobEvent extends infer E ? (E extends JobEvent ? Omit<E, 'id'> : never) : never

export const isLast = ({ event }: Pick<JobEvent, 'event'>): boolean =>
  event === 'done' || event === 'failed' || event === 'cancelled'
