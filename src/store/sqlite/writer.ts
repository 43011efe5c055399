import type { DatabaseSync } from 'node:sqlite'
import type { AudioFeatures } from '../../taste/audio-features.ts'
import type { Consent } from '../../taste/consent.ts'
import { Problem } from '../../taste/problem.ts'
import type {
  ArtistGenres,
  Candidate,
  CatalogueAnswer,
  DescriptionRow,
  PutOutcome,
  RefreshNote,
  TrackAlias,
  TrackAudio,
} from '../feature-store.ts'
import { ArtistNames, StoredArtists } from './artists.ts'
import { Barred } from './barred.ts'
import { CatalogueWriter } from './catalogue-writer.ts'
import { ChangeLog } from './changes.ts'
import { number } from './connection.ts'
import { DescriptionWriter } from './descriptions.ts'
import { Eraser } from './erase.ts'
import { ModelWriter, type WireModel } from './model-writer.ts'
import { ProfileWriter } from './profile-writer.ts'
import { Provenances } from './provenances.ts'
import { References } from './references.ts'
import { StoredTracks, TrackNames } from './tracks.ts'
import type { WireProfile } from './wire-profile.ts'

/** Everything that changes the store, as called within a transaction. Runs on the writer's thread (write-thread.ts). */
export class Writer {
  readonly #database: DatabaseSync
  readonly #changes: ChangeLog
  readonly #profiles: ProfileWriter
  readonly #catalogue: CatalogueWriter
  readonly #eraser: Eraser
  readonly #barred: Barred
  readonly #models: ModelWriter
  readonly #descriptions: DescriptionWriter
  readonly #statements
  readonly #forget: () => void
  #seenVersion = -1

