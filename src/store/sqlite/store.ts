import type { DatabaseSync } from 'node:sqlite'
import type { AudioFeatures } from '../../taste/audio-features.ts'
import type { Item } from '../../taste/item.ts'
import type { Listener, Profile, Tagged } from '../../taste/listener.ts'
import type { Entry } from '../../taste/playlist.ts'
import type {
  ArtistGenres,
  Candidate,
  CatalogueAnswer,
  Described,
  DescriptionRow,
  Embedding,
  FeatureStore,
  GapQuery,
  Page,
  PageQuery,
  Purpose,
  PutOutcome,
  RefreshNote,
  ShownRow,
  Staleness,
  StaleQuery,
  StoredProfile,
  TrackAlias,
  TrackAudio,
} from '../feature-store.ts'
import type { PolicySettings } from '../policy.ts'
import { databasePath } from './connection.ts'
import { unpackDescriptions } from './descriptions.ts'
import { unpackEmbeddings } from './embeddings.ts'
import { type PackedPage, toEntry, toKeys, unpackProfile } from './packed.ts'
import { storeProblem } from './problems.ts'
import { Reader } from './reader.ts'
import { type Caller, WorkThread } from './thread.ts'
import { toWire } from './wire-profile.ts'
import type { WriterCalls } from './writer.ts'

const mostItemsACall = 20_000
/** So many rows are read sooner than another thread has been asked. */
const fewKeys = 64

/**
 * The feature store in one SQLite file: writes on a thread of their own, long reads on another, single rows read right
 * here.
 */
export class SqliteStore implements FeatureStore {
  readonly #path: string
  readonly #clock: () => number
  readonly #database: DatabaseSync
  readonly #here: Reader
  readonly #readThread: WorkThread<Reader>
  readonly #writeThread: Caller<WriterCalls>

  /**
   * @param database connection of the caller's thread; the store closes it.
   * @param options.clock seconds since 1970: content that has expired by it is not matched or trained on.
   */
  constructor(
    database: DatabaseSync,
    options: {
      readonly folder: string
      readonly settings: PolicySettings
      readonly writeThread: Caller<WriterCalls>
      readonly clock: () => number
    },
  ) {
    const { folder, settings, writeThread, clock } = options
    this.#path = databasePath(folder)
    this.#clock = clock
    this.#database = database
    this.#here = new Reader(database, settings)
    this.#readThread = new WorkThread('read-thread', { folder, settings })
    this.#writeThread = writeThread
  }

