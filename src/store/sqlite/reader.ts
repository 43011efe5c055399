import type { DatabaseSync } from 'node:sqlite'
import type { Artist } from '../../taste/artist.ts'
import type { Item } from '../../taste/item.ts'
import type { Listener, Tagged } from '../../taste/listener.ts'
import type { Track } from '../../taste/track.ts'
import type {
  ArtistGap,
  Candidate,
  Change,
  Described,
  Embedding,
  GapPage,
  GapQuery,
  Page,
  PageQuery,
  Purpose,
  RefreshNote,
  ShownRow,
  Staleness,
  StaleQuery,
  StoreCounts,
  TrackGap,
} from '../feature-store.ts'
import type { PolicySettings } from '../policy.ts'
import { ArtistNames, StoredArtists } from './artists.ts'
import { Barred } from './barred.ts'
import { CatalogueReader } from './catalogue-reader.ts'
import { DescriptionReader, type PackedDescriptions } from './descriptions.ts'
import { DraftAliases } from './draft-aliases.ts'
import { EmbeddingReader, type PackedEmbeddings } from './embeddings.ts'
import type { PackedEntry } from './entries.ts'
import { GapReader } from './gaps.ts'
import { resolveItem } from './items.ts'
import { type Head, headColumns, type KeyList, type PackedPage, toListener } from './packed.ts'
import { ProfileReader } from './profile-reader.ts'
import { visible } from './purpose.ts'
import { StoredTracks, TrackNames } from './tracks.ts'

/** Entries with the keys that they mean. */
export interface PackedResolution {
  readonly entries: readonly PackedEntry[]
  readonly artists: KeyList
  readonly tracks: KeyList
}

const pageOfRows = 1000

/**
 * Everything that is asked of the store. Each call is one short read of one state, so that no checkpoint of the log
 * waits long for it. Runs on the reader's thread, and for single rows on the caller's.
 */
export class Reader {
  readonly #database: DatabaseSync
  readonly #profiles: ProfileReader
  readonly #catalogue: CatalogueReader
  readonly #embeddings: EmbeddingReader
  readonly #descriptions: DescriptionReader
  readonly #gaps: GapReader
  readonly #barred: Barred
  readonly #storedArtists: StoredArtists
  readonly #storedTracks: StoredTracks
  readonly #statements

