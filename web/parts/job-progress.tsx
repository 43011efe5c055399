import { useEffect, useRef, useState } from 'react'
import { isOver } from '../api/job-state.ts'
import type { Job, Step } from '../api/types.ts'
import { format } from '../texts/numbers.ts'
import { texts } from '../texts/texts.ts'
import { CheckIcon, CircleIcon, DashIcon } from './icons.tsx'
import './job-progress.css'

interface JobProgressProps {
  readonly job: Job
  /** Whether the connection is lost at the moment. */
  readonly lost: boolean
}

/** The real steps of a job with their counts, and in words for those who don't see them. */
export function JobProgress({ job, lost }: JobProgressProps) {
  return (
    <div className="stack">
      {(job.steps.length > 0 || !isOver(job)) && <Steps job={job} />}
      {lost && <p className="lost">{texts.job.lost}</p>}
      <Spoken text={lost ? texts.job.lost : spoken(job)} />
    </div>
  )
}

function Steps({ job: { steps, state } }: { readonly job: Job }) {
  return (
    <ol className="steps" aria-label={texts.job.steps}>
      {steps.map((step) => (
        <StepRow key={step.id} step={step} />
      ))}
      {steps.length === 0 && (
        <li className="step">
          <span className="label">{texts.job.states[state]}</span>
          <span className="meter open">
            <span />
          </span>
        </li>
      )}
    </ol>
  )
}

function StepRow({ step }: { readonly step: Step }) {
  const { label, state, done, total, note } = step
  const running = state === 'running'
  return (
    <li className={`step ${state}`}>
      <span className="label">
        <StepMark state={state} />
        {label}
      </span>
      <span className="counts">{countsOf(step)}</span>
      {running && (
        <span className={total ? 'meter' : 'meter open'}>
          <span style={total ? { width: `${Math.min(100, (100 * done) / total)}%` } : undefined} />
        </span>
      )}
      {note && <span className="note small quiet">{note}</span>}
    </li>
  )
}

const marks = { running: CircleIcon, done: CheckIcon, 'broken-off': DashIcon } as const

function StepMark({ state }: { readonly state: Step['state'] }) {
  const Mark = marks[state]
  return (
    <>
      <Mark />
      <span className="unseen">{texts.job.stepStates[state]}: </span>
    </>
  )
}

/** Nothing of nothing is not worth a word. */
function countsOf({ done, total, unit }: Step): string {
  if (done === 0 && !total) return ''
  return total === undefined
    ? texts.job.step.count(format(done), unit)
    : texts.job.step.of(format(done), format(total), unit)
}

function spoken({ state, steps }: Job): string {
  const step = steps.findLast((each) => each.state === 'running')
  return state === 'running' && step ? `${step.label}: ${countsOf(step)}` : texts.job.states[state]
}

/** Not more often than this, so that a screen reader can finish its sentence. Milliseconds. */
const pause = 5_000

/** Tells a screen reader how far it is, now and then. */
function Spoken({ text }: { readonly text: string }) {
  const [said, setSaid] = useState(text)
  const last = useRef(0)
  useEffect(() => {
    const timer = setTimeout(
      () => {
        last.current = Date.now()
        setSaid(text)
      },
      Math.max(0, last.current + pause - Date.now()),
    )
    return () => clearTimeout(timer)
  }, [text])
  return (
    <p className="unseen" role="status">
      {said}
    </p>
  )
}
