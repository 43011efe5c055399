import type { OperatorStatus } from '../../api/types.ts'
import { Table } from '../../parts/table.tsx'
import { format } from '../../texts/numbers.ts'
import { texts } from '../../texts/texts.ts'

const words = texts.operator

/** Who is stored, and how much is known of what they hear. */
export function Population({ population }: { readonly population: OperatorStatus['population'] }) {
  const { listeners, findable, playlists, entries, tracks, tracksWithAudio, artists, artistsWithGenres } = population
  const tiles = [
    [words.listeners, listeners, `${format(findable)} ${words.findable}`],
    [words.playlists, playlists, `${format(entries)} ${words.entries}`],
    [words.tracks, tracks, `${format(tracksWithAudio)} ${words.withAudio}`],
    [words.artists, artists, `${format(artistsWithGenres)} ${words.withGenres}`],
  ] as const
  return (
    <section className="across">
      <h2>{words.population}</h2>
      <dl className="tiles">
        {tiles.map(([name, number, more]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <b>{format(number)}</b>
              <span className="small quiet">{more}</span>
            </dd>
          </div>
        ))}
      </dl>
      <Table
        label={words.population}
        head={[words.source, words.originHead, words.listeners]}
        rows={population.bySource.map(({ origin, source, listeners: those }) => [
          `${source} ${origin}`,
          source,
          texts.you.origins[origin],
          format(those),
        ])}
      />
    </section>
  )
}
