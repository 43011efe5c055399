import { audioFeatureNames } from '../../taste/audio-features.ts'
import { columnsNamed, type TableHead } from '../export/table-file.ts'

/** Where in a row of Exportify's tables something stands. */
export type ExportifyColumns = { readonly [name in keyof typeof spellings]?: number } & {
  readonly uri: number
  readonly artists: number
  /** Column of an audio feature, named as in the Web API. */
  readonly audio: ReadonlyMap<string, number>
  /** Joins names with ", " and writes a comma in a name as "\,". */
  readonly escapes: boolean
}

/** Of both forks, of today and before. */
const spellings = {
  uri: ['track uri', 'track id', 'spotify id', 'spotify uri', 'track url', 'uri'],
  track: ['track name', 'name', 'title', 'song'],
  artistIds: ['artist uri(s)', 'artist ids', 'artist id(s)', 'artist uris'],
  artists: ['artist name(s)', 'artist names', 'artist name', 'artists', 'artist'],
  album: ['album name', 'album'],
  date: ['album release date', 'release date'],
  ms: ['track duration (ms)', 'duration (ms)', 'track duration', 'duration'],
  explicit: ['explicit'],
  isrc: ['isrc', 'track isrc'],
  addedAt: ['added at', 'added date'],
  genres: ['artist genres', 'genres'],
} as const

const features = audioFeatureNames.filter((name) => name !== 'durationMs').map(snakeCase)

/**
 * Finds the columns by their names; where these are translated, by what the first rows hold: ids, dates, and the order,
 * which is the same in every language. Undefined for another table.
 */
export function exportifyColumns({ header, rows }: TableHead): ExportifyColumns | undefined {
  const named = columnsNamed(header, spellings)
  const { uri, artists, track, album } = named
  const told = ['added at', 'added by', 'popularity', 'danceability', 'genres', 'artist genres'].filter((name) =>
    header.includes(name),
  )
  if (uri !== undefined && artists !== undefined && track !== undefined && album !== undefined && told.length > 0) {
    const audio = features.map((name) => [name, header.indexOf(name.replaceAll('_', ' '))] as const)
    return {
      ...named,
      uri,
      artists,
      audio: new Map(audio.filter(([, at]) => at >= 0)),
      escapes: header.includes('artist uri(s)'),
    }
  }
  return translatedColumns(header, rows)
}

/** Columns of the first fork before "added at", in its order; what follows depends on what its user wanted. */
const base = { uri: 0, track: 1, artistIds: 2, artists: 3, album: 5, date: 8, ms: 12, explicit: 14, isrc: 16 } as const
const usualAddedAt = 18

function translatedColumns(header: readonly string[], rows: TableHead['rows']): ExportifyColumns | undefined {
  const holds = (at: number, form: RegExp) => rows.some((cells) => form.test(cells[at] ?? ''))
  if (
    header.length <= usualAddedAt ||
    !holds(0, /^spotify:track:/) ||
    !holds(2, /^spotify:artist:/) ||
    !holds(4, /^spotify:album:/)
  )
    return undefined
  const dated = header.findIndex((_, at) => at > base.isrc && holds(at, /^\d{4}-\d\d-\d\dT/))
  const addedAt = dated < 0 ? usualAddedAt : dated
  const rest = header.length - addedAt - 1
  // Behind it: one column of genres, twelve of audio features, three of the album, each group or not.
  const genres = [1, 4, 13, 16].includes(rest) ? addedAt + 1 : undefined
  const first = (genres ?? addedAt) + 1
  const audio = rest >= features.length ? features.map((name, i) => [name, first + i] as const) : []
  return { ...base, addedAt, ...(genres !== undefined && { genres }), audio: new Map(audio), escapes: true }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
