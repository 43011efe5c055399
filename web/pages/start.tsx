import { useMutation, useQuery } from '@tanstack/react-query'
import { lazy, type SubmitEvent, Suspense, useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { aboutQuery, startJob } from '../api/calls.ts'
import { apiUrl } from '../api/client.ts'
import { problemOf } from '../api/problem.ts'
import type { About } from '../api/types.ts'
import { ProblemNotice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { SignInProblem } from '../parts/sign-in-problem.tsx'
import { texts } from '../texts/texts.ts'
import { Bring } from './start/bring.tsx'
import './start.css'

const Awaited = lazy(() => import('./start/awaited.tsx'))

export function StartPage() {
  const { data: about, error, refetch } = useQuery(aboutQuery)
  useEffect(prefetchNext, [])
  return (
    <Page title={texts.start.title} lede={texts.start.lede} className="hero">
      <HeroRings />
      <div className="stack start">
        {(about || error) && <Find about={about} />}
        {error && <ProblemNotice problem={error} onRetry={() => refetch()} />}
        <SignInProblem />
        {about && !about.ready && (
          <Suspense>
            <Awaited about={about} />
          </Suspense>
        )}
        {about && (
          <>
            <Bring about={about} />
            <How />
          </>
        )}
      </div>
    </Page>
  )
}

function How() {
  return (
    <ul className="how">
      {texts.start.how.map(([title, text]) => (
        <li key={title}>
          <h2>{title}</h2>
          <p>{text}</p>
        </li>
      ))}
    </ul>
  )
}

/** Two listeners who meet: the sign of Consonance, large, where there is room. */
function HeroRings() {
  return (
    <svg className="hero-rings" viewBox="0 0 420 280" fill="none" aria-hidden="true">
      <circle className="you" cx="140" cy="140" r="130" />
      <circle className="them" cx="280" cy="140" r="130" />
    </svg>
  )
}

/** The one field, and what can be put into it here. */
function Find({ about }: { readonly about: About | undefined }) {
  const [text, setText] = useState(toTry)
  const [, navigate] = useLocation()
  const [empty, setEmpty] = useState(false)
  const start = useMutation({
    mutationFn: (sought: string) => startJob({ from: 'text', text: sought }),
    onSuccess: ({ job }, sought) => navigate(`/jobs/${job.id}`, { replace: sought === toTry() }),
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setEmpty(text.trim() === '')
    if (text.trim() === '') start.reset()
    else start.mutate(text.trim())
  }
  const { mutate } = start
  useEffect(() => {
    const wanted = toTry()
    if (wanted !== '') mutate(wanted)
  }, [mutate])
  const problem = empty ? problemOf('empty') : start.error
  return (
    <div className="stack">
      <form onSubmit={submit} noValidate>
        <label htmlFor="sought">{fieldLabel(about)}</label>
        <div className="find">
          <input
            id="sought"
            className="input"
            value={text}
            onChange={(event) => setText(event.target.value)}
            placeholder={about?.ways.spotify.enabled ? texts.start.example : undefined}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            enterKeyHint="search"
            aria-invalid={problem ? true : undefined}
            aria-describedby={problem ? 'sought-problem' : undefined}
          />
          <button type="submit" className="button primary" aria-disabled={start.isPending}>
            {texts.start.find}
          </button>
        </div>
      </form>
      {problem && (
        <div id="sought-problem">
          <ProblemNotice problem={problem} />
        </div>
      )}
      <Samples about={about} onChoose={(sample) => start.mutate(sample)} />
      {about?.ways.signIn.enabled && (
        <p className="row">
          <a className="button" href={apiUrl('sign-in/spotify?back=you')}>
            {texts.start.signIn}
          </a>
          <span className="small quiet">{texts.start.signInWhy}</span>
        </p>
      )}
    </div>
  )
}

interface SamplesProps {
  readonly about: About | undefined
  readonly onChoose: (text: string) => void
}

function Samples({ about, onChoose }: SamplesProps) {
  if (!about || about.samples.length === 0) return null
  return (
    <div className="row samples">
      <span className="quiet" id="samples">
        {about.simulated ? texts.start.samplesSimulated : texts.start.samples}
      </span>
      <ul className="chips" aria-labelledby="samples">
        {about.samples.map(({ name, text, note }) => (
          <li key={text}>
            <button type="button" className="chip" title={note} onClick={() => onChoose(text)}>
              {name}
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** A link may say whom to look for: `?try=tape-hiss`. */
function toTry(): string {
  return new URLSearchParams(location.search).get('try')?.trim() ?? ''
}

function fieldLabel(about: About | undefined): string {
  const { ways } = texts.start
  if (!about) return texts.start.field([ways.none])
  const { spotify, listenbrainz, lastfm, stored } = about.ways
  const open = [
    spotify.enabled && ways.spotify,
    listenbrainz.enabled && ways.listenbrainz,
    lastfm.enabled && ways.lastfm,
    stored.enabled && ways.stored,
  ].filter((way) => typeof way === 'string')
  return texts.start.field(open.length > 0 ? open : [ways.none])
}

/** While somebody still reads, the browser fetches what comes next. */
function prefetchNext(): void {
  const fetchNext = () => Promise.all([import('./job.tsx'), import('./matches.tsx')]).catch(() => undefined)
  setTimeout(fetchNext, 1_500)
}
