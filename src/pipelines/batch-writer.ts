import type { SourceEvent } from '../sources/source.ts'
import type { FeatureStore, PutOutcome } from '../store/feature-store.ts'
import type { ArtistLookups } from './known-artists.ts'

/** What an import needs of the store. */
export type IngestStore = Pick<
  FeatureStore,
  'putProfiles' | 'putFriends' | 'putArtistGenres' | 'putTrackAudio' | 'putTrackAliases' | keyof ArtistLookups
>

/** How many rows of a kind were read, and how many of them changed something. */
export interface RowCount {
  readonly read: number
  readonly changed: number
}

type Stored = Exclude<PutOutcome, 'gone'>

/** What was written, all of it durable. */
export interface WriteCounts {
  readonly listeners: Readonly<Record<Stored, number>>
  readonly entries: number
  readonly friends: RowCount
  readonly artistsWithGenres: RowCount
  readonly tracksWithAudio: RowCount
  readonly aliases: RowCount
}

/** An event that carries something to store. */
export type StoredEvent = Exclude<SourceEvent, { kind: 'broken' | 'reading' | 'progress' }>
type Rows = Exclude<StoredEvent['kind'], 'profile'>

/**
 * A batch is one transaction: large enough that syncing the disk costs little, small enough to hold several. From about
 * 4,000 entries on V8 keeps twice the heap for what is gathered.
 */
const maxEntries = 3_000
const maxRows = 5_000

/**
 * Writes in batches while the caller reads on: one batch is being written, the next one is being gathered. `add` waits
 * when both are full, so that a slow store slows the reading down.
 */
export class BatchWriter {
  readonly #store: IngestStore
  #gathered: StoredEvent[] = []
  #weight = 0
  #writing: Promise<void> = Promise.resolve()
  /** Whether the store refused a batch: nothing more can be written. */
  failed = false
  readonly #listeners = { added: 0, changed: 0, unchanged: 0 }
  #entries = 0
  readonly #rows: Record<Rows, { read: number; changed: number }> = {
    friends: { read: 0, changed: 0 },
    genres: { read: 0, changed: 0 },
    audio: { read: 0, changed: 0 },
    aliases: { read: 0, changed: 0 },
  }

  constructor(store: IngestStore) {
    this.#store = store
  }

  get counts(): WriteCounts {
    const { friends, genres, audio, aliases } = this.#rows
    return {
      listeners: this.#listeners,
      entries: this.#entries,
      friends,
      artistsWithGenres: genres,
      tracksWithAudio: audio,
      aliases,
    }
  }

  /** @throws what the store threw for an earlier batch. */
  async add(event: StoredEvent): Promise<void> {
    if (this.#gathered.length > 0 && this.#gathered[0]?.kind !== event.kind) await this.#write()
    this.#gathered.push(event)
    this.#weight += weight(event)
    if (this.#weight >= (event.kind === 'profile' ? maxEntries : maxRows)) await this.#write()
  }

  /** Resolves when everything that was added is durable. */
  async flush(): Promise<void> {
    await this.#write()
    await this.#writing
  }

  async #write(): Promise<void> {
    const batch = this.#gathered
    await this.#writing
    if (batch.length === 0) return
    this.#gathered = []
    this.#weight = 0
    this.#writing = this.#put(batch)
    // Whoever adds or flushes next gets the error itself.
    this.#writing.catch(() => {
      this.failed = true
    })
  }

  async #put(batch: readonly StoredEvent[]): Promise<void> {
    const profiles = batch.flatMap((event) => (event.kind === 'profile' ? [event.profile] : []))
    if (profiles.length > 0) {
      // Who was erased for good stays out, whatever file they are in.
      for (const outcome of await this.#store.putProfiles(profiles)) if (outcome !== 'gone') this.#listeners[outcome]++
      for (const { items } of profiles) this.#entries += items.length
    }
    const friends = batch.flatMap((event) => (event.kind === 'friends' ? event.links : []))
    await this.#putRows('friends', friends, (rows) => this.#store.putFriends(rows))
    const genres = batch.flatMap((event) => (event.kind === 'genres' ? event.rows : []))
    await this.#putRows('genres', genres, (rows) => this.#store.putArtistGenres(rows))
    const audio = batch.flatMap((event) => (event.kind === 'audio' ? event.rows : []))
    await this.#putRows('audio', audio, (rows) => this.#store.putTrackAudio(rows))
    const aliases = batch.flatMap((event) => (event.kind === 'aliases' ? event.rows : []))
    await this.#putRows('aliases', aliases, (rows) => this.#store.putTrackAliases(rows))
  }

  async #putRows<T>(kind: Rows, rows: readonly T[], put: (rows: readonly T[]) => Promise<number>): Promise<void> {
    if (rows.length === 0) return
    this.#rows[kind].changed += await put(rows)
    this.#rows[kind].read += rows.length
  }
}

function weight(event: StoredEvent): number {
  if (event.kind === 'profile') return Math.max(20, event.profile.items.length)
  return event.kind === 'friends' ? event.links.length : event.rows.length
}
