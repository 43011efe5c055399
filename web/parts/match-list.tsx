import { useRef } from 'react'
import type { Match } from '../api/types.ts'
import { percent, sentence } from '../texts/numbers.ts'
import { texts } from '../texts/texts.ts'
import { Affinity } from './affinity.tsx'
import { Link } from './link.tsx'
import { SpotifyProfile } from './spotify.tsx'
import { TrackList } from './track-list.tsx'
import { useReorder } from './use-reorder.ts'
import './matches.css'

interface MatchListProps {
  readonly matches: readonly Match[]
  /** Whose matches these are, once that is known; only then can a match be looked at in detail. */
  readonly profile?: string | undefined
}

export function MatchList({ matches, profile }: MatchListProps) {
  const list = useRef<HTMLOListElement>(null)
  useReorder(list)
  return (
    <ol className="matches" ref={list}>
      {matches.map((match) => (
        <li key={match.listener.key} data-key={match.listener.key}>
          <MatchRow match={match} profile={profile} />
        </li>
      ))}
    </ol>
  )
}

function MatchRow({ match, profile }: { readonly match: Match; readonly profile: string | undefined }) {
  const { rank, listener, reason, genres, rarityText, confidence, sharedArtists, sharedTracks, youWouldEnjoy } = match
  return (
    <article className="match" aria-labelledby={`match-${listener.key}`}>
      <span className="rank" aria-hidden="true">
        {rank}
      </span>
      <div className="who">
        <h3 id={`match-${listener.key}`}>
          <span className="unseen">{rank}. </span>
          {listener.name}
        </h3>
        {listener.simulated && <span className="mark">{texts.simulated}</span>}
        {listener.url && <SpotifyProfile url={listener.url} />}
      </div>
      <Affinity of={match} />
      <div className="why">
        <p className="reason">{reason}</p>
        {genres.length > 0 && (
          <ul className="chips" aria-label={texts.matches.genres}>
            {genres.map(({ genre, yours, theirs }) => (
              <li key={genre} className="chip" title={`${percent(yours)} / ${percent(theirs)}`}>
                {genre}
              </li>
            ))}
          </ul>
        )}
        <p className="small quiet">
          <Facts
            facts={[
              rarityText && sentence(rarityText),
              texts.matches.sure(confidence.word, confidence.because),
              texts.matches.shared(sharedArtists, sharedTracks),
              youWouldEnjoy !== undefined && youWouldEnjoy > 0 && texts.matches.enjoy(youWouldEnjoy),
            ]}
          />
        </p>
        <div className="more">
          <SharedDetails match={match} />
          {profile !== undefined && (
            <Link
              href={`/p/${profile}/with/${listener.key}`}
              className="button slim"
              aria-label={texts.matches.sideBySideWith(listener.name)}
            >
              {texts.matches.sideBySide}
            </Link>
          )}
        </div>
      </div>
    </article>
  )
}

/** Facts in a row that never begin a line with their dot. */
function Facts({ facts }: { readonly facts: readonly (string | false | undefined)[] }) {
  return (
    <span className="dotted">
      {facts
        .filter((fact) => typeof fact === 'string')
        .map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
    </span>
  )
}

function SharedDetails({ match: { artists, tracks } }: { readonly match: Match }) {
  if (artists.length === 0 && tracks.length === 0) return null
  return (
    <details>
      <summary>{texts.matches.more}</summary>
      <div className="pair shared">
        {artists.length > 0 && (
          <div>
            <h4>{texts.matches.artists}</h4>
            <ul>
              {artists.map(({ name, knownBy }) => (
                <li key={name}>
                  {name} <span className="quiet">{texts.matches.knownBy(knownBy)}</span>
                </li>
              ))}
            </ul>
          </div>
        )}
        {tracks.length > 0 && (
          <div>
            <h4>{texts.matches.tracks}</h4>
            <TrackList tracks={tracks} />
          </div>
        )}
      </div>
    </details>
  )
}
