import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { AudioFeatures } from '../../taste/audio-features.ts'
import type { TrackIds } from '../../taste/item.ts'
import type { ArtistGenres, CatalogueAnswer, TrackAlias, TrackAudio } from '../feature-store.ts'
import { type AliasTable, resolveAlias } from './aliases.ts'
import type { ArtistNames } from './artists.ts'
import { packAudio } from './audio.ts'
import type { ChangeLog } from './changes.ts'
import type { Provenances, StoredProvenance } from './provenances.ts'
import { aliasHash } from './schema.ts'
import type { TrackFacts } from './tracks.ts'

interface StoredAudio {
  readonly audio: Uint8Array | null
  readonly source: number
  readonly readAt: number
  readonly expiresAt: number | null
  readonly borrowed: number
}

/** What is known of an artist or track that somebody was asked about. */
interface AnsweredRow {
  readonly n: number
  readonly missing: number
  readonly source: number | null
  readonly expiresAt: number | null
}

/** Length of packed audio features of which there is nothing but the mask. */
const nothingTold = 2

/**
 * Writes what tables and services tell about artists and tracks. Where one reading of a source tells twice about one
 * artist or track, the first counts; a newer reading replaces an older one. So reading a table again changes nothing.
 */
export class CatalogueWriter {
  readonly #artists: ArtistNames
  readonly #tracks: AliasTable<TrackFacts>
  readonly #provenances: Provenances
  readonly #changes: ChangeLog
  readonly #statements

