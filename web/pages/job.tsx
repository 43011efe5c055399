import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useLocation } from 'wouter'
import { aboutQuery, cancelJob, hasTaste, jobAnswerQuery, jobQuery, matchesQuery, sessionQuery } from '../api/calls.ts'
import { isOver } from '../api/job-state.ts'
import { ApiProblem } from '../api/problem.ts'
import type { Job } from '../api/types.ts'
import { useJob } from '../api/use-job.ts'
import { JobProgress } from '../parts/job-progress.tsx'
import { Link } from '../parts/link.tsx'
import { Loading } from '../parts/loading.tsx'
import { MatchList } from '../parts/match-list.tsx'
import { ProblemNotice } from '../parts/notice.tsx'
import { keepOwnerKey, ownerKeyOf } from '../parts/owner-keys.ts'
import { Page } from '../parts/page.tsx'
import { everything } from '../parts/tuning.ts'
import { WhatWasRead } from '../parts/what-was-read.tsx'
import { sentence } from '../texts/numbers.ts'
import { texts } from '../texts/texts.ts'

/** A job as it goes; when it is done its matches take its place. */
export default function JobPage({ id }: { readonly id: string }) {
  const { job, problem, lost } = useJob(id)
  useMatchesWhenDone(job)
  if (problem)
    return (
      <Page title={texts.job.title}>
        <ProblemNotice problem={problem}>
          <StartAgain />
        </ProblemNotice>
      </Page>
    )
  if (!job) return <Loading />
  const demo = job.kind !== 'match'
  return (
    <Page title={demo ? texts.job.titleDemo : texts.job.title} lede={demo ? texts.job.ledeDemo : sentence(job.what)}>
      <div className={isOver(job) ? 'stack' : 'stack job'}>
        <JobProgress job={job} lost={lost} />
        <WhatWasRead sentences={job.sentences} notRead={job.notRead} />
        <Ending job={job} />
      </div>
      <Provisional job={job} />
    </Page>
  )
}

function Ending({ job }: { readonly job: Job }) {
  const client = useQueryClient()
  const cancel = useMutation({
    mutationFn: () => cancelJob(job.id),
    // The event that it has ended may be here before the answer.
    onSuccess: (told) =>
      client.setQueryData(jobQuery(job.id).queryKey, (known) =>
        known && known.lastEvent > told.lastEvent ? known : told,
      ),
  })
  switch (job.state) {
    case 'failed':
      return (
        <ProblemNotice problem={job.problem && new ApiProblem(job.problem)}>
          <StartAgain />
        </ProblemNotice>
      )
    case 'cancelled':
      return (
        <p className="row">
          <span>{texts.job.cancelled}</span>
          <StartAgain />
        </p>
      )
    case 'done':
      return (
        <p className="row">
          {job.profile ? (
            <Link className="button primary" href={`/p/${job.profile}`}>
              {texts.job.toMatches}
            </Link>
          ) : (
            <StartAgain />
          )}
        </p>
      )
    default:
      if (job.kind !== 'match') return null
      return (
        <p>
          <button type="button" className="button slim" onClick={() => cancel.mutate()}>
            {texts.job.cancel}
          </button>
        </p>
      )
  }
}

function StartAgain() {
  return (
    <Link className="button slim" href="/">
      {texts.job.again}
    </Link>
  )
}

/** The newest answer there is, while more is being read. */
function Provisional({ job }: { readonly job: Job }) {
  const { data: answer } = useQuery(jobAnswerQuery(job.id, job.answers))
  if (!answer || answer.matches.length === 0) return null
  return (
    <section className="section" aria-labelledby="so-far">
      <h2 id="so-far">{texts.matches.title}</h2>
      {answer.provisional && <p className="quiet">{texts.job.provisional}</p>}
      <MatchList matches={answer.matches} profile={job.profile} />
    </section>
  )
}

/** The final answer is the first one of the matches' page, which then has nothing to wait for. */
function useMatchesWhenDone(job: Job | undefined): void {
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const over = job !== undefined && isOver(job)
  const profile = job?.state === 'done' ? job.profile : undefined
  useEffect(() => {
    import('./matches.tsx').catch(() => undefined) // so that the matches wait for nothing
  }, [])
  useEffect(() => {
    if (!over) return
    client.invalidateQueries({ queryKey: sessionQuery.queryKey })
    client.invalidateQueries({ queryKey: aboutQuery.queryKey })
  }, [over, client])
  useEffect(() => {
    if (!job || profile === undefined) return
    let left = false
    const owner = ownerKeyOf(job.id)
    if (owner !== undefined) keepOwnerKey(profile, owner)
    const go = async () => {
      if (job.answers > 0) {
        const answer = await client.fetchQuery(jobAnswerQuery(job.id, job.answers)).catch(() => undefined)
        if (answer && hasTaste(answer)) client.setQueryData(matchesQuery(profile, everything).queryKey, answer)
      }
      if (!left) navigate(`/p/${profile}`, { replace: true })
    }
    go()
    return () => {
      left = true
    }
  }, [job, profile, client, navigate])
}
