import type { TrackAudio } from '../../store/feature-store.ts'
import { type AudioFeatureName, type AudioFeatures, audioFeatureNames } from '../../taste/audio-features.ts'
import type { Row } from '../reading/table.ts'
import { spotifyId } from '../spotify-ids.ts'
import { tableSource } from './table-source.ts'

/** The column of a feature is its name in the Web API. */
const columns = audioFeatureNames.map((name) => [name, name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)])

const shares = { least: 0, most: 1 }
const positive = { least: Number.MIN_VALUE, most: Number.MAX_VALUE }
const ranges: Readonly<Record<AudioFeatureName, { readonly least: number; readonly most: number }>> = {
  danceability: shares,
  energy: shares,
  key: { least: 0, most: 11 },
  loudness: { least: -200, most: 50 },
  mode: shares,
  speechiness: shares,
  acousticness: shares,
  instrumentalness: shares,
  liveness: shares,
  valence: shares,
  tempo: positive,
  durationMs: positive,
  timeSignature: positive,
}
/** How Spotify says that a feature could not be determined. */
const undetermined: Partial<Record<AudioFeatureName, number>> = { key: -1, tempo: 0, durationMs: 0, timeSignature: 0 }

/** Audio features of tracks by Spotify's id. A feature without a value is left out. */
export const trackFeatures = tableSource<TrackAudio>({
  format: 'catalogue:track-features',
  title: 'audio features of tracks: a table with the columns track_id, danceability, energy and the like',
  columns: ['track_id', 'danceability', 'energy'],
  row(row, provenance) {
    const text = (row.cell('track_id') ?? '').trim()
    const spotify = spotifyId('track', text)
    if (!spotify) return `track_id "${text.slice(0, 40)}" is not the id of a Spotify track`
    const audio = audioOf(row)
    if (typeof audio === 'string') return audio
    return Object.keys(audio).length > 0 ? { ids: { spotify }, audio, provenance } : undefined
  },
  event: (rows) => ({ kind: 'audio', rows }),
})

function audioOf(row: Row): AudioFeatures | string {
  const audio: { -readonly [Name in AudioFeatureName]?: number } = {}
  for (const [name, column] of columns as [AudioFeatureName, string][]) {
    const text = row.cell(column)?.trim()
    if (!text) continue
    const value = Number(text)
    if (value === undetermined[name]) continue
    const { least, most } = ranges[name]
    if (!(value >= least && value <= most)) return `${column} can't be "${text.slice(0, 40)}"`
    audio[name] = value
  }
  return audio
}
