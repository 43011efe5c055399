import type { ArtistGenres, TrackAlias, TrackAudio } from '../store/feature-store.ts'
import type { Profile } from '../taste/listener.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import type { ReadingReport } from './reading-report.ts'

/** What reading a source yields, in the order of the file. */
export type SourceEvent =
  | { readonly kind: 'profile'; readonly profile: Profile }
  | { readonly kind: 'friends'; readonly links: readonly (readonly [ListenerId, ListenerId])[] }
  | { readonly kind: 'genres'; readonly rows: readonly ArtistGenres[] }
  | { readonly kind: 'audio'; readonly rows: readonly TrackAudio[] }
  | { readonly kind: 'aliases'; readonly rows: readonly TrackAlias[] }
  /** A record that could not be read: counted and reported with its place, never fatal, never silent. */
  | { readonly kind: 'broken'; readonly place: string; readonly reason: string }
  /** What was found in the files of one person, in words for them; comes before their profile. */
  | { readonly kind: 'reading'; readonly path: string; readonly report: ReadingReport }
  /** How far the reading is. */
  | { readonly kind: 'progress'; readonly bytes: number; readonly of: number }

/** One kind of place a profile can come from. To add one, see CONTRIBUTING.md. */
export interface Source {
  /** Name for `import --as`. */
  readonly format: string
  /** One line for `import --help`. */
  readonly title: string
  /** Whether a file or folder looks like this source, by content rather than by name. */
  recognises(path: string): Promise<boolean>
  /**
   * Streams it in bounded memory.
   * @throws Problem when nothing of the input can be read (no such columns, not this format, truncated archive).
   */
  read(path: string, options: { now: number }): AsyncIterable<SourceEvent>
}