  constructor(database: DatabaseSync, folder: string) {
    this.#database = database
    const storedArtists = new StoredArtists(database)
    const storedTracks = new StoredTracks(database)
    const artists = new ArtistNames(storedArtists)
    const tracks = new TrackNames(storedTracks, artists)
    const provenances = new Provenances(database)
    this.#forget = () => {
      storedArtists.forget()
      storedTracks.forget()
      artists.forget()
      tracks.forget()
      provenances.forget()
    }
    const changes = new ChangeLog(database)
    const references = new References(database, this.#forget)
    this.#changes = changes
    this.#barred = new Barred(database)
    this.#profiles = new ProfileWriter(database, {
      ...{ artists, tracks, references, provenances, changes },
      barred: this.#barred,
    })
    this.#catalogue = new CatalogueWriter(database, { artists, tracks: storedTracks, provenances, changes })
    this.#eraser = new Eraser(database, references, changes)
    this.#models = new ModelWriter(database, folder, changes)
    this.#descriptions = new DescriptionWriter(database, changes)
    this.#statements = {
      link: database.prepare(
        `INSERT INTO friends (a, b) SELECT a.n, b.n FROM listeners a, listeners b
         WHERE a.id = min(?1, ?2) AND b.id = max(?1, ?2) AND a.n <> b.n ON CONFLICT DO NOTHING`,
      ),
      addCandidate: database.prepare(
        'INSERT INTO candidates (id, found_in, found_at, state) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
      ),
      // Found once more is not news; read and failed are.
      moveCandidate: database.prepare("UPDATE candidates SET state = ?2 WHERE id = ?1 AND ?2 <> 'waiting'"),
      addEmbedding: database.prepare(
        `INSERT INTO embeddings (listener, model, vector) SELECT n, ?2, ?3 FROM listeners WHERE key = ?1
         ON CONFLICT DO UPDATE SET vector = excluded.vector WHERE vector <> excluded.vector`,
      ),
      consent: database.prepare(
        'SELECT n, key, findable, show_name AS showName, show_tracks AS showTracks, train FROM listeners WHERE id = ?',
      ),
      setConsent: database.prepare(
        'UPDATE listeners SET findable = ?, show_name = ?, show_tracks = ?, train = ? WHERE n = ?',
      ),
    }
  }

  /**
   * To be called first in every transaction, because what is kept in memory may be out of date.
   * @returns whether another connection has written since the last time.
   */
  catchUp(): boolean {
    const version = number(this.#database, 'PRAGMA data_version')
    const behind = version !== this.#seenVersion
    if (behind) this.#forget()
    this.#seenVersion = version
    return behind
  }

  /** To be called when anything was rolled back. */
  undone(): void {
    this.#forget()
  }

  putProfiles(profiles: readonly WireProfile[]): readonly PutOutcome[] {
    return profiles.map((profile) => this.#profiles.put(profile))
  }

  putFriends(links: readonly (readonly [string, string])[]): number {
    return links.reduce((added, [a, b]) => added + Number(this.#statements.link.run(a, b).changes), 0)
  }

  putArtistGenres(rows: readonly ArtistGenres[]): number {
    return this.#catalogue.putArtistGenres(rows)
  }

  putTrackAudio(rows: readonly TrackAudio[]): number {
    return this.#catalogue.putTrackAudio(rows)
  }

  putTrackAliases(rows: readonly TrackAlias[]): number {
    return this.#catalogue.putTrackAliases(rows)
  }

  putGenreAnswers(rows: readonly CatalogueAnswer<readonly string[]>[]): number {
    return this.#catalogue.putGenreAnswers(rows)
  }

  putAudioAnswers(rows: readonly CatalogueAnswer<AudioFeatures>[]): number {
    return this.#catalogue.putAudioAnswers(rows)
  }

  putCandidates(rows: readonly Candidate[]): number {
    let added = 0
    for (const { id, foundIn, foundAt, state } of rows) {
      if (this.#barred.has(id)) continue
      const isNew = Number(this.#statements.addCandidate.run(id, foundIn, foundAt, state).changes)
      if (isNew === 0) this.#statements.moveCandidate.run(id, state)
      added += isNew
    }
    return added
  }

  putEmbeddings(model: number, rows: readonly { readonly key: string; readonly vector: Float32Array }[]): void {
    for (const { key, vector } of rows) {
      const bytes = new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)
      if (this.#statements.addEmbedding.run(key, model, bytes).changes) this.#changes.append('embedding', key)
    }
  }

  putDescriptions(model: number, rows: readonly DescriptionRow[]): void {
    this.#descriptions.put(model, rows)
  }

  dropDescriptions(model: number): number {
    return this.#descriptions.drop(model)
  }

  noteRefresh(note: RefreshNote): void {
    this.#descriptions.note(note)
  }

  setConsent(id: string, consent: Consent): void {
    const stored = this.#statements.consent.get(id) as
      | ({ n: number; key: string } & { [flag: string]: unknown })
      | undefined
    if (!stored) throw new Problem(`no listener "${id}" is stored`, { do: 'check the id' })
    const flags = (['findable', 'showName', 'showTracks', 'train'] as const).map(
      (flag) => [flag, Number(consent[flag])] as const,
    )
    if (flags.every(([flag, value]) => stored[flag] === value)) return
    this.#statements.setConsent.run(...flags.map(([, value]) => value), stored.n)
    this.#changes.append('consent', stored.key)
  }

  erase(id: string, { forGood = false }: { readonly forGood?: boolean } = {}): boolean {
    if (forGood) this.#barred.add(id)
    return this.#eraser.erase(id)
  }

  readmit(id: string): boolean {
    return this.#barred.remove(id)
  }

  purgeExpired(now: number): number {
    return this.#eraser.purgeExpired(now)
  }

  register(model: WireModel): number {
    return this.#models.register(model)
  }

  promote(version: number): void {
    this.#models.promote(version)
  }

  rollback(): number {
    return this.#models.rollback()
  }
}

/** What other threads may call. */
export type WriterCalls = Pick<Writer, Exclude<keyof Writer, 'catchUp' | 'undone'>>
