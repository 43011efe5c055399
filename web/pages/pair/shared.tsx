import { useState } from 'react'
import type { Pair } from '../../api/types.ts'
import { Table } from '../../parts/table.tsx'
import { TrackList } from '../../parts/track-list.tsx'
import { percent } from '../../texts/numbers.ts'
import { texts } from '../../texts/texts.ts'

/** How many are shown before somebody asks for all. */
const first = 8
const words = texts.pair

/** What both have, the rarest first: the table is the picture. */
export function Shared({ pair: { artists, tracks, match } }: { readonly pair: Pair }) {
  const [all, setAll] = useState(false)
  const shown = all ? artists : artists.slice(0, first)
  const [rarest] = artists
  return (
    <section className="section">
      <h2>{words.share}</h2>
      <p>{rarest ? words.shareMessage(artists.length, rarest.name, rarest.knownBy) : words.shareNone}</p>
      {rarest && (
        <Table
          label={words.share}
          head={[words.head.artist, words.head.knownBy, words.head.yours, words.head.theirs]}
          rows={shown.map(({ name, knownBy, yours, theirs }) => [
            name,
            name,
            percent(knownBy),
            percent(yours),
            percent(theirs),
          ])}
        />
      )}
      {artists.length > shown.length && (
        <p>
          <button type="button" className="button plain slim" onClick={() => setAll(true)}>
            {words.allArtists(artists.length)}
          </button>
        </p>
      )}
      {tracks.length > 0 && (
        <details>
          <summary>{words.tracksTitle(tracks.length, match.sharedTracks)}</summary>
          <TrackList tracks={tracks} />
        </details>
      )}
    </section>
  )
}
