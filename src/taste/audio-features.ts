/**
 * How a track sounds, as Spotify's audio features define it (Web API reference, "Get Track's Audio Features").
 * A missing value is absent, never zero.
 */
export interface AudioFeatures {
  /** 0 to 1. */ readonly danceability?: number
  /** 0 to 1. */ readonly energy?: number
  /** Pitch class, 0 = C to 11 = B. */ readonly key?: number
  /** Decibels, typically -60 to 0. */ readonly loudness?: number
  /** 1 = major, 0 = minor. */ readonly mode?: number
  /** 0 to 1. */ readonly speechiness?: number
  /** 0 to 1. */ readonly acousticness?: number
  /** 0 to 1. */ readonly instrumentalness?: number
  /** 0 to 1. */ readonly liveness?: number
  /** 0 to 1. */ readonly valence?: number
  /** Beats per minute. */ readonly tempo?: number
  /** Milliseconds. */ readonly durationMs?: number
  /** Beats per bar. */ readonly timeSignature?: number
}

/** Fixed order of the features in stored vectors and masks; append only. */
export const audioFeatureNames = [
  'danceability',
  'energy',
  'key',
  'loudness',
  'mode',
  'speechiness',
  'acousticness',
  'instrumentalness',
  'liveness',
  'valence',
  'tempo',
  'durationMs',
  'timeSignature',
] as const satisfies readonly (keyof AudioFeatures)[]

export type AudioFeatureName = (typeof audioFeatureNames)[number]
