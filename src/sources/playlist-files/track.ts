import type { Collector } from '../export/collector.ts'
import { isrcIn, mbidIn } from '../export/ids.ts'
import { amountIn } from '../export/values.ts'
import { spotifyId } from '../spotify-ids.ts'

/** Adds a track as XSPF and JSPF tell it. */
export function addTrack(
  track: {
    readonly creator: string | undefined
    readonly title: string | undefined
    readonly album: string | undefined
    /** Milliseconds. */
    readonly duration: unknown
    /** Links and names of the recording. */
    readonly ids: readonly string[]
    readonly playlist: string
    readonly addedAt?: string | undefined
  },
  into: Collector,
) {
  const { creator, title, album, ids, playlist, addedAt } = track
  if (!creator) return into.ignore(title ? 'no-artist' : 'only-id')
  const spotify = ids.flatMap((id) => spotifyId('track', id) ?? [])[0]
  const mbid = ids.flatMap((id) => (/musicbrainz\.org\/track|recording/i.test(id) ? (mbidIn(id) ?? []) : []))[0]
  const isrc = ids.flatMap((id) => isrcIn(id) ?? [])[0]
  const durationMs = amountIn(track.duration)
  into.add({
    artists: [creator],
    ...(title && { track: title }),
    ...(album && { album }),
    ...((spotify ?? mbid ?? isrc) && {
      ids: { ...(spotify && { spotify }), ...(isrc && { isrc }), ...(mbid && { mbid }) },
    }),
    ...(durationMs && { durationMs }),
    playlist,
    ...(addedAt && { addedAt }),
  })
}