  constructor(database: DatabaseSync, settings: PolicySettings) {
    this.#database = database
    this.#catalogue = new CatalogueReader(database, settings)
    this.#gaps = new GapReader(database)
    this.#barred = new Barred(database)
    this.#embeddings = new EmbeddingReader(database, settings)
    this.#descriptions = new DescriptionReader(database, settings)
    this.#profiles = new ProfileReader(database, settings, this.#catalogue)
    this.#storedArtists = new StoredArtists(database)
    this.#storedTracks = new StoredTracks(database)
    const head = `SELECT ${headColumns} FROM listeners l JOIN sources s ON s.n = l.source`
    const listeners = (purpose: Purpose) =>
      database.prepare(`${head} WHERE l.id > :after AND ${visible('l', purpose, settings)} ORDER BY l.id LIMIT :limit`)
    const friends = (purpose: Purpose) =>
      database.prepare(
        `SELECT a.id AS a, b.id AS b FROM listeners a CROSS JOIN friends f ON f.a = a.n CROSS JOIN listeners b ON b.n = f.b
         WHERE a.id >= :a AND (a.id, b.id) > (:a, :b) AND ${visible('a', purpose, settings)}
           AND ${visible('b', purpose, settings)}
         ORDER BY a.id, b.id LIMIT :limit`,
      )
    this.#statements = {
      listener: database.prepare(`${head} WHERE l.id = ?`),
      listenerByKey: database.prepare(`${head} WHERE l.key = ?`),
      notes: database.prepare('SELECT r.body FROM reading_notes r JOIN listeners l ON l.n = r.listener WHERE l.id = ?'),
      listeners: { keep: listeners('keep'), match: listeners('match'), train: listeners('train') },
      friends: { keep: friends('keep'), match: friends('match'), train: friends('train') },
      changes: database.prepare('SELECT seq, kind, key FROM changes WHERE seq > ? ORDER BY seq LIMIT ?'),
      lastChange: database.prepare('SELECT coalesce(max(seq), 0) AS seq FROM changes'),
      candidates: database.prepare(
        `SELECT id, found_in AS foundIn, found_at AS foundAt, state FROM candidates
         WHERE state = :state AND id > :after ORDER BY id LIMIT :limit`,
      ),
      counts: database.prepare(
        `SELECT
           (SELECT count(*) FROM listeners) AS listeners,
           (SELECT count(*) FROM playlists) AS playlists,
           (SELECT coalesce(sum(size), 0) FROM playlists) AS entries,
           (SELECT count(*) FROM tracks) AS tracks,
           (SELECT count(*) FROM tracks WHERE audio IS NOT NULL) AS tracksWithAudio,
           (SELECT count(*) FROM artists) AS artists,
           (SELECT count(*) FROM artists WHERE genres IS NOT NULL) AS artistsWithGenres,
           (SELECT count(*) FROM candidates) AS candidates,
           (SELECT count(*) FROM candidates WHERE state = 'waiting') AS candidatesWaiting`,
      ),
      bySource: database.prepare(
        `SELECT s.origin, s.source, count(*) AS listeners FROM listeners l JOIN sources s ON s.n = l.source
         GROUP BY s.n ORDER BY s.origin, s.source`,
      ),
    }
  }

  listener(id: string): Listener | undefined {
    const head = this.#statements.listener.get(id) as Head | undefined
    return head && toListener(head)
  }

  listenerByKey(key: string): Listener | undefined {
    const head = this.#statements.listenerByKey.get(key) as Head | undefined
    return head && toListener(head)
  }

  isBarred(id: string): boolean {
    return this.#barred.has(id)
  }

  readingNotes(id: string): string | undefined {
    return (this.#statements.notes.get(id) as { body: string } | undefined)?.body
  }

  /** The profile of one listener as a page, empty where there is none to be read. */
  profile(id: string, purpose: Purpose, now: number): PackedPage {
    return this.#snapshot(() => this.#profiles.one(id, purpose, now))
  }

  profiles(purpose: Purpose, query: PageQuery, now: number): PackedPage {
    return this.#snapshot(() => this.#profiles.page(purpose, query, now))
  }

  friends(purpose: Purpose, { after, limit = pageOfRows }: PageQuery, now: number): Page<readonly [string, string]> {
    // No id holds a line break.
    const [a = '', b = ''] = (after ?? '').split('\n')
    const found = this.#statements.friends[purpose].all({ a, b, now, limit }) as { a: string; b: string }[]
    const rows = found.map((row) => [row.a, row.b] as const)
    const last = rows.at(-1)
    return { rows, ...(rows.length === limit && last && { next: last.join('\n') }) }
  }

  artists(keys: readonly string[], purpose: Purpose, now: number): (Artist | undefined)[] {
    return this.#snapshot(() => this.#catalogue.artists(keys, purpose, now))
  }

  tracks(keys: readonly string[], purpose: Purpose, now: number): (Track | undefined)[] {
    return this.#snapshot(() => this.#catalogue.tracks(keys, purpose, now))
  }

  artistGaps(query: GapQuery): GapPage<ArtistGap> {
    return this.#gaps.artists(query)
  }

  trackGaps(query: GapQuery): GapPage<TrackGap> {
    return this.#gaps.tracks(query)
  }

  resolve(items: readonly Item[]): PackedResolution {
    return this.#snapshot(() => {
      const { artists, tracks, artistNames, trackNames } = this.#draft()
      const entries = items.map((item) => resolveItem(item, artistNames, trackNames) ?? { artists: [] })
      const artistNumbers = [...new Set(entries.flatMap((entry) => entry.artists))]
      const trackNumbers = [...new Set(entries.flatMap(({ track }) => track ?? []))]
      return {
        entries,
        artists: { numbers: artistNumbers, keys: artistNumbers.map((n) => artists.key(n)) },
        tracks: { numbers: trackNumbers, keys: trackNumbers.map((n) => tracks.key(n)) },
      }
    })
  }

  resolveTagged(tagged: readonly Tagged[]): { artist: string; tags: readonly string[] }[] {
    return this.#snapshot(() => {
      const { artists, artistNames } = this.#draft()
      return tagged.flatMap(({ artist, tags }) => {
        const row = artistNames.resolve(artist)
        return row === undefined || tags.length === 0 ? [] : { artist: artists.key(row), tags }
      })
    })
  }

  changes(after: number, limit: number): Change[] {
    const rows = this.#statements.changes.all(after, limit) as {
      seq: number
      kind: Change['kind']
      key: string | null
    }[]
    return rows.map(({ seq, kind, key }) => ({ seq, kind, ...(key !== null && { key }) }))
  }

  lastChange(): number {
    return (this.#statements.lastChange.get() as { seq: number }).seq
  }

  embeddings(model: number, query: PageQuery, now: number): PackedEmbeddings {
    return this.#embeddings.page(model, query, now)
  }

  embeddingsOf(model: number, keys: readonly string[], now: number): (Embedding | undefined)[] {
    return this.#snapshot(() => this.#embeddings.of(model, keys, now))
  }

  descriptions(model: number, query: PageQuery, now: number): PackedDescriptions {
    return this.#descriptions.page(model, query, now)
  }

  descriptionsOf(model: number, keys: readonly string[], now: number): (Described | undefined)[] {
    return this.#snapshot(() => this.#descriptions.of(model, keys, now))
  }

  shownOf(model: number, keys: readonly string[], now: number): (ShownRow | undefined)[] {
    return this.#snapshot(() => this.#descriptions.shown(model, keys, now))
  }

  stale(model: number, query: StaleQuery, now: number): Page<string> {
    return this.#descriptions.stale(model, query, now)
  }

  staleness(model: number, now: number): Staleness {
    return this.#descriptions.staleness(model, now)
  }

  refreshes(): RefreshNote[] {
    return this.#descriptions.refreshes()
  }

  listeners(purpose: Purpose, { after = '', limit = pageOfRows }: PageQuery, now: number): Page<Listener> {
    const heads = this.#statements.listeners[purpose].all({ after, now, limit }) as unknown as Head[]
    const rows = heads.map(toListener)
    const last = rows.at(-1)
    return { rows, ...(rows.length === limit && last && { next: last.id }) }
  }

  candidates(state: Candidate['state'], { after = '', limit = pageOfRows }: PageQuery): Page<Candidate> {
    const rows = this.#statements.candidates.all({ state, after, limit }) as unknown as Candidate[]
    const last = rows.at(-1)
    return { rows, ...(rows.length === limit && last && { next: last.id }) }
  }

  counts(): StoreCounts {
    return this.#snapshot(() => {
      const counts = this.#statements.counts.get() as unknown as Omit<StoreCounts, 'bySource'>
      return { ...counts, bySource: this.#statements.bySource.all() as unknown as StoreCounts['bySource'] }
    })
  }

  #draft() {
    this.#storedArtists.forget()
    this.#storedTracks.forget()
    const artists = new DraftAliases(this.#storedArtists)
    const tracks = new DraftAliases(this.#storedTracks)
    const artistNames = new ArtistNames(artists)
    return { artists, tracks, artistNames, trackNames: new TrackNames(tracks, artistNames) }
  }

  /** Several queries on one state of the store. */
  #snapshot<T>(read: () => T): T {
    this.#database.exec('BEGIN')
    try {
      return read()
    } finally {
      this.#database.exec('COMMIT')
    }
  }
}