  constructor(
    database: DatabaseSync,
    parts: {
      readonly artists: ArtistNames
      readonly tracks: AliasTable<TrackFacts>
      readonly provenances: Provenances
      readonly changes: ChangeLog
    },
  ) {
    this.#artists = parts.artists
    this.#tracks = parts.tracks
    this.#provenances = parts.provenances
    this.#changes = parts.changes
    this.#statements = {
      genres: database.prepare(
        `SELECT genres, genres_source AS source, genres_read_at AS readAt FROM artists WHERE n = ?`,
      ),
      setGenres: database.prepare(
        `UPDATE artists SET genres = ?, genres_source = ?, genres_read_at = ?, genres_expire_at = ? WHERE n = ?`,
      ),
      audio: database.prepare(
        `SELECT audio, audio_source AS source, audio_read_at AS readAt, audio_expires_at AS expiresAt,
           audio_borrowed AS borrowed FROM tracks WHERE n = ?`,
      ),
      setAudio: database.prepare(
        `UPDATE tracks SET audio = ?, audio_source = ?, audio_read_at = ?, audio_expires_at = ?, audio_borrowed = ?
         WHERE n = ?`,
      ),
      artist: database.prepare(
        `SELECT n, genres IS NULL AS missing, genres_source AS source, genres_expire_at AS expiresAt FROM artists
         WHERE hash = ? AND key = ?`,
      ),
      track: database.prepare(
        `SELECT n, audio IS NULL AS missing, audio_source AS source, audio_expires_at AS expiresAt FROM tracks
         WHERE hash = ? AND key = ?`,
      ),
      askedArtist: database.prepare(
        `INSERT INTO artist_asks (artist, source, asked_at, again_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET asked_at = ?3, again_at = ?4`,
      ),
      askedTrack: database.prepare(
        `INSERT INTO track_asks (track, source, asked_at, again_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET asked_at = ?3, again_at = ?4`,
      ),
    }
  }

  putArtistGenres(rows: readonly ArtistGenres[]): number {
    return this.#count(rows, (row) => this.#putGenres(row))
  }

  putTrackAudio(rows: readonly TrackAudio[]): number {
    return this.#count(rows, (row) => this.#putAudio(row))
  }

  putTrackAliases(rows: readonly TrackAlias[]): number {
    return this.#count(rows, (row) => this.#putAlias(row))
  }

  putGenreAnswers(rows: readonly CatalogueAnswer<readonly string[]>[]): number {
    const { artist, askedArtist } = this.#statements
    return this.#count(rows, (row) =>
      this.#answer(row, artist, askedArtist, (n, genres, { source, readAt, expiresAt }) => {
        const words = cleaned(genres)
        return words.length > 0 && this.#setGenres(n, words, { source, readAt, expiresAt })
      }),
    )
  }

  putAudioAnswers(rows: readonly CatalogueAnswer<AudioFeatures>[]): number {
    const { track, askedTrack } = this.#statements
    return this.#count(rows, (row) =>
      this.#answer(row, track, askedTrack, (n, audio, provenance) => {
        const bytes = packAudio(audio)
        return bytes.length > nothingTold && this.#setAudio(n, bytes, provenance, false)
      }),
    )
  }

  /** Writes down that a source was asked, and what it told where nobody else has. */
  #answer<T>(
    { key, value, provenance, askAgainAt }: CatalogueAnswer<T>,
    find: StatementSync,
    asked: StatementSync,
    set: (row: number, value: T, provenance: StoredProvenance) => boolean,
  ): boolean {
    const row = find.get(aliasHash(key), key) as unknown as AnsweredRow | undefined
    if (!row) return false
    const stored = this.#provenances.store(provenance)
    const { source, readAt, expiresAt } = stored
    asked.run(row.n, source, readAt, value === undefined ? askAgainAt : Math.min(askAgainAt, expiresAt ?? Infinity))
    const isOpen = row.missing || row.source === source || (row.expiresAt !== null && row.expiresAt <= readAt)
    return value !== undefined && isOpen ? set(row.n, value, stored) : false
  }

  #count<T>(rows: readonly T[], changes: (row: T) => boolean): number {
    let changed = 0
    for (const row of rows) if (changes(row)) changed++
    if (changed > 0) this.#changes.append('catalogue')
    return changed
  }

  #putGenres({ name, ids, genres, provenance }: ArtistGenres): boolean {
    const words = cleaned(genres)
    const artist = words.length > 0 ? this.#artists.resolve(name, ids) : undefined
    return artist !== undefined && this.#setGenres(artist, words, this.#provenances.store(provenance))
  }

  #setGenres(artist: number, words: readonly string[], { source, readAt, expiresAt }: StoredProvenance): boolean {
    const json = JSON.stringify(words)
    const stored = this.#statements.genres.get(artist) as { genres: string | null; source: number; readAt: number }
    if (stored.genres !== null && stored.source === source && stored.readAt === readAt) return false
    this.#statements.setGenres.run(json, source, readAt, expiresAt, artist)
    return stored.genres !== json || stored.source !== source
  }

  #putAudio({ ids, audio, provenance }: TrackAudio): boolean {
    const bytes = packAudio(audio)
    if (bytes.length === nothingTold || !named(ids)) return false
    return this.#setAudio(this.#track(ids), bytes, this.#provenances.store(provenance), false)
  }

  #putAlias({ ids, soundsLike }: TrackAlias): boolean {
    if (!named(ids) || !named(soundsLike)) return false
    const target = this.#known(soundsLike)
    const lent = target !== undefined && (this.#statements.audio.get(target) as unknown as StoredAudio)
    if (!lent || lent.audio === null) return false
    const track = this.#track(ids)
    if (track === target) return false
    const own = this.#statements.audio.get(track) as unknown as StoredAudio
    if (own.audio !== null && !own.borrowed) return false
    return this.#setAudio(track, lent.audio, lent, true)
  }

  #setAudio(
    track: number,
    bytes: Uint8Array,
    { source, readAt, expiresAt }: { source: number; readAt: number; expiresAt: number | null },
    borrowed: boolean,
  ): boolean {
    const stored = this.#statements.audio.get(track) as unknown as StoredAudio
    const sameReading = stored.source === source && stored.readAt === readAt
    // What is measured on the track itself goes before what is borrowed.
    if (stored.audio !== null && sameReading && stored.borrowed === Number(borrowed)) return false
    this.#statements.setAudio.run(bytes, source, readAt, expiresAt, Number(borrowed), track)
    return stored.audio === null || Buffer.compare(stored.audio, bytes) !== 0 || stored.source !== source
  }

  #track(ids: TrackIds): number {
    return resolveAlias(this.#tracks, ids, undefined, { artists: [] })
  }

  #known({ spotify, isrc, mbid }: TrackIds): number | undefined {
    for (const alias of [spotify && `spotify:${spotify}`, isrc && `isrc:${isrc}`, mbid && `mbid:${mbid}`]) {
      const row = alias ? this.#tracks.find(alias)[0] : undefined
      if (row !== undefined) return row
    }
    return undefined
  }
}

const named = ({ spotify, isrc, mbid }: TrackIds) => Boolean(spotify || isrc || mbid)

/** Lower case, each once. */
function cleaned(genres: readonly string[]): readonly string[] {
  return [...new Set(genres.map((genre) => genre.trim().toLowerCase()))].filter((genre) => genre !== '')
}
