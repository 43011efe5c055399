import type { Pair, Track } from '../../api/types.ts'
import { TrackList } from '../../parts/track-list.tsx'
import { texts } from '../../texts/texts.ts'

/** What each could take from the other. */
export function Borrow({ pair: { borrow } }: { readonly pair: Pair }) {
  const { you = [], them } = borrow
  if (you.length + them.length === 0) return null
  return (
    <section className="section">
      <h2>{texts.pair.borrow}</h2>
      <div className="pair">
        <Offered title={texts.pair.borrowYou} tracks={you} />
        <Offered title={texts.pair.borrowThem} tracks={them} />
      </div>
    </section>
  )
}

function Offered({ title, tracks }: { readonly title: string; readonly tracks: readonly Track[] }) {
  if (tracks.length === 0) return null
  return (
    <div>
      <h3>{title}</h3>
      <TrackList tracks={tracks} />
    </div>
  )
}
