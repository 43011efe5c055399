import { type AudioFeatureName, type AudioFeatures, audioFeatureNames } from '../../taste/audio-features.ts'

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

/**
 * Audio features from the cells of a row; one without a value is left out.
 * @param cell the cell of a column, named as in the Web API
 * @returns a text that says which cell can't be
 */
export function audioOf(cell: (column: string) => string | undefined): AudioFeatures | string {
  const audio: { -readonly [Name in AudioFeatureName]?: number } = {}
  for (const [name, column] of columns as [AudioFeatureName, string][]) {
    const text = cell(column)?.trim()
    if (!text) continue
    const value = Number(text)
    if (value === undetermined[name]) continue
    const { least, most } = ranges[name]
    if (!(value >= least && value <= most)) return `${column} can't be "${text.slice(0, 40)}"`
    audio[name] = value
  }
  return audio
}
