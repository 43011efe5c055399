import type { Track } from '../api/types.ts'
import { OtherSite } from './link.tsx'

/** Tracks with their artists, and the link to each where it has a page. */
export function TrackList({ tracks }: { readonly tracks: readonly Track[] }) {
  return (
    <ol className="tracks">
      {tracks.map((track) => (
        <li key={`${track.title}\n${track.artists.join('\n')}`}>
          <TrackName track={track} />
        </li>
      ))}
    </ol>
  )
}

export function TrackName({ track: { title, artists, url } }: { readonly track: Track }) {
  return (
    <>
      {url ? <OtherSite href={url}>{title}</OtherSite> : <span>{title}</span>}{' '}
      <span className="quiet">{artists.join(', ')}</span>
    </>
  )
}
