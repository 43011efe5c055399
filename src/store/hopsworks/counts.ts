import type { DatabaseSync } from 'node:sqlite'
import { unpackNumbers } from '../sqlite/bytes.ts'
import { References } from '../sqlite/references.ts'
import type { DocumentKeys } from './documents.ts'

/**
 * Keeps the counts of artists and tracks right while documents are replaced: what a document referred to before is taken
 * off, what it refers to now is added. Rows whose counts fall to nothing are left to the documents that remove them.
 */
export class Counts {
  readonly #references: References
  readonly #listeners = new Map<number, number>()
  readonly #uses = new Map<number, number>()
  readonly #tracks = new Map<number, number>()
  readonly #statements

  constructor(database: DatabaseSync) {
    this.#references = new References(database, () => {})
    this.#statements = {
      trackArtists: database.prepare('SELECT artists FROM tracks WHERE n = ?'),
      artist: database.prepare(
        `INSERT INTO artist_counts (artist, listeners, uses) SELECT n, ?2, ?3 FROM artists WHERE n = ?1
         ON CONFLICT (artist) DO UPDATE SET listeners = listeners + ?2, uses = uses + ?3`,
      ),
      track: database.prepare(
        `INSERT INTO track_counts (track, listeners) SELECT n, ?2 FROM tracks WHERE n = ?1
         ON CONFLICT (track) DO UPDATE SET listeners = listeners + ?2`,
      ),
    }
  }

  /** Adds (1) or takes off (-1) what a stored document refers to. */
  count(kind: string, [n]: DocumentKeys, sign: 1 | -1): void {
    if (kind === 'listener') {
      const { artists, used, tracks } = this.#references.of(n as number)
      for (const artist of artists) add(this.#listeners, artist, sign)
      for (const artist of used) add(this.#uses, artist, sign)
      for (const track of tracks) add(this.#tracks, track, sign)
    } else if (kind === 'track') {
      const track = this.#statements.trackArtists.get(n as number) as { artists: Uint8Array } | undefined
      if (track) for (const artist of unpackNumbers(track.artists)) add(this.#uses, artist, sign)
    }
  }

  /** To be called when all documents of a transaction are in. */
  write(): void {
    for (const artist of new Set([...this.#listeners.keys(), ...this.#uses.keys()])) {
      const [listeners, uses] = [this.#listeners.get(artist) ?? 0, this.#uses.get(artist) ?? 0]
      if (listeners !== 0 || uses !== 0) this.#statements.artist.run(artist, listeners, uses)
    }
    for (const [track, listeners] of this.#tracks) if (listeners !== 0) this.#statements.track.run(track, listeners)
    this.forget()
  }

  forget(): void {
    for (const counted of [this.#listeners, this.#uses, this.#tracks]) counted.clear()
  }
}

function add(counted: Map<number, number>, n: number, sign: 1 | -1): void {
  counted.set(n, (counted.get(n) ?? 0) + sign)
}
