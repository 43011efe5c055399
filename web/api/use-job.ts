import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { jobQuery } from './calls.ts'
import { apiUrl } from './client.ts'
import { followEvents } from './event-stream.ts'
import { afterEvent, isOver } from './job-state.ts'
import { asProblem } from './problem.ts'
import type { Job, JobEvent } from './types.ts'

export interface FollowedJob {
  readonly job: Job | undefined
  /** Why there is nothing to follow. */
  readonly problem: unknown
  /** Whether the connection is lost at the moment. */
  readonly lost: boolean
}

/** A job as it goes: asked for once, then kept current by its events. */
export function useJob(id: string): FollowedJob {
  const client = useQueryClient()
  const { data: job, error } = useQuery(jobQuery(id))
  const [lost, setLost] = useState(false)
  const [problem, setProblem] = useState<unknown>()
  const follow = job !== undefined && !isOver(job)
  useEffect(() => {
    if (!follow) return
    const { queryKey } = jobQuery(id)
    const controller = new AbortController()
    const onEvent = (event: JobEvent): boolean => {
      const newer = client.setQueryData(queryKey, (known) => known && afterEvent(known, event))
      return newer === undefined || isOver(newer)
    }
    followEvents(apiUrl(`jobs/${id}/events`), {
      after: client.getQueryData(queryKey)?.lastEvent ?? 0,
      signal: controller.signal,
      onConnection: (state) => setLost(state === 'lost'),
      onEvent: (event) => onEvent(event as JobEvent),
    }).catch((thrown) => setProblem(asProblem(thrown)))
    return () => controller.abort()
  }, [follow, id, client])
  return { job, problem: error ?? problem, lost: lost && follow }
}
