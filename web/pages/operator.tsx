import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import { aboutQuery, endSession, openOperator, operatorQueries, sessionQuery } from '../api/calls.ts'
import { Loading } from '../parts/loading.tsx'
import { ProblemNotice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { texts } from '../texts/texts.ts'
import { Candidates } from './operator/candidates.tsx'
import { Health } from './operator/health.tsx'
import { Index } from './operator/index-state.tsx'
import { Jobs } from './operator/jobs.tsx'
import { Machine } from './operator/machine.tsx'
import { Models } from './operator/models.tsx'
import { Policy } from './operator/policy.tsx'
import { Population } from './operator/population.tsx'
import { Quota } from './operator/quota.tsx'
import { Reports } from './operator/reports.tsx'
import './operator/operator.css'

const words = texts.operator

/** Whether it works, how well, and what to do next. */
export default function OperatorPage() {
  const { data: session, error } = useQuery(sessionQuery)
  const { data: about } = useQuery(aboutQuery)
  if (!session && !error) return <Loading />
  if (error)
    return (
      <Page title={words.title}>
        <ProblemNotice problem={error} />
      </Page>
    )
  if (session?.operator) return <Status />
  return (
    <Page title={words.title} lede={words.lede}>
      {about && !about.operator ? <p>{words.off}</p> : <Enter />}
    </Page>
  )
}

function Enter() {
  const client = useQueryClient()
  const [token, setToken] = useState('')
  const enter = useMutation({
    mutationFn: openOperator,
    onSuccess: () => client.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (token.trim() !== '') enter.mutate(token.trim())
  }
  return (
    <form className="stack enter" onSubmit={submit}>
      <div className="field">
        <label htmlFor="token">{words.signIn}</label>
        <input
          id="token"
          className="input"
          type="password"
          autoComplete="current-password"
          value={token}
          onChange={(event) => setToken(event.target.value)}
          aria-describedby="token-help"
        />
        <span id="token-help" className="small quiet">
          {words.signInHelp}
        </span>
      </div>
      {enter.error && <ProblemNotice problem={enter.error} />}
      <p>
        <button type="submit" className="button primary">
          {words.enter}
        </button>
      </p>
    </form>
  )
}

function Status() {
  const client = useQueryClient()
  const { data: status, error, refetch } = useQuery(operatorQueries.status)
  const leave = useMutation({ mutationFn: endSession, onSuccess: () => client.resetQueries() })
  return (
    <Page
      title={words.title}
      lede={words.lede}
      beside={
        <button type="button" className="button slim" onClick={() => leave.mutate()}>
          {words.leave}
        </button>
      }
    >
      {error && <ProblemNotice problem={error} onRetry={() => refetch()} />}
      {status && (
        <div className="operator">
          <Health status={status} />
          <Population population={status.population} />
          <Models />
          <Index index={status.index} schedule={status.schedule} />
          <Quota quota={status.quota} />
          <Candidates candidates={status.candidates} />
          <Jobs />
          <Reports />
          <Policy policy={status.policy} switches={status.switches} />
          <Machine status={status} />
        </div>
      )}
    </Page>
  )
}
