import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { aboutQuery, type FullAnswer, firstMatches, matchesQuery, profileQuery } from '../api/calls.ts'
import type { Profile } from '../api/types.ts'
import { Hygiene } from '../parts/hygiene.tsx'
import { Link } from '../parts/link.tsx'
import { Loading } from '../parts/loading.tsx'
import { MatchList } from '../parts/match-list.tsx'
import { Notice, ProblemNotice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { SpotifyAttribution } from '../parts/spotify.tsx'
import { TasteStrip } from '../parts/taste-strip.tsx'
import { useTuning } from '../parts/tuning.ts'
import { WhatWasRead } from '../parts/what-was-read.tsx'
import { texts } from '../texts/texts.ts'

/** The closest listeners of a profile, and what counts for it. */
export default function MatchesPage({ profile }: { readonly profile: string }) {
  const [tuning] = useTuning(profile)
  const [k, setK] = useState(firstMatches)
  const { data: answer, error, isFetching, isPlaceholderData, refetch } = useQuery(matchesQuery(profile, tuning, k))
  const { data: here } = useQuery(aboutQuery)
  const { data: about } = useQuery(profileQuery(profile))
  if (!answer)
    return error ? (
      <Page title={texts.matches.title}>
        <ProblemNotice problem={error} onRetry={() => refetch()} />
      </Page>
    ) : (
      <Loading />
    )
  const { you, candidates } = answer
  return (
    <Page
      title={you.name ? texts.matches.titleOf(you.name) : texts.matches.title}
      lede={texts.matches.among(candidates)}
      beside={you.simulated && <span className="mark">{texts.simulated}</span>}
    >
      <TasteStrip taste={you} profile={profile} />
      <div className="with-aside">
        <div aria-busy={isFetching}>
          <h2 className="unseen">{texts.matches.list}</h2>
          {error && <ProblemNotice problem={error} onRetry={() => refetch()} />}
          <Results answer={answer} profile={profile} />
          {answer.matches.length === k && k < Math.min(here?.limits.matches ?? 0, candidates) && (
            <p className="more-matches">
              <button type="button" className="button" onClick={() => setK(k + firstMatches)}>
                {texts.matches.showMore}
              </button>
            </p>
          )}
          <p className="unseen" role="status">
            {isPlaceholderData ? texts.matches.updating : spoken(answer)}
          </p>
        </div>
        <Hygiene profile={profile} />
      </div>
      <Sources profile={about} answer={answer} />
    </Page>
  )
}

function Results({ answer: { matches, notes }, profile }: { readonly answer: FullAnswer; readonly profile: string }) {
  if (matches.length === 0)
    return (
      <Notice title={texts.matches.none}>
        <p>{texts.matches.noneHelp}</p>
      </Notice>
    )
  return (
    <>
      {notes.length > 0 && (
        <ul className="notes">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      {matches.some(({ affinity }) => affinity !== undefined) && (
        <p className="small quiet meaning">{texts.matches.affinityMeans}</p>
      )}
      <MatchList matches={matches} profile={profile} />
    </>
  )
}

function Sources({ profile, answer }: { readonly profile: Profile | undefined; readonly answer: FullAnswer }) {
  return (
    <footer className="section stack small">
      {profile?.reading && <WhatWasRead {...profile.reading} />}
      {answer.you.origin === 'spotify' && <SpotifyAttribution url={answer.you.url} />}
      {profile && (
        <p>
          <Link href={`/you/${profile.key}`}>{texts.nav.you}</Link>
        </p>
      )}
    </footer>
  )
}

function spoken({ matches }: FullAnswer): string {
  const [first] = matches
  return first ? texts.matches.updated(first.listener.name) : texts.matches.none
}
