import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { ArtistIds } from '../../taste/item.ts'
import { normaliseName } from '../../taste/name.ts'
import { type AliasTable, type Ids, resolveAlias } from './aliases.ts'
import { BoundedMap } from './bounded-map.ts'
import { aliasHash } from './schema.ts'
import { StoredAliases } from './stored-aliases.ts'

/** How many names are kept in memory. */
const remembered = 50_000

export interface ArtistFacts {
  readonly name: string
}

export class StoredArtists extends StoredAliases<ArtistFacts> {
  readonly #insert: StatementSync

  constructor(database: DatabaseSync) {
    super(database, 'artist', { schemes: ['spotify', 'mbid'], remembered })
    this.#insert = database.prepare('INSERT INTO artists (hash, key, spotify, mbid, name) VALUES (?, ?, ?, ?, ?)')
  }

  protected override insert(key: string, { spotify, mbid }: Ids, { name }: ArtistFacts): number {
    return Number(this.#insert.run(aliasHash(key), key, spotify ?? null, mbid ?? null, name).lastInsertRowid)
  }
}

/** Names of artists to rows of a table. */
export class ArtistNames {
  readonly #table: AliasTable<ArtistFacts>
  readonly #normalised = new BoundedMap<string, string>(remembered)
  /** Rows by all that was said of an artist with a Spotify id: the same is said in every playlist. */
  readonly #said = new BoundedMap<string, number>(remembered)

  constructor(table: AliasTable<ArtistFacts>) {
    this.#table = table
  }

  /** @returns undefined for a blank name, which means nobody. */
  resolve(name: string, ids?: ArtistIds | null): number | undefined {
    const { spotify, mbid } = ids ?? {}
    const saying = spotify && `${spotify},${mbid ?? ''},${name}`
    const known = saying && this.#said.get(saying)
    if (known) return known
    const normalised = this.normalise(name)
    if (normalised.trim() === '') return undefined
    const row = resolveAlias(this.#table, { spotify, mbid }, `name:${normalised}`, { name })
    if (saying) this.#said.set(saying, row)
    return row
  }

  forget(): void {
    this.#said.clear()
  }

  normalise(name: string): string {
    const known = this.#normalised.get(name)
    if (known !== undefined) return known
    const normalised = normaliseName(name.toWellFormed())
    this.#normalised.set(name, normalised)
    return normalised
  }
}
