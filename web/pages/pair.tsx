import { useQuery } from '@tanstack/react-query'
import { pairQuery } from '../api/calls.ts'
import type { Pair } from '../api/types.ts'
import { Affinity } from '../parts/affinity.tsx'
import { Back, Link } from '../parts/link.tsx'
import { Loading } from '../parts/loading.tsx'
import { ProblemNotice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { SpotifyAttribution, SpotifyProfile } from '../parts/spotify.tsx'
import { TrackName } from '../parts/track-list.tsx'
import { useTuning } from '../parts/tuning.ts'
import { texts } from '../texts/texts.ts'
import { Borrow } from './pair/borrow.tsx'
import { Differences } from './pair/differences.tsx'
import { Genres } from './pair/genres.tsx'
import { PlaylistForBoth } from './pair/playlist.tsx'
import { Shared } from './pair/shared.tsx'
import { Sound } from './pair/sound.tsx'
import { Trouble } from './pair/trouble.tsx'
import { Why } from './pair/why.tsx'
import './pair/pair.css'

interface PairPageProps {
  readonly profile: string
  readonly match: string
}

/** Two listeners side by side: what they share, the rarest first, and what each could borrow. */
export default function PairPage({ profile, match }: PairPageProps) {
  const [tuning] = useTuning(profile)
  const { data: pair, error, refetch } = useQuery(pairQuery(profile, match, tuning))
  if (!pair)
    return error ? (
      <Page title={texts.matches.sideBySide}>
        <ProblemNotice problem={error} onRetry={() => refetch()}>
          <Link className="button slim" href={`/p/${profile}`}>
            {texts.matches.title}
          </Link>
        </ProblemNotice>
      </Page>
    ) : (
      <Loading />
    )
  const { you, match: other } = pair
  return (
    <Page
      title={texts.pair.title(you.name, other.listener.name)}
      beside={other.listener.simulated && <span className="mark">{texts.simulated}</span>}
      lede={other.reason}
    >
      <p className="row up">
        <Back href={`/p/${profile}`}>{texts.matches.title}</Back>
        {other.listener.url && <SpotifyProfile url={other.listener.url} />}
      </p>
      <Summary pair={pair} />
      <Song pair={pair} />
      <div className="row actions">
        <PlaylistForBoth profile={profile} match={match} name={other.listener.name} />
        <Link className="button" href={`/p/${profile}/with/${match}/card`}>
          {texts.pair.card}
        </Link>
      </div>
      <div className="pair">
        <Shared pair={pair} />
        <Why pair={pair} />
        <Genres pair={pair} />
        <Sound pair={pair} />
      </div>
      <Differences pair={pair} />
      <Borrow pair={pair} />
      {hasLinks(pair) && <SpotifyAttribution />}
      <Private reasons={pair.private} />
      <Trouble profile={profile} match={match} name={other.listener.name} />
    </Page>
  )
}

/** Whether tracks have pages at Spotify. */
function hasLinks({ tracks, borrow }: Pair): boolean {
  return [...tracks, ...(borrow.you ?? []), ...borrow.them].some(({ url }) => url !== undefined)
}

function Summary({ pair: { match } }: { readonly pair: Pair }) {
  const { rarityText, confidence } = match
  return (
    <div className="summary">
      <Affinity of={match} large />
      <dl>
        {rarityText && (
          <div>
            <dt>{texts.pair.rarity}</dt>
            <dd>{rarityText}</dd>
          </div>
        )}
        <div>
          <dt>{texts.pair.confidence}</dt>
          <dd>
            {texts.matches.confidence[confidence.word]}, {confidence.because}
          </dd>
        </div>
      </dl>
      {match.affinity !== undefined && <p className="small quiet">{texts.matches.affinityMeans}</p>}
    </div>
  )
}

/** The rarest track that both have. */
function Song({ pair: { tracks } }: { readonly pair: Pair }) {
  const [rarest] = tracks
  if (!rarest) return null
  return (
    <p className="song">
      <span className="small quiet">{texts.pair.song}</span> <TrackName track={rarest} />
    </p>
  )
}

function Private({ reasons }: { readonly reasons: readonly string[] }) {
  if (reasons.length === 0) return null
  return (
    <section className="section">
      <h2>{texts.pair.private}</h2>
      <ul className="quiet">
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </section>
  )
}
