import { stat } from 'node:fs/promises'
import { pseudonymousConsent } from '../../taste/consent.ts'
import type { Item } from '../../taste/item.ts'
import type { Profile, Tagged } from '../../taste/listener.ts'
import type { ListenerId } from '../../taste/listener-id.ts'
import { Problem } from '../../taste/problem.ts'
import type { Provenance } from '../../taste/provenance.ts'
import { fileEvents } from '../reading/file-events.ts'
import { type Row, readTable } from '../reading/table.ts'
import type { Source, SourceEvent } from '../source.ts'
import { columnsOfTable, findTables, type TableName, type TablePaths } from './tables.ts'

/** The HetRec 2011 Last.fm 2K set: top artists with plays, tags and friend links of listeners known by a number. */
export const lastfm2k: Source = {
  format: 'lastfm-2k',
  title: 'the folder of HetRec 2011 Last.fm 2K (user_artists.dat, artists.dat and the others)',
  async recognises(path) {
    return (await findTables(path)).plays !== undefined
  },
  async *read(path, { now }) {
    const paths = await findTables(path)
    if (!paths.plays || !paths.artists) {
      const missing = paths.plays ? 'artists.dat (id, name)' : 'user_artists.dat (userID, artistID, weight)'
      throw new Problem(`"${path}" has no table like ${missing}`, { do: 'unpack hetrec2011-lastfm-2k.zip there' })
    }
    yield* new LastfmReader(paths, now).events()
  },
}

/** The set is small (2 MB of plays): it is gathered in memory, so that the order of the rows does not matter. */
class LastfmReader {
  readonly #paths: TablePaths
  readonly #provenance: Provenance
  readonly #artists = new Map<string, string>()
  readonly #tags = new Map<string, string>()
  readonly #items = new Map<string, Item[]>()
  /** Artist to tags, by listener. */
  readonly #tagged = new Map<string, Map<string, Set<string>>>()
  readonly #links = new Map<string, readonly [ListenerId, ListenerId]>()

  constructor(paths: TablePaths, now: number) {
    this.#paths = paths
    this.#provenance = { origin: 'research', source: 'lastfm-2k', readAt: now }
  }

  async *events(): AsyncGenerator<SourceEvent> {
    const sizes = await Promise.all(Object.values(this.#paths).map(async (path) => (await stat(path)).size))
    const of = sizes.reduce((sum, size) => sum + size, 0)
    let before = 0
    for (const [table, take] of this.#steps) {
      let size = 0
      for await (const event of this.#table(table, take)) {
        if (event.kind !== 'progress') yield event
        else {
          size = event.of
          yield { kind: 'progress', bytes: before + event.bytes, of }
        }
      }
      before += size
    }
    for (const [user, items] of this.#items) yield { kind: 'profile', profile: this.#profile(user, items) }
    if (this.#links.size > 0) yield { kind: 'friends', links: [...this.#links.values()] }
  }

  /** Each takes one row and returns why it can't be read, if so. */
  readonly #steps: readonly (readonly [TableName, (row: Row) => string | undefined])[] = [
    [
      'artists',
      (row) => {
        const name = row.cell('name')?.trim()
        if (!name) return 'the name is empty'
        this.#artists.set(row.cell('id') as string, name)
        return undefined
      },
    ],
    [
      'tags',
      (row) => {
        const tag = row.cell('tagvalue')?.trim().toLowerCase()
        if (!tag) return 'the tag is empty'
        this.#tags.set(row.cell('tagid') as string, tag)
        return undefined
      },
    ],
    [
      'plays',
      (row) => {
        const user = userOf(row.cell('userid'))
        const artist = this.#artists.get(row.cell('artistid') as string)
        const plays = Number(row.cell('weight'))
        if (!user) return `"${row.cell('userid')}" is not the number of a listener`
        if (!artist) return `artist ${row.cell('artistid')} is not among the artists`
        if (!Number.isSafeInteger(plays) || plays < 1) return `weight "${row.cell('weight')}" is not a count`
        const items = this.#items.get(user)
        if (items) items.push({ artists: [artist], plays })
        else this.#items.set(user, [{ artists: [artist], plays }])
        return undefined
      },
    ],
    [
      'tagged',
      (row) => {
        const user = userOf(row.cell('userid'))
        const artist = this.#artists.get(row.cell('artistid') as string)
        const tag = this.#tags.get(row.cell('tagid') as string)
        if (!user) return `"${row.cell('userid')}" is not the number of a listener`
        if (!artist) return `artist ${row.cell('artistid')} is not among the artists`
        if (!tag) return `tag ${row.cell('tagid')} is not among the tags`
        const byArtist = this.#tagged.get(user) ?? new Map<string, Set<string>>()
        this.#tagged.set(user, byArtist)
        byArtist.set(artist, (byArtist.get(artist) ?? new Set()).add(tag))
        return undefined
      },
    ],
    [
      'friends',
      (row) => {
        const pair = [userOf(row.cell('userid')), userOf(row.cell('friendid'))] as const
        if (!pair[0] || !pair[1]) return 'not the numbers of two listeners'
        // The set has every link in both directions.
        const [one, other] = Number(pair[0]) < Number(pair[1]) ? pair : [pair[1], pair[0]]
        if (one !== other) this.#links.set(`${one} ${other}`, [`lastfm-2k:${one}`, `lastfm-2k:${other}`])
        return undefined
      },
    ],
  ]

  async *#table(table: TableName, take: (row: Row) => string | undefined): AsyncGenerator<SourceEvent> {
    const path = this.#paths[table]
    if (!path) return
    const options = { columns: columnsOfTable[table], latin1: true }
    let taken = 0
    async function* rowEvents(chunks: AsyncIterable<Buffer>): AsyncGenerator<SourceEvent> {
      for await (const rows of readTable(chunks, options)) {
        for (const row of rows) {
          const reason = 'reason' in row ? row.reason : take(row)
          if (reason) yield { kind: 'broken', place: row.place, reason }
          else taken++
        }
      }
    }
    try {
      yield* fileEvents(path, rowEvents, () => taken > 0)
    } catch (error) {
      // Listeners without tags or friends are still listeners.
      if (!(error instanceof Problem) || table === 'plays' || table === 'artists') throw error
      yield { kind: 'broken', place: path, reason: error.message }
    }
  }

  #profile(user: string, items: readonly Item[]): Profile {
    const tagged: Tagged[] = []
    for (const [artist, tags] of this.#tagged.get(user) ?? []) tagged.push({ artist, tags: [...tags] })
    return {
      id: `lastfm-2k:${user}`,
      provenance: this.#provenance,
      consent: pseudonymousConsent,
      items,
      ...(tagged.length > 0 && { tagged }),
    }
  }
}

function userOf(text: string | undefined): string | undefined {
  return text && /^\d{1,15}$/.test(text) ? text : undefined
}
