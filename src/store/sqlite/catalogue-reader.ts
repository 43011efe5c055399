import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Artist } from '../../taste/artist.ts'
import type { Origin, Provenance } from '../../taste/provenance.ts'
import type { Track } from '../../taste/track.ts'
import type { Purpose } from '../feature-store.ts'
import { allows, type PolicySettings } from '../policy.ts'
import { unpackAudio } from './audio.ts'
import { BoundedMap } from './bounded-map.ts'
import { unpackNumbers } from './bytes.ts'
import type { KeyList } from './packed.ts'
import { aliasHash } from './schema.ts'

interface ProvenanceColumns {
  readonly origin: Origin
  readonly source: string
  readonly readAt: number
  readonly expiresAt: number | null
}

interface ArtistRow extends ProvenanceColumns {
  readonly name: string
  readonly listeners: number | null
  readonly genres: string | null
}

interface TrackRow extends ProvenanceColumns {
  readonly title: string | null
  readonly artists: Uint8Array
  readonly album: string | null
  readonly year: number | null
  readonly spotify: string | null
  readonly isrc: string | null
  readonly mbid: string | null
  readonly audio: Uint8Array | null
}

const remembered = 200_000

/** Reads artists and tracks. */
export class CatalogueReader {
  readonly #artist: StatementSync
  readonly #track: StatementSync
  readonly #settings: PolicySettings
  readonly #keys: { readonly [kind in 'artists' | 'tracks']: StatementSync }
  /** Keys by number: neither ever changes. */
  readonly #known = {
    artists: new BoundedMap<number, string>(remembered),
    tracks: new BoundedMap<number, string>(remembered),
  }

  constructor(database: DatabaseSync, settings: PolicySettings) {
    this.#settings = settings
    this.#artist = database.prepare(
      `SELECT a.name, c.listeners, a.genres, s.origin, s.source, a.genres_read_at AS readAt, a.genres_expire_at AS expiresAt
       FROM artists a LEFT JOIN artist_counts c ON c.artist = a.n LEFT JOIN sources s ON s.n = a.genres_source
       WHERE a.hash = ? AND a.key = ?`,
    )
    this.#track = database.prepare(
      `SELECT t.title, t.artists, t.album, t.year, t.spotify, t.isrc, t.mbid, t.audio, s.origin, s.source,
         t.audio_read_at AS readAt, t.audio_expires_at AS expiresAt
       FROM tracks t LEFT JOIN sources s ON s.n = t.audio_source WHERE t.hash = ? AND t.key = ?`,
    )
    this.#keys = {
      artists: database.prepare('SELECT n, key FROM artists WHERE n IN (SELECT value FROM json_each(?))'),
      tracks: database.prepare('SELECT n, key FROM tracks WHERE n IN (SELECT value FROM json_each(?))'),
    }
    for (const statement of Object.values(this.#keys)) statement.setReturnArrays(true)
  }

  artists(keys: readonly string[], purpose: Purpose, now: number): (Artist | undefined)[] {
    return keys.map((key) => {
      const row = this.#artist.get(aliasHash(key), key) as ArtistRow | undefined
      if (!row) return undefined
      const { name, listeners, genres } = row
      return {
        key,
        name,
        listeners: listeners ?? 0,
        ...(genres !== null &&
          this.#isUsable(row, purpose, now) && {
            genres: { value: JSON.parse(genres), provenance: provenanceOf(row) },
          }),
      }
    })
  }

  tracks(keys: readonly string[], purpose: Purpose, now: number): (Track | undefined)[] {
    return keys.map((key) => {
      const row = this.#track.get(aliasHash(key), key) as TrackRow | undefined
      if (!row) return undefined
      const { title, album, year, spotify, isrc, mbid, audio } = row
      return {
        key,
        ...(title !== null && { title }),
        artists: this.keyList('artists', unpackNumbers(row.artists)).keys,
        ...(album !== null && { album }),
        ...(year !== null && { year }),
        ids: {
          ...(spotify !== null && { spotify }),
          ...(isrc !== null && { isrc }),
          ...(mbid !== null && { mbid }),
        },
        ...(audio !== null &&
          this.#isUsable(row, purpose, now) && {
            audio: { value: unpackAudio(audio), provenance: provenanceOf(row) },
          }),
      }
    })
  }

  /** Whether the policy table and its age allow the value to be used; what is stored may always be kept and shown. */
  #isUsable({ origin, expiresAt }: ProvenanceColumns, purpose: Purpose, now: number): boolean {
    if (purpose === 'keep') return true
    return allows(origin, purpose, this.#settings) && (expiresAt === null || expiresAt > now)
  }

  /** Many keys in one query: half as much work as one query for each. */
  keyList(kind: 'artists' | 'tracks', numbers: Iterable<number>): KeyList {
    const list = [...numbers]
    const known = this.#known[kind]
    const keys = new Map<number, string>()
    const asked: number[] = []
    for (const n of list) {
      const key = known.get(n)
      if (key === undefined) asked.push(n)
      else keys.set(n, key)
    }
    const rows = asked.length > 0 ? this.#keys[kind].all(JSON.stringify(asked)) : []
    for (const [n, key] of rows as unknown as [number, string][]) {
      keys.set(n, key)
      known.set(n, key)
    }
    return { numbers: list, keys: list.map((n) => keys.get(n) as string) }
  }
}

function provenanceOf({ origin, source, readAt, expiresAt }: ProvenanceColumns): Provenance {
  return { origin, source, readAt, ...(expiresAt !== null && { expiresAt }) }
}
