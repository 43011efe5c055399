import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { aboutQuery } from '../../api/calls.ts'
import { isOver } from '../../api/job-state.ts'
import type { About } from '../../api/types.ts'
import { useJob } from '../../api/use-job.ts'
import { JobProgress } from '../../parts/job-progress.tsx'
import { Notice } from '../../parts/notice.tsx'
import { texts } from '../../texts/texts.ts'

/** What has to be done before anybody can be compared, as it runs. */
export default function Awaited({ about }: { readonly about: About }) {
  if (about.work === null)
    return (
      <Notice title={texts.start.notReady}>
        <p>{about.model === null ? texts.start.noModel : texts.start.modelTakenUp}</p>
      </Notice>
    )
  return <Work job={about.work} />
}

function Work({ job: id }: { readonly job: string }) {
  const client = useQueryClient()
  const { job, lost } = useJob(id)
  const over = job !== undefined && isOver(job)
  useEffect(() => {
    if (over) client.invalidateQueries({ queryKey: aboutQuery.queryKey })
  }, [over, client])
  if (!job) return null
  return (
    <section className="card stack" aria-labelledby="awaited">
      <h2 id="awaited">{texts.start.gettingReady}</h2>
      <p className="quiet">{texts.start.gettingReadyHelp}</p>
      <JobProgress job={job} lost={lost} />
    </section>
  )
}
