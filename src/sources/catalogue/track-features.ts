import type { TrackAudio } from '../../store/feature-store.ts'
import { spotifyId } from '../spotify-ids.ts'
import { audioOf } from './audio-cells.ts'
import { tableSource } from './table-source.ts'

/** Audio features of tracks by Spotify's id. A feature without a value is left out. */
export const trackFeatures = tableSource<TrackAudio>({
  format: 'catalogue:track-features',
  title: 'audio features of tracks: a table with the columns track_id, danceability, energy and the like',
  columns: ['track_id', 'danceability', 'energy'],
  row(row, provenance) {
    const text = (row.cell('track_id') ?? '').trim()
    const spotify = spotifyId('track', text)
    if (!spotify) return `track_id "${text.slice(0, 40)}" is not the id of a Spotify track`
    const audio = audioOf(row.cell)
    if (typeof audio === 'string') return audio
    return Object.keys(audio).length > 0 ? { ids: { spotify }, audio, provenance } : undefined
  },
  event: (rows) => ({ kind: 'audio', rows }),
})
