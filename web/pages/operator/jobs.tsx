import { useQuery } from '@tanstack/react-query'
import { operatorQueries } from '../../api/calls.ts'
import { Table } from '../../parts/table.tsx'
import { moment, sentence } from '../../texts/numbers.ts'
import { texts } from '../../texts/texts.ts'

const words = texts.operator
/** The newest. */
const shown = 10

/** What is being done and was done. */
export function Jobs() {
  const { data: jobs = [] } = useQuery(operatorQueries.jobs)
  return (
    <section className="across">
      <h2>{words.jobs}</h2>
      {jobs.length === 0 ? (
        <p className="quiet">{words.noJobs}</p>
      ) : (
        <Table
          label={words.jobs}
          head={[words.what, words.state, words.began, words.trouble]}
          rows={jobs
            .slice(0, shown)
            .map((job) => [
              job.id,
              sentence(job.what),
              texts.job.states[job.state],
              moment(job.createdAt),
              job.problem ? (texts.problems[job.problem.code]?.title ?? job.problem.title) : '',
            ])}
        />
      )}
    </section>
  )
}
