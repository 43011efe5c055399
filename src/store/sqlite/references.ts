import type { DatabaseSync } from 'node:sqlite'
import { unpackNumbers } from './bytes.ts'
import { unpackEntries } from './entries.ts'
import { unpackTagged } from './tagged.ts'

/** Artists and tracks that one listener's rows refer to. */
export interface Referred {
  /** By items: these count for the document frequency. */
  readonly artists: ReadonlySet<number>
  /** By items or by tags. */
  readonly used: ReadonlySet<number>
  readonly tracks: ReadonlySet<number>
}

const nothing: Referred = { artists: new Set(), used: new Set(), tracks: new Set() }

/**
 * Counts how many listeners refer to each artist and track, and removes those that nobody refers to any more: a rare
 * artist or title could tell who was here. What a catalogue table has told about (genres, audio features) stays.
 */
export class References {
  readonly #statements
  readonly #onRemoval: () => void

  /** @param onRemoval called when rows are gone, for whoever keeps their numbers in memory. */
  constructor(database: DatabaseSync, onRemoval: () => void) {
    this.#onRemoval = onRemoval
    this.#statements = {
      entries: database.prepare('SELECT entries FROM playlists WHERE listener = ?'),
      tagged: database.prepare('SELECT body FROM tagged WHERE listener = ?'),
      countArtist: database.prepare(
        `INSERT INTO artist_counts (artist, listeners, uses) VALUES (?1, ?2, ?3)
         ON CONFLICT (artist) DO UPDATE SET listeners = listeners + ?2, uses = uses + ?3`,
      ),
      countTrack: database.prepare(
        `INSERT INTO track_counts (track, listeners) VALUES (?1, ?2)
         ON CONFLICT (track) DO UPDATE SET listeners = listeners + ?2`,
      ),
      trackArtists: database.prepare('SELECT artists FROM tracks WHERE n = ?'),
      dropTrack: database.prepare(
        `DELETE FROM tracks WHERE n = ?1 AND audio IS NULL
         AND (SELECT listeners FROM track_counts WHERE track = ?1) <= 0`,
      ),
      dropArtist: database.prepare(
        `DELETE FROM artists WHERE n = ?1 AND genres IS NULL
         AND (SELECT uses FROM artist_counts WHERE artist = ?1) <= 0`,
      ),
    }
  }

  of(listener: number): Referred {
    const artists = new Set<number>()
    const tracks = new Set<number>()
    for (const { entries } of this.#statements.entries.all(listener) as { entries: Uint8Array }[])
      for (const entry of unpackEntries(entries)) {
        for (const artist of entry.artists) artists.add(artist)
        if (entry.track !== undefined) tracks.add(entry.track)
      }
    const tagged = this.#statements.tagged.get(listener) as { body: Uint8Array } | undefined
    const used = tagged ? new Set([...artists, ...unpackTagged(tagged.body).map(({ artist }) => artist)]) : artists
    return { artists, used, tracks }
  }

  /** The references of one listener have changed. */
  change(before: Referred = nothing, after: Referred = nothing): void {
    for (const artist of new Set([...before.used, ...after.used])) {
      const listeners = Number(after.artists.has(artist)) - Number(before.artists.has(artist))
      const uses = Number(after.used.has(artist)) - Number(before.used.has(artist))
      if (listeners !== 0 || uses !== 0) this.#statements.countArtist.run(artist, listeners, uses)
    }
    for (const track of after.tracks) if (!before.tracks.has(track)) this.#statements.countTrack.run(track, 1)
    const lostTracks = [...before.tracks].filter((track) => !after.tracks.has(track))
    const lostArtists = [...before.used].filter((artist) => !after.used.has(artist))
    if (lostTracks.length + lostArtists.length > 0) this.#drop(lostTracks, lostArtists)
  }

  #drop(tracks: readonly number[], artists: readonly number[]): void {
    const loose = new Set(artists)
    let removed = 0
    for (const track of tracks) {
      this.#statements.countTrack.run(track, -1)
      const credits = this.#statements.trackArtists.get(track) as { artists: Uint8Array }
      const gone = Number(this.#statements.dropTrack.run(track).changes)
      if (gone === 0) continue
      removed += gone
      for (const artist of unpackNumbers(credits.artists)) {
        this.#statements.countArtist.run(artist, 0, -1)
        loose.add(artist)
      }
    }
    for (const artist of loose) removed += Number(this.#statements.dropArtist.run(artist).changes)
    if (removed > 0) this.#onRemoval()
  }
}
