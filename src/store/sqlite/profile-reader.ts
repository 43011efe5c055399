import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { PageQuery, Purpose } from '../feature-store.ts'
import type { PolicySettings } from '../policy.ts'
import type { CatalogueReader } from './catalogue-reader.ts'
import { unpackEntries } from './entries.ts'
import { type Head, headColumns, type PackedPage, type PackedProfile, toListener } from './packed.ts'
import { visible } from './purpose.ts'
import { unpackTagged } from './tagged.ts'

const mostProfiles = 500
/** A page ends with the profile that reaches it. */
const mostEntries = 20_000

/** Reads whole profiles. */
export class ProfileReader {
  readonly #catalogue: CatalogueReader
  readonly #one: { readonly [purpose in Purpose]: StatementSync }
  readonly #page: { readonly [purpose in Purpose]: StatementSync }
  readonly #playlists: StatementSync
  readonly #tagged: StatementSync

  constructor(database: DatabaseSync, settings: PolicySettings, catalogue: CatalogueReader) {
    this.#catalogue = catalogue
    const each = (rest: string) => {
      const prepare = (purpose: Purpose) =>
        database.prepare(
          `SELECT ${headColumns} FROM listeners l CROSS JOIN sources s ON s.n = l.source
           WHERE ${visible('l', purpose, settings)} AND ${rest}`,
        )
      return { keep: prepare('keep'), match: prepare('match'), train: prepare('train') }
    }
    this.#one = each('l.id = :id')
    this.#page = each('l.id > :after ORDER BY l.id LIMIT :limit')
    this.#playlists = database.prepare('SELECT name, size, entries FROM playlists WHERE listener = ? ORDER BY position')
    this.#tagged = database.prepare('SELECT body FROM tagged WHERE listener = ?')
  }

  one(id: string, purpose: Purpose, now: number): PackedPage {
    const head = this.#one[purpose].get({ id, now }) as Head | undefined
    return this.#pack(head ? [head] : [])
  }

  page(purpose: Purpose, { after = '', limit = mostProfiles }: PageQuery, now: number): PackedPage {
    const most = Math.min(limit, mostProfiles)
    const heads = this.#page[purpose].all({ after, limit: most, now }) as unknown as Head[]
    const page = this.#pack(heads)
    const last = page.profiles.at(-1)
    const complete = heads.length < most && page.profiles.length === heads.length
    return { ...page, ...(!complete && last && { next: last.listener.id }) }
  }

  #pack(heads: readonly Head[]): PackedPage {
    const profiles: PackedProfile[] = []
    const artists = new Set<number>()
    const tracks = new Set<number>()
    let entriesLeft = mostEntries
    for (const head of heads) {
      if (entriesLeft <= 0) break
      const playlists = this.#playlists.all(head.n) as { name: string | null; size: number; entries: Uint8Array }[]
      for (const { size, entries } of playlists) {
        entriesLeft -= size
        for (const entry of unpackEntries(entries)) {
          for (const artist of entry.artists) artists.add(artist)
          if (entry.track !== undefined) tracks.add(entry.track)
        }
      }
      const tagged = (this.#tagged.get(head.n) as { body: Uint8Array } | undefined)?.body ?? null
      if (tagged) for (const { artist } of unpackTagged(tagged)) artists.add(artist)
      profiles.push({
        listener: toListener(head),
        playlists: playlists.map(({ name, entries }) => ({ name, entries })),
        tagged,
      })
    }
    return {
      profiles,
      artists: this.#catalogue.keyList('artists', artists),
      tracks: this.#catalogue.keyList('tracks', tracks),
    }
  }
}
