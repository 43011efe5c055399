import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Item } from '../../taste/item.ts'
import { normaliseName } from '../../taste/name.ts'
import { type AliasTable, type Ids, resolveAlias } from './aliases.ts'
import type { ArtistNames } from './artists.ts'
import { BoundedMap } from './bounded-map.ts'
import { packNumbers, unpackNumbers } from './bytes.ts'
import { aliasHash } from './schema.ts'
import { StoredAliases } from './stored-aliases.ts'

export interface TrackFacts {
  readonly title?: string | undefined
  /** Numbers of artists, the main one first. */
  readonly artists: readonly number[]
  readonly album?: string | undefined
  readonly year?: number | undefined
}

export class StoredTracks extends StoredAliases<TrackFacts> {
  readonly #insert: StatementSync
  readonly #select: StatementSync
  readonly #update: StatementSync
  readonly #use: StatementSync

  constructor(database: DatabaseSync) {
    super(database, 'track', { schemes: ['spotify', 'isrc', 'mbid'], remembered: 10_000 })
    this.#insert = database.prepare(
      `INSERT INTO tracks (hash, key, spotify, isrc, mbid, title, artists, album, year)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#select = database.prepare('SELECT title, artists, album, year FROM tracks WHERE n = ?')
    this.#update = database.prepare('UPDATE tracks SET title = ?, artists = ?, album = ?, year = ? WHERE n = ?')
    this.#use = database.prepare(
      `INSERT INTO artist_counts (artist, listeners, uses) VALUES (?1, 0, ?2)
       ON CONFLICT (artist) DO UPDATE SET uses = uses + ?2`,
    )
  }

  protected override insert(key: string, ids: Ids, { title, artists, album, year }: TrackFacts): number {
    for (const artist of artists) this.#use.run(artist, 1)
    const columns = [ids.spotify, ids.isrc, ids.mbid, title].map((value) => value ?? null)
    const rest = [packNumbers(artists), album ?? null, year ?? null]
    return Number(this.#insert.run(aliasHash(key), key, ...columns, ...rest).lastInsertRowid)
  }

  /** A longer list of artists replaces a shorter one. */
  override complete(row: number, facts: TrackFacts): void {
    const stored = this.#select.get(row) as {
      title: string | null
      artists: Uint8Array
      album: string | null
      year: number | null
    }
    const artists = unpackNumbers(stored.artists)
    const longer = facts.artists.length > artists.length
    const adds =
      longer ||
      (stored.title === null && facts.title !== undefined) ||
      (stored.album === null && facts.album !== undefined) ||
      (stored.year === null && facts.year !== undefined)
    if (!adds) return
    if (longer) {
      for (const artist of artists) this.#use.run(artist, -1)
      for (const artist of facts.artists) this.#use.run(artist, 1)
    }
    this.#update.run(
      stored.title ?? facts.title ?? null,
      longer ? packNumbers(facts.artists) : stored.artists,
      stored.album ?? facts.album ?? null,
      stored.year ?? facts.year ?? null,
      row,
    )
  }
}

const remembered = 100_000

/** Items to rows of a table of tracks. */
export class TrackNames {
  readonly #table: AliasTable<TrackFacts>
  readonly #artists: ArtistNames
  /** Rows by all that an item said of a track with a Spotify id: most items say what others said before. */
  readonly #said = new BoundedMap<string, number>(remembered)

  constructor(table: AliasTable<TrackFacts>, artists: ArtistNames) {
    this.#table = table
    this.#artists = artists
  }

  /**
   * @param artists rows of the item's artists.
   * @returns undefined for an item that names no track.
   */
  resolve(item: Item, artists: readonly number[]): number | undefined {
    const ids = item.ids ?? {}
    const title = item.track?.trim() ? item.track : undefined
    if (title === undefined && !ids.spotify && !ids.isrc && !ids.mbid) return undefined
    const saying =
      ids.spotify && [ids.spotify, ids.isrc, ids.mbid, title, item.album, item.year, ...item.artists].join()
    const known = saying && this.#said.get(saying)
    if (known) return known
    const facts: TrackFacts = { title, artists, album: item.album, year: item.year }
    const row = resolveAlias(this.#table, ids, this.#name(item.artists[0], title), facts)
    if (saying) this.#said.set(saying, row)
    return row
  }

  forget(): void {
    this.#said.clear()
  }

  #name(artist: string | undefined, title: string | undefined): string | undefined {
    if (!artist || title === undefined) return undefined
    return `name:${this.#artists.normalise(artist)}\u0001${normaliseName(title.toWellFormed())}`
  }
}
