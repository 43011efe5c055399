import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { endSession, profileQuery, sessionQuery, startJob } from '../api/calls.ts'
import type { Profile } from '../api/types.ts'
import { Link } from '../parts/link.tsx'
import { Loading } from '../parts/loading.tsx'
import { ProblemNotice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { SignInProblem } from '../parts/sign-in-problem.tsx'
import { SpotifyAttribution } from '../parts/spotify.tsx'
import { WhatWasRead } from '../parts/what-was-read.tsx'
import { texts } from '../texts/texts.ts'
import { Blocked } from './you/blocked.tsx'
import { Claim } from './you/claim.tsx'
import { Flags } from './you/flags.tsx'
import { Kept } from './you/kept.tsx'
import { Return } from './you/return.tsx'
import { Rights } from './you/rights.tsx'
import './you/you.css'

const words = texts.you

/** What is kept about somebody, who sees it, and how to get rid of it. */
export default function YouPage({ profile }: { readonly profile?: string }) {
  const { data: session, error } = useQuery(sessionQuery)
  const [, navigate] = useLocation()
  if (!session && !error) return <Loading />
  const profiles = session?.profiles ?? []
  const shown = profile ?? session?.signedIn?.profile ?? profiles[0]?.key
  return (
    <Page title={words.title} lede={words.lede}>
      {error && <ProblemNotice problem={error} />}
      <SignInProblem />
      {session?.signedIn && <SignedIn {...session.signedIn} />}
      {profiles.length > 1 && (
        <label className="field choose">
          <span>{words.choose}</span>
          <select className="input" value={shown} onChange={(event) => navigate(`/you/${event.target.value}`)}>
            {profiles.map(({ key, name, origin }) => (
              <option key={key} value={key}>
                {name} ({words.origins[origin]})
              </option>
            ))}
          </select>
        </label>
      )}
      {shown === undefined ? <Nobody /> : <OneProfile key={shown} profile={shown} />}
    </Page>
  )
}

function Nobody() {
  return (
    <div className="stack">
      <p>{words.nobody}</p>
      <p className="quiet">{words.nobodyHelp}</p>
      <p>
        <Link href="/" className="button primary">
          {words.toStart}
        </Link>
      </p>
      <Return />
    </div>
  )
}

interface SignedInProps {
  readonly name: string
  /** Theirs, once it was read. */
  readonly profile?: string
}

function SignedIn({ name, profile }: SignedInProps) {
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const leave = useMutation({ mutationFn: endSession, onSuccess: () => client.resetQueries() })
  const read = useMutation({
    mutationFn: () => startJob({ from: 'me' }),
    onSuccess: ({ job }) => navigate(`/jobs/${job.id}`),
  })
  return (
    <div className="stack signed-in">
      <p className="row">
        {words.signedIn(name)}
        {profile === undefined && (
          <button type="button" className="button primary" onClick={() => read.mutate()}>
            {words.readMine}
          </button>
        )}
        <button type="button" className="button slim" onClick={() => leave.mutate()}>
          {words.signOut}
        </button>
      </p>
      {read.error && <ProblemNotice problem={read.error} />}
    </div>
  )
}

function OneProfile({ profile: key }: { readonly profile: string }) {
  const { data: profile, error, refetch } = useQuery(profileQuery(key))
  if (error) return <ProblemNotice problem={error} onRetry={() => refetch()} />
  if (!profile) return <p role="status">{texts.loading}</p>
  return (
    <div className="you">
      <div>
        <Kept profile={profile} />
        {profile.origin === 'spotify' && <SpotifyAttribution url={profile.url} />}
        <NotRead profile={profile} />
      </div>
      <div>
        {profile.consent ? (
          <Flags profile={key} consent={profile.consent} />
        ) : (
          <section>
            <h2>{words.who}</h2>
            <p className="quiet">{words.ownerOnly}</p>
          </section>
        )}
        {profile.claim === 'possible' && <Claim profile={key} />}
        {profile.role === 'owner' && <Blocked profile={key} />}
        <Rights profile={profile} />
      </div>
    </div>
  )
}

function NotRead({ profile: { reading } }: { readonly profile: Profile }) {
  if (!reading || reading.sentences.length + reading.notRead.length === 0) return null
  return (
    <section className="section">
      <h2>{words.lastReading}</h2>
      <WhatWasRead {...reading} />
    </section>
  )
}
