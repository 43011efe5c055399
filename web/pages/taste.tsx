import { useQuery } from '@tanstack/react-query'
import { lazy } from 'react'
import { matchesQuery } from '../api/calls.ts'
import type { Taste } from '../api/types.ts'
import { Figure } from '../charts/figure.tsx'
import { standingOut, told } from '../charts/sound.ts'
import { Back } from '../parts/link.tsx'
import { Loading } from '../parts/loading.tsx'
import { ProblemNotice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { SpotifyAttribution } from '../parts/spotify.tsx'
import { TrackList } from '../parts/track-list.tsx'
import { useTuning } from '../parts/tuning.ts'
import { percent } from '../texts/numbers.ts'
import { texts } from '../texts/texts.ts'

const Bars = lazy(() => import('../charts/bars.tsx'))
const SoundBars = lazy(() => import('../charts/sound-bars.tsx'))
const Columns = lazy(() => import('../charts/columns.tsx'))
const Position = lazy(() => import('../charts/position.tsx'))

const words = texts.taste
/** Rows of a chart. */
const most = 10

/** One taste: its genres, artists, sound and decades, and how unusual it is. */
export default function TastePage({ profile }: { readonly profile: string }) {
  const [tuning] = useTuning(profile)
  const { data: answer, error, refetch } = useQuery(matchesQuery(profile, tuning))
  if (!answer)
    return error ? (
      <Page title={words.short}>
        <ProblemNotice problem={error} onRetry={() => refetch()} />
      </Page>
    ) : (
      <Loading />
    )
  const { you } = answer
  return (
    <Page
      title={words.title(you.name)}
      lede={words.read(you.artists, you.tracks, you.playlists)}
      beside={you.simulated && <span className="mark">{texts.simulated}</span>}
    >
      <p className="up">
        <Back href={`/p/${profile}`}>{texts.matches.title}</Back>
      </p>
      <Unusual taste={you} />
      <div className="pair">
        <Genres taste={you} />
        <Artists taste={you} />
        <Sound taste={you} />
        <Decades taste={you} />
      </div>
      {you.origin === 'spotify' && <SpotifyAttribution url={you.url} />}
    </Page>
  )
}

interface PartProps {
  readonly taste: Taste
}

function Unusual({ taste: { rarerThan } }: PartProps) {
  if (rarerThan === undefined) return null
  return (
    <section className="section">
      <h2>{words.rarerTitle}</h2>
      <Figure
        message={words.rarerMessage(rarerThan)}
        height={48}
        numbers={{ head: [words.rarerTitle, words.head.you], rows: [[words.rarerHead, percent(rarerThan)]] }}
      >
        <Position at={rarerThan} left={words.everybody} right={words.nobody} />
      </Figure>
    </section>
  )
}

function Genres({ taste: { genres, genresKnown } }: PartProps) {
  const shown = genres.slice(0, most)
  const [first] = shown
  return (
    <section className="section">
      <h2>{words.genresTitle}</h2>
      {first ? (
        <Figure
          message={words.genresMessage(first.genre, first.share, first.population)}
          height={40 + 28 * shown.length}
          numbers={{
            head: [words.head.genre, words.head.you, words.head.everybody],
            rows: genres.map(({ genre, share, population }) => [genre, percent(share), percent(population)]),
          }}
        >
          <Bars
            bars={shown.map(({ genre, share, population }) => ({
              name: genre,
              value: share,
              middle: population,
              told: percent(share),
            }))}
          />
        </Figure>
      ) : (
        <p className="quiet">{words.noGenres}</p>
      )}
      {genresKnown < 1 && first && <p className="small quiet">{words.genresKnown(genresKnown)}</p>}
    </section>
  )
}

function Artists({ taste: { topArtists, topTracks, origin } }: PartProps) {
  const shown = topArtists.slice(0, most)
  const [first] = shown
  if (!first) return null
  return (
    <section className="section">
      <h2>{words.artistsTitle}</h2>
      <Figure
        message={words.artistsMessage(first.name, first.share)}
        height={28 * shown.length}
        numbers={{
          head: [words.head.artist, words.head.you, words.head.knownBy],
          rows: topArtists.map(({ name, share, knownBy }) => [name, percent(share), percent(knownBy)]),
        }}
      >
        <Bars bars={shown.map(({ name, share }) => ({ name, value: share, told: percent(share) }))} />
      </Figure>
      {topTracks.length > 0 && (
        <details>
          <summary>{words.tracksTitle}</summary>
          <TrackList tracks={topTracks} />
        </details>
      )}
      {origin === 'spotify' && first.url && <SpotifyAttribution url={first.url} />}
    </section>
  )
}

function Sound({ taste: { sound, soundKnown } }: PartProps) {
  if (sound.length === 0)
    return (
      <section className="section">
        <h2>{words.soundTitle}</h2>
        <p className="quiet">{words.noSound}</p>
      </section>
    )
  const { higher, lower } = standingOut(sound)
  return (
    <section className="section">
      <h2>{words.soundTitle}</h2>
      <Figure
        message={words.soundMessage(higher, lower)}
        height={40 + 28 * sound.length}
        numbers={{
          head: [words.head.feature, words.head.you, words.head.low, words.head.middle, words.head.high],
          rows: sound.map(({ feature, value, low, middle, high }) => [
            words.features[feature].name,
            ...[value, low, middle, high].map((each) => told(feature, each)),
          ]),
        }}
      >
        <SoundBars
          rows={sound.map(({ feature, value, low, middle, high }) => ({
            feature,
            yours: value,
            middle,
            band: [low, high],
          }))}
        />
      </Figure>
      {soundKnown < 1 && <p className="small quiet">{words.soundKnown(soundKnown)}</p>}
    </section>
  )
}

function Decades({ taste: { decades } }: PartProps) {
  if (decades.length === 0)
    return (
      <section className="section">
        <h2>{words.decadesTitle}</h2>
        <p className="quiet">{words.noDecades}</p>
      </section>
    )
  const largest = decades.reduce((best, each) => (each.share > best.share ? each : best))
  return (
    <section className="section">
      <h2>{words.decadesTitle}</h2>
      <Figure
        message={words.decadesMessage(words.decade(largest.decade), largest.share)}
        height={230}
        numbers={{
          head: [words.head.decade, words.head.you, words.head.everybody],
          rows: decades.map(({ decade, share, population }) => [
            words.decade(decade),
            percent(share),
            percent(population),
          ]),
        }}
      >
        <Columns
          columns={decades.map(({ decade, share, population }) => ({
            name: words.decade(decade),
            value: share,
            middle: population,
            told: percent(share),
          }))}
        />
      </Figure>
    </section>
  )
}
