import type { Job, JobEvent, Step } from './types.ts'

/** What a job is like after one more of its events, if it is one more. Steps stay in the order in which they began. */
export function afterEvent(job: Job, event: JobEvent): Job {
  if (event.id <= job.lastEvent) return job
  const seen = { ...job, lastEvent: event.id }
  switch (event.event) {
    case 'started':
      return { ...seen, state: 'running', what: event.data.what }
    case 'step':
      return { ...seen, state: 'running', steps: withStep(job.steps, event.data) }
    case 'said':
      return { ...seen, ...event.data }
    case 'profile':
      return { ...seen, profile: event.data.profile }
    case 'answer':
      return { ...seen, answers: event.data.revision, provisional: event.data.provisional }
    case 'done':
      return { ...seen, state: 'done', ...(event.data.profile && { profile: event.data.profile }) }
    case 'failed':
      return { ...seen, state: 'failed', problem: event.data.problem }
    case 'cancelled':
      return { ...seen, state: 'cancelled' }
  }
}

export function isOver({ state }: Pick<Job, 'state'>): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled'
}

function withStep(steps: readonly Step[], step: Step): Step[] {
  const known = steps.findIndex(({ id }) => id === step.id)
  return known < 0 ? [...steps, step] : steps.with(known, step)
}
