import type { DatabaseSync } from 'node:sqlite'
import type { PutOutcome } from '../feature-store.ts'
import type { ArtistNames } from './artists.ts'
import type { Barred } from './barred.ts'
import { type ChangeLog, randomKey } from './changes.ts'
import { type PackedEntry, packEntries } from './entries.ts'
import { resolveItem } from './items.ts'
import type { Provenances } from './provenances.ts'
import type { References, Referred } from './references.ts'
import { type PackedTags, packTagged } from './tagged.ts'
import type { TrackNames } from './tracks.ts'
import { digestOf, unpackContent, type WireProfile } from './wire-profile.ts'

interface StoredHead {
  readonly n: number
  readonly key: string
  readonly digest: Uint8Array | null
}

/** Writes whole profiles. */
export class ProfileWriter {
  readonly #artists: ArtistNames
  readonly #tracks: TrackNames
  readonly #references: References
  readonly #provenances: Provenances
  readonly #changes: ChangeLog
  readonly #barred: Barred
  readonly #statements

  constructor(
    database: DatabaseSync,
    parts: {
      readonly artists: ArtistNames
      readonly tracks: TrackNames
      readonly references: References
      readonly provenances: Provenances
      readonly changes: ChangeLog
      readonly barred: Barred
    },
  ) {
    this.#artists = parts.artists
    this.#tracks = parts.tracks
    this.#references = parts.references
    this.#provenances = parts.provenances
    this.#changes = parts.changes
    this.#barred = parts.barred
    this.#statements = {
      find: database.prepare('SELECT n, key, digest FROM listeners WHERE id = ?'),
      renew: database.prepare(
        'UPDATE listeners SET read_at = ?2, expires_at = ?3 WHERE n = ?1 AND expires_at IS NOT NULL',
      ),
      insert: database.prepare(
        `INSERT INTO listeners (id, key, source, read_at, expires_at, findable, show_name, show_tracks, train, digest, name, url)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ),
      update: database.prepare(
        'UPDATE listeners SET source = ?, read_at = ?, expires_at = ?, digest = ?, name = ?, url = ? WHERE n = ?',
      ),
      clearPlaylists: database.prepare('DELETE FROM playlists WHERE listener = ?'),
      addPlaylist: database.prepare(
        'INSERT INTO playlists (listener, position, size, name, entries) VALUES (?, ?, ?, ?, ?)',
      ),
      clearTagged: database.prepare('DELETE FROM tagged WHERE listener = ?'),
      addTagged: database.prepare('INSERT INTO tagged (listener, body) VALUES (?, ?)'),
      clearNotes: database.prepare('DELETE FROM reading_notes WHERE listener = ?'),
      setNotes: database.prepare(
        'INSERT INTO reading_notes (listener, body) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET body = ?2 WHERE body <> ?2',
      ),
    }
  }

  put(profile: WireProfile): PutOutcome {
    const digest = digestOf(profile)
    const { source, readAt, expiresAt } = this.#provenances.store(profile.provenance)
    const head = this.#statements.find.get(profile.id) as StoredHead | undefined
    if ((!head && profile.again) || this.#barred.has(profile.id)) return 'gone'
    if (head?.digest && Buffer.compare(head.digest, digest) === 0) {
      // Content with a date of expiry that was read again may be kept for another while.
      this.#statements.renew.run(head.n, readAt, expiresAt)
      if (profile.notes !== undefined) this.#statements.setNotes.run(head.n, profile.notes)
      return 'unchanged'
    }
    const key = head?.key ?? randomKey()
    const before = head && this.#references.of(head.n)
    const listener = head?.n ?? this.#insert(profile, key, { source, readAt, expiresAt, digest })
    if (head) {
      const { name, url } = profile
      this.#statements.update.run(source, readAt, expiresAt, digest, name ?? null, url ?? null, listener)
      this.#statements.clearPlaylists.run(listener)
      this.#statements.clearTagged.run(listener)
      this.#statements.clearNotes.run(listener)
    }
    if (profile.notes !== undefined) this.#statements.setNotes.run(listener, profile.notes)
    this.#references.change(before, this.#addContent(listener, profile))
    this.#changes.append('profile', key)
    return head ? 'changed' : 'added'
  }

  #insert(
    { id, name, url, consent }: WireProfile,
    key: string,
    row: { source: number; readAt: number; expiresAt: number | null; digest: Uint8Array },
  ): number {
    const { findable, showName, showTracks, train } = consent
    const flags = [findable, showName, showTracks, train].map(Number)
    const { source, readAt, expiresAt, digest } = row
    return Number(
      this.#statements.insert.run(id, key, source, readAt, expiresAt, ...flags, digest, name ?? null, url ?? null)
        .lastInsertRowid,
    )
  }

  #addContent(listener: number, profile: WireProfile): Referred {
    const { items, tagged = [] } = unpackContent(profile)
    const playlists = new Map<string | null, PackedEntry[]>()
    const artists = new Set<number>()
    const tracks = new Set<number>()
    for (const item of items) {
      const entry = resolveItem(item, this.#artists, this.#tracks)
      if (!entry) continue
      for (const artist of entry.artists) artists.add(artist)
      if (entry.track !== undefined) tracks.add(entry.track)
      const name = item.playlist ?? null
      const entries = playlists.get(name)
      if (entries) entries.push(entry)
      else playlists.set(name, [entry])
    }
    let position = 0
    for (const [name, entries] of playlists)
      this.#statements.addPlaylist.run(listener, position++, entries.length, name, packEntries(entries))
    const words: PackedTags[] = []
    for (const { artist, tags } of tagged) {
      const row = this.#artists.resolve(artist)
      if (row !== undefined && tags.length > 0) words.push({ artist: row, tags })
    }
    if (words.length > 0) this.#statements.addTagged.run(listener, packTagged(words))
    return { artists, used: new Set([...artists, ...words.map(({ artist }) => artist)]), tracks }
  }
}
