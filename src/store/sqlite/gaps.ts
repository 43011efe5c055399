import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { ArtistGap, GapPage, GapQuery, TrackGap } from '../feature-store.ts'
import { unpackNumbers } from './bytes.ts'
import { aliasHash } from './schema.ts'

interface GapRow {
  readonly n: number
  readonly key: string
  readonly listeners: number
  /** Of all rows, not only those within the limit. */
  readonly total: number
  /** JSON. */
  readonly asked: string
  readonly renews: string | null
  readonly name: string | null
  readonly spotify: string | null
  readonly isrc: string | null
  readonly mbid: string | null
}

interface Table {
  readonly kind: 'artist' | 'track'
  /** Columns of what is missing, without `_source`, `_expires_at`. */
  readonly value: string
  readonly expiry: string
  readonly columns: string
  /** What else must hold for anybody to be able to tell. */
  readonly condition: string
}

const artists: Table = {
  kind: 'artist',
  value: 'genres',
  expiry: 'genres_expire_at',
  columns: 't.name, t.spotify, NULL AS isrc, t.mbid',
  condition: 'TRUE',
}
const tracks: Table = {
  kind: 'track',
  value: 'audio',
  expiry: 'audio_expires_at',
  columns: 'NULL AS name, t.spotify, t.isrc, t.mbid',
  condition: 'coalesce(t.spotify, t.isrc, t.mbid) IS NOT NULL',
}

const pageOfGaps = 1000

/** Finds what is missing in the catalogue, in the order of how many listeners have it. */
export class GapReader {
  readonly #recordings: StatementSync
  readonly #artists: Statements
  readonly #tracks: Statements

  constructor(database: DatabaseSync) {
    this.#artists = statements(database, artists)
    this.#recordings = database.prepare(
      'SELECT artists, isrc, mbid FROM tracks WHERE isrc IS NOT NULL OR mbid IS NOT NULL ORDER BY n',
    )
    this.#tracks = statements(database, tracks)
  }

  artists(query: GapQuery): GapPage<ArtistGap> {
    const withoutIds = new Set<number>()
    const page = read(this.#artists, query, ({ n, name, spotify, mbid }) => {
      if (spotify === null && mbid === null) withoutIds.add(n)
      return { n, name: name as string, ids: { ...(spotify !== null && { spotify }), ...(mbid !== null && { mbid }) } }
    })
    const recordings = this.#recordingsOf(withoutIds)
    return {
      ...page,
      rows: page.rows.map(({ n, ...row }) => {
        const recording = recordings.get(n)
        return recording ? { ...row, recording } : row
      }),
    }
  }

  /** One track of each artist. There is no index by artist: all are looked through, which takes less than asking about one. */
  #recordingsOf(wanted: ReadonlySet<number>): ReadonlyMap<number, NonNullable<ArtistGap['recording']>> {
    const found = new Map<number, NonNullable<ArtistGap['recording']>>()
    if (wanted.size === 0) return found
    for (const row of this.#recordings.iterate()) {
      const { artists, isrc, mbid } = row as unknown as {
        artists: Uint8Array
        isrc: string | null
        mbid: string | null
      }
      const [main] = unpackNumbers(artists)
      if (main === undefined || !wanted.has(main) || found.has(main)) continue
      found.set(main, { ...(isrc !== null && { isrc }), ...(mbid !== null && { mbid }) })
      if (found.size === wanted.size) break
    }
    return found
  }

  tracks(query: GapQuery): GapPage<TrackGap> {
    return read(this.#tracks, query, ({ spotify, isrc, mbid }) => ({
      ids: {
        ...(spotify !== null && { spotify }),
        ...(isrc !== null && { isrc }),
        ...(mbid !== null && { mbid }),
      },
    }))
  }
}

interface Statements {
  readonly all: StatementSync
  readonly only: StatementSync
}

function statements(database: DatabaseSync, { kind, value, expiry, columns, condition }: Table): Statements {
  const query = (from: string) =>
    database.prepare(
      `SELECT t.n, t.key, c.listeners, ${columns}, count(*) OVER () AS total,
         (SELECT json_group_array(s.source) FROM ${kind}_asks k JOIN sources s ON s.n = k.source
          WHERE k.${kind} = t.n AND k.again_at > :now AND s.source IN (SELECT value FROM json_each(:sources))) AS asked,
         CASE WHEN t.${value} IS NOT NULL AND coalesce(t.${expiry} > :now, TRUE) THEN own.source END AS renews
       FROM ${from} LEFT JOIN sources own ON own.n = t.${value}_source
       WHERE c.listeners > 0 AND (c.listeners < :listeners OR (c.listeners = :listeners AND t.n > :n)) AND ${condition}
         AND (t.${value} IS NULL OR t.${expiry} <= :now OR EXISTS (
           SELECT 1 FROM ${kind}_asks k WHERE k.${kind} = t.n AND k.source = own.n AND k.again_at <= :now
             AND own.source IN (SELECT value FROM json_each(:sources))))
         AND (SELECT count(DISTINCT s.source) FROM ${kind}_asks k JOIN sources s ON s.n = k.source
              WHERE k.${kind} = t.n AND k.again_at > :now AND s.source IN (SELECT value FROM json_each(:sources)))
             < json_array_length(:sources)
       ORDER BY c.listeners DESC, t.n LIMIT :limit`,
    )
  return {
    all: query(`${kind}_counts c CROSS JOIN ${kind}s t ON t.n = c.${kind}`),
    only: query(
      `(SELECT k.n FROM json_each(:only) o CROSS JOIN ${kind}s k ON k.hash = o.value ->> 0 AND k.key = o.value ->> 1
        UNION SELECT a.${kind} FROM json_each(:only) o
        CROSS JOIN ${kind}_aliases a ON a.hash = o.value ->> 0 AND a.alias = o.value ->> 1
        WHERE a.alias NOT GLOB 'name:*') o
       CROSS JOIN ${kind}s t ON t.n = o.n CROSS JOIN ${kind}_counts c ON c.${kind} = t.n`,
    ),
  }
}

function read<T>(
  { all, only: some }: Statements,
  { sources, now, only, after, limit = pageOfGaps }: GapQuery,
  about: (row: GapRow) => T,
): GapPage<T & Pick<ArtistGap, 'key' | 'listeners' | 'asked' | 'renews'>> {
  const [listeners, n] = after === undefined ? [Number.MAX_SAFE_INTEGER, 0] : after.split(' ').map(Number)
  const given = { sources: JSON.stringify(sources), now, listeners: listeners!, n: n!, limit }
  const pairs = only && JSON.stringify([...new Set(only)].map((key) => [aliasHash(key), key]))
  const found = (pairs === undefined ? all.all(given) : some.all({ ...given, only: pairs })) as unknown as GapRow[]
  const last = found.at(-1)
  return {
    rows: found.map((row) => ({
      key: row.key,
      listeners: row.listeners,
      asked: JSON.parse(row.asked) as string[],
      ...(row.renews !== null && { renews: row.renews }),
      ...about(row),
    })),
    total: last?.total ?? 0,
    ...(found.length === limit && last && { next: `${last.listeners} ${last.n}` }),
  }
}
