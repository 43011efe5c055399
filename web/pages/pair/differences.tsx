import type { Pair } from '../../api/types.ts'
import { percent } from '../../texts/numbers.ts'
import { texts } from '../../texts/texts.ts'

/** Where the two differ. */
export function Differences({ pair: { differences } }: { readonly pair: Pair }) {
  const { yourGenres, theirGenres, theirArtists = [] } = differences
  if (yourGenres.length + theirGenres.length + theirArtists.length === 0) return null
  return (
    <section className="section">
      <h2>{texts.pair.differ}</h2>
      <dl className="differ">
        <GenreChips title={texts.pair.moreYours} genres={yourGenres} />
        <GenreChips title={texts.pair.moreTheirs} genres={theirGenres} />
        {theirArtists.length > 0 && (
          <div>
            <dt>{texts.pair.theirArtists}</dt>
            <dd>{theirArtists.join(', ')}</dd>
          </div>
        )}
      </dl>
    </section>
  )
}

interface GenreChipsProps {
  readonly title: string
  readonly genres: Pair['genres']
}

function GenreChips({ title, genres }: GenreChipsProps) {
  if (genres.length === 0) return null
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        <ul className="chips">
          {genres.map(({ genre, yours, theirs }) => (
            <li key={genre} className="chip">
              {genre} <b>{texts.pair.against(percent(yours), percent(theirs))}</b>
            </li>
          ))}
        </ul>
      </dd>
    </div>
  )
}
