import { path, type SpotifyClient } from './client.ts'
import { hasTrack, trackFields } from './entry.ts'
import { SpotifyError } from './errors.ts'
import { shown } from './link.ts'
import { PageCursor } from './pages.ts'
import type { PlaylistInfo } from './playlist-info.ts'
import type { NotReadReason, ReadingBooks } from './reading-report.ts'

/** The paths under which a playlist's contents are found: the one of before 2026, and the one since. */
type Place = 'tracks' | 'items'

const around = 'next,total,limit,offset'
const fieldsOf: Readonly<Record<Place, string>> = {
  tracks: `${around},items(added_at,is_local,track(${trackFields}))`,
  // Older apps find `track` here too.
  items: `${around},items(added_at,is_local,item(${trackFields}),track(${trackFields}))`,
}

/**
 * Reads the entries of one playlist, page by page. Which of the two paths works depends on the app and on who owns the
 * playlist; what worked is remembered for the app.
 */
export class PlaylistContents {
  readonly playlist: PlaylistInfo
  readonly #client: SpotifyClient
  readonly #books: ReadingBooks
  readonly #subject: string
  /** Paths still to try, the one in use first. */
  #places: readonly Place[] = []
  /** Absent before the first page: what other playlists show meanwhile tells which path to begin with. */
  #cursor: PageCursor | undefined
  #filtered = true
  #total: number | undefined
  #restarted = false
  /** Whether it belongs to whoever is signed in. */
  readonly #belongs: boolean

  /** @param signedIn whether the profile is that of the person who is signed in. */
  constructor(client: SpotifyClient, playlist: PlaylistInfo, signedIn: boolean, books: ReadingBooks) {
    this.playlist = playlist
    this.#client = client
    this.#books = books
    this.#subject = `playlist ${shown(playlist.name || playlist.id)}`
    this.#belongs = signedIn && (playlist.relation === 'own' || playlist.collaborative)
  }

  get finished(): boolean {
    return this.#cursor?.finished ?? false
  }

  /** Pages read so far. */
  get pages(): number {
    return this.#cursor?.pages ?? 0
  }

  /**
   * Entries of the next page; `changed` when the playlist changed since the first one, and is read from the beginning.
   * @throws SpotifyError
   */
  async next(signal?: AbortSignal): Promise<readonly unknown[] | 'changed'> {
    const { access } = this.#client
    if (!this.#belongs && access.may('others') === false)
      throw new SpotifyError('development-only', { subject: this.#subject })
    for (;;) {
      this.#cursor ??= this.#begin()
      this.#books.requests++
      try {
        const { items, total } = await this.#cursor.next(signal)
        if (this.#filtered && items.some((entry) => entry !== null) && !items.some(hasTrack)) {
          // This app's answers use other names than the filter knows.
          this.#filtered = false
          this.#cursor = undefined
          continue
        }
        const isOld = this.#places[0] === 'tracks'
        if (!this.#belongs && (isOld || !access.may('tracks-path'))) await access.learn('tracks-path', isOld)
        // Once: a playlist that somebody is editing all the time is read as it is.
        if (this.#total !== undefined && total !== this.#total && !this.#restarted) {
          this.#restarted = true
          this.#total = undefined
          this.#cursor = undefined
          return 'changed'
        }
        this.#total = total
        return items
      } catch (error) {
        const isRefused = error instanceof SpotifyError && error.kind === 'forbidden' && this.pages === 0
        if (!isRefused) throw error
        if (this.#places.length === 1) {
          // Refused under each path: this app reads nobody's playlists but those of who is signed in.
          if (!this.#belongs && access.may('others') === undefined) await access.learn('others', false)
          throw error
        }
        this.#places = this.#places.slice(1)
        this.#cursor = undefined
      }
    }
  }

  /** Why the playlist stays unread after this error; undefined when the error concerns more than this playlist. */
  reasonFor(error: SpotifyError): NotReadReason | undefined {
    switch (error.kind) {
      case 'not-found':
      case 'bad-id':
      case 'bad-request':
        return 'not-found'
      case 'forbidden':
      case 'development-only':
      case 'scope-missing':
        return 'not-permitted'
      case 'server-trouble':
      case 'timed-out':
      case 'broken-answer':
      case 'endless-pages':
      case 'foreign-host':
      case 'unexpected':
        return 'failed'
      default:
        return undefined
    }
  }

  #begin(): PageCursor {
    if (this.#places.length === 0) {
      // The new path is sure to work for what belongs to whoever is signed in; the old one, for everybody's.
      const isNewOnly = this.#client.access.may('tracks-path') === false
      this.#places = this.#belongs || isNewOnly ? ['items'] : ['tracks', 'items']
    }
    const place = this.#places[0]!
    const query = {
      additional_types: 'track,episode',
      ...(this.#filtered && { fields: fieldsOf[place] }),
    }
    const { id } = this.playlist
    const start = place === 'tracks' ? path`/playlists/${id}/tracks` : path`/playlists/${id}/items`
    return new PageCursor(this.#client, { path: start, query, subject: this.#subject })
  }
}
