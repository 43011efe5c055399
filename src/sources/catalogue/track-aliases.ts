import type { TrackAlias } from '../../store/feature-store.ts'
import { spotifyId } from '../spotify-ids.ts'
import { tableSource } from './table-source.ts'

/** Ids of the same recording: the first sounds like the second, whose audio features are known. */
export const trackAliases = tableSource<TrackAlias>({
  format: 'catalogue:track-aliases',
  title: 'ids of the same recording: a table with the columns mpd_track_id and feature_track_id',
  columns: ['mpd_track_id', 'feature_track_id'],
  row(row, provenance) {
    const ids: string[] = []
    for (const column of ['mpd_track_id', 'feature_track_id']) {
      const text = (row.cell(column) ?? '').trim()
      const id = spotifyId('track', text)
      if (!id) return `${column} "${text.slice(0, 40)}" is not the id of a Spotify track`
      ids.push(id)
    }
    const [own, other] = ids as [string, string]
    return own === other ? undefined : { ids: { spotify: own }, soundsLike: { spotify: other }, provenance }
  },
  event: (rows) => ({ kind: 'aliases', rows }),
})