  async putProfiles(
    profiles: readonly Profile[],
    notes?: ReadonlyMap<string, string>,
    again?: ReadonlySet<string>,
  ): Promise<readonly PutOutcome[]> {
    const parts = chunks(profiles, ({ items }) => items.length + 1, mostItemsACall)
    const wire = (profile: Profile) => {
      const note = notes?.get(profile.id)
      return toWire(profile, {
        ...(note !== undefined && { notes: note }),
        ...(again?.has(profile.id) && { again: true }),
      })
    }
    const outcomes = await Promise.all(parts.map((part) => this.#writeThread.call('putProfiles', [part.map(wire)])))
    return outcomes.flat()
  }

  putFriends(links: readonly (readonly [string, string])[]): Promise<number> {
    return this.#writeThread.call('putFriends', [links])
  }

  putArtistGenres(rows: readonly ArtistGenres[]): Promise<number> {
    return this.#writeThread.call('putArtistGenres', [rows])
  }

  putTrackAudio(rows: readonly TrackAudio[]): Promise<number> {
    return this.#writeThread.call('putTrackAudio', [rows])
  }

  putTrackAliases(rows: readonly TrackAlias[]): Promise<number> {
    return this.#writeThread.call('putTrackAliases', [rows])
  }

  putGenreAnswers(rows: readonly CatalogueAnswer<readonly string[]>[]): Promise<number> {
    return this.#writeThread.call('putGenreAnswers', [rows])
  }

  putAudioAnswers(rows: readonly CatalogueAnswer<AudioFeatures>[]): Promise<number> {
    return this.#writeThread.call('putAudioAnswers', [rows])
  }

  putCandidates(rows: readonly Candidate[]): Promise<number> {
    return this.#writeThread.call('putCandidates', [rows])
  }

  putEmbeddings(model: number, rows: readonly Pick<Embedding, 'key' | 'vector'>[]): Promise<void> {
    return this.#writeThread.call('putEmbeddings', [model, rows])
  }

  putDescriptions(model: number, rows: readonly DescriptionRow[]): Promise<void> {
    return this.#writeThread.call('putDescriptions', [model, rows])
  }

  dropDescriptions(model: number): Promise<number> {
    return this.#writeThread.call('dropDescriptions', [model])
  }

  noteRefresh(note: RefreshNote): Promise<void> {
    return this.#writeThread.call('noteRefresh', [note])
  }

  setConsent(listener: string, consent: Listener['consent']): Promise<void> {
    return this.#writeThread.call('setConsent', [listener, consent])
  }

  erase(listener: string, options: { readonly forGood?: boolean } = {}): Promise<boolean> {
    return this.#writeThread.call('erase', [listener, options])
  }

  readmit(listener: string): Promise<boolean> {
    return this.#writeThread.call('readmit', [listener])
  }

  purgeExpired(now: number): Promise<number> {
    return this.#writeThread.call('purgeExpired', [now])
  }

  async listener(id: string): Promise<Listener | undefined> {
    return this.#read((reader) => reader.listener(id))
  }

  async isBarred(id: string): Promise<boolean> {
    return this.#read((reader) => reader.isBarred(id))
  }

  async listenerByKey(key: string): Promise<Listener | undefined> {
    return this.#read((reader) => reader.listenerByKey(key))
  }

  async readingNotes(listener: string): Promise<string | undefined> {
    return this.#read((reader) => reader.readingNotes(listener))
  }

  async profile(id: string, purpose: Purpose): Promise<StoredProfile | undefined> {
    return unpackPage(this.#read((reader) => reader.profile(id, purpose, this.#clock()))).rows[0]
  }

  async profiles(purpose: Purpose, query: PageQuery = {}): Promise<Page<StoredProfile>> {
    return unpackPage(await this.#readThread.call('profiles', [purpose, query, this.#clock()]))
  }

  friends(purpose: Purpose, query: PageQuery = {}): Promise<Page<readonly [string, string]>> {
    return this.#readThread.call('friends', [purpose, query, this.#clock()])
  }

  async artists(keys: readonly string[], purpose: Purpose = 'keep') {
    const now = this.#clock()
    if (keys.length <= fewKeys) return this.#read((reader) => reader.artists(keys, purpose, now))
    return this.#readThread.call('artists', [keys, purpose, now])
  }

  async tracks(keys: readonly string[], purpose: Purpose = 'keep') {
    const now = this.#clock()
    if (keys.length <= fewKeys) return this.#read((reader) => reader.tracks(keys, purpose, now))
    return this.#readThread.call('tracks', [keys, purpose, now])
  }

  artistGaps(query: GapQuery) {
    return this.#readThread.call('artistGaps', [query])
  }

  trackGaps(query: GapQuery) {
    return this.#readThread.call('trackGaps', [query])
  }

  async resolve(items: readonly Item[]): Promise<readonly Entry[]> {
    const { entries, artists, tracks } = await this.#readThread.call('resolve', [items])
    const artistKeys = toKeys(artists)
    const trackKeys = toKeys(tracks)
    return entries.map((entry) => toEntry(entry, artistKeys, trackKeys))
  }

  resolveTagged(tagged: readonly Tagged[]): Promise<StoredProfile['tagged']> {
    return this.#readThread.call('resolveTagged', [tagged])
  }

  async changes(seq: number, limit = 1000) {
    return this.#read((reader) => reader.changes(seq, limit))
  }

  async lastChange(): Promise<number> {
    return this.#read((reader) => reader.lastChange())
  }

  /** What is in the file has come to pass. */
  async history(): Promise<string> {
    return 'first'
  }

  async embeddings(model: number, query: PageQuery = {}): Promise<Page<Embedding>> {
    return unpackEmbeddings(await this.#readThread.call('embeddings', [model, query, this.#clock()]))
  }

  async embeddingsOf(model: number, keys: readonly string[]): Promise<readonly (Embedding | undefined)[]> {
    return this.#read((reader) => reader.embeddingsOf(model, keys, this.#clock()))
  }

  async descriptions(model: number, query: PageQuery = {}): Promise<Page<Described>> {
    return unpackDescriptions(await this.#readThread.call('descriptions', [model, query, this.#clock()]))
  }

  async descriptionsOf(model: number, keys: readonly string[]): Promise<readonly (Described | undefined)[]> {
    return this.#read((reader) => reader.descriptionsOf(model, keys, this.#clock()))
  }

  async shownOf(model: number, keys: readonly string[]): Promise<readonly (ShownRow | undefined)[]> {
    return this.#read((reader) => reader.shownOf(model, keys, this.#clock()))
  }

  stale(model: number, query: StaleQuery = {}): Promise<Page<string>> {
    return this.#readThread.call('stale', [model, query, this.#clock()])
  }

  staleness(model: number): Promise<Staleness> {
    return this.#readThread.call('staleness', [model, this.#clock()])
  }

  refreshes(): Promise<readonly RefreshNote[]> {
    return this.#readThread.call('refreshes', [])
  }

  listeners(purpose: Purpose, query: PageQuery = {}): Promise<Page<Listener>> {
    return this.#readThread.call('listeners', [purpose, query, this.#clock()])
  }

  candidates(state: Candidate['state'], query: PageQuery = {}): Promise<Page<Candidate>> {
    return this.#readThread.call('candidates', [state, query])
  }

  counts() {
    return this.#readThread.call('counts', [])
  }

  /** Waits for the writes that are under way. */
  async close(): Promise<void> {
    await this.#readThread.close()
    await this.#writeThread.close()
    if (this.#database.isOpen) this.#database.close()
  }

  #read<T>(read: (reader: Reader) => T): T {
    try {
      return read(this.#here)
    } catch (error) {
      throw storeProblem(error, this.#path)
    }
  }
}

function unpackPage({ profiles, artists, tracks, next }: PackedPage): Page<StoredProfile> {
  const artistKeys = toKeys(artists)
  const trackKeys = toKeys(tracks)
  const rows = profiles.map((profile) => unpackProfile(profile, artistKeys, trackKeys))
  return { rows, ...(next !== undefined && { next }) }
}

/** Consecutive parts of about `size` each. */
function chunks<T>(rows: readonly T[], sizeOf: (row: T) => number, size: number): T[][] {
  const parts: T[][] = []
  let room = 0
  for (const row of rows) {
    if (room <= 0) {
      parts.push([])
      room = size
    }
    parts.at(-1)?.push(row)
    room -= sizeOf(row)
  }
  return parts
}
