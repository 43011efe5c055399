import { failure, items, ok, type Routes } from '../routes.ts'
import type { Materialization } from './materialization.ts'

const base = '/project/{pid}/jobs/{job}'
const unknown = () => failure(404, 130_009, 'Job not found.')

/** Jobs that carry rows from the topic to the offline store. */
export function jobRoutes(jobs: Materialization): Routes {
  const schedules = new Map<string, unknown>()
  return {
    [`GET ${base}`]: ({ params }) => {
      const job = jobs.job(params.job!)
      return job ? ok(job) : unknown()
    },
    [`GET ${base}/executions`]: ({ params, query }) => {
      if (!jobs.job(params.job!)) return unknown()
      const all = jobs.executions(params.job!)
      const listed = all.slice(0, Number(query.get('limit') ?? all.length))
      return ok({ ...(items(listed).body as object), count: all.length })
    },
    [`POST ${base}/executions`]: ({ params, bytes }) =>
      jobs.job(params.job!) ? ok(jobs.run(params.job!, bytes.toString()), 201) : unknown(),
    [`GET ${base}/executions/{execution}`]: ({ params }) => {
      const execution = jobs.execution(params.job!, Number(params.execution))
      return execution ? ok(execution) : failure(404, 130_010, 'Execution not found.')
    },
    [`POST ${base}/schedule/v2`]: ({ params, body }) => {
      if (!jobs.job(params.job!)) return unknown()
      schedules.set(params.job!, { id: 1, ...(body as object) })
      return ok(schedules.get(params.job!))
    },
    [`GET ${base}/schedule/v2`]: ({ params }) => {
      const schedule = schedules.get(params.job!)
      return schedule ? ok(schedule) : failure(404, 130_013, 'Schedule not found.')
    },
  }
}
