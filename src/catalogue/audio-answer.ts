import { asNumber, type Fields } from '../spotify/shape.ts'
import { type AudioFeatureName, type AudioFeatures, audioFeatureNames } from '../taste/audio-features.ts'

const share = { least: 0, most: 1 }
/** What a value of each feature can be; what is outside of it was not measured. */
const ranges: Partial<Readonly<Record<AudioFeatureName, { readonly least: number; readonly most: number }>>> = {
  danceability: share,
  energy: share,
  key: { least: 0, most: 11 },
  loudness: { least: -200, most: 50 },
  mode: share,
  speechiness: share,
  acousticness: share,
  instrumentalness: share,
  liveness: share,
  valence: share,
  tempo: { least: 1, most: 1000 },
}

/** Audio features as a service sends them, under the names that the Web API gave them; undefined when there are none. */
export function audioFrom(fields: Fields): AudioFeatures | undefined {
  const known = audioFeatureNames.flatMap((name): [string, number][] => {
    const range = ranges[name]
    const value = asNumber(fields[name])
    return range && value !== undefined && value >= range.least && value <= range.most ? [[name, value]] : []
  })
  return known.length > 0 ? Object.fromEntries(known) : undefined
}
