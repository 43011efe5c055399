import type { Collector } from './collector.ts'
import type { ExportFile, Head } from './export-file.ts'

/** Reads one kind of file of a service. */
export interface FileReader {
  /** What the file is, in words for its owner: "playlists", "listening history". */
  readonly what: string
  /** Readers of a lower number go first; 0 when absent. */
  readonly order?: number
  /** Whether a file is of this kind, by what it begins with. */
  recognises(head: Head): boolean
  /**
   * Streams the file into the collector, in bounded memory. Rows that can't be read are told to the collector.
   * @throws Problem when the file is not of this kind after all.
   */
  read(file: ExportFile, into: Collector, options: ReadOptions): Promise<void>
}

/** A service or tool whose exports can be read. */
export interface ExportFormat {
  /** Name for `import --as`. */
  readonly format: string
  /** One line for help. */
  readonly title: string
  readonly readers: readonly FileReader[]
}

export interface ReadOptions {
  /** For a plain table: which column holds what. */
  readonly columns?: ColumnMatch
}

/** What a column of a plain table may hold. */
export const columnMeanings = [
  'artist',
  'track',
  'album',
  'playlist',
  'plays',
  'added',
  'played',
  'ms',
  'isrc',
  'spotify',
  'mbid',
] as const
export type ColumnMeaning = (typeof columnMeanings)[number]

/** Which column of a plain table holds what, counted from 1. */
export type ColumnMatch = { readonly [meaning in ColumnMeaning]?: number } & { readonly artist: number }
