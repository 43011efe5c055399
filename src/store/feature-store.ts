import type { Artist, ArtistKey } from '../taste/artist.ts'
import type { AudioFeatures } from '../taste/audio-features.ts'
import type { Consent } from '../taste/consent.ts'
import type { ArtistIds, Item, TrackIds } from '../taste/item.ts'
import type { Listener, Profile, Tagged } from '../taste/listener.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import type { Entry, Playlist } from '../taste/playlist.ts'
import type { Provenance } from '../taste/provenance.ts'
import type { Track, TrackKey } from '../taste/track.ts'

/**
 * What a read is for. The policy table (`policy.ts`) and the listener's consent decide, inside the query, which rows
 * it returns:
 * - `keep`: everything that is stored, for its owner (export) and for upkeep;
 * - `match`: listeners that may be embedded, compared and shown: findable, and of an origin that may be matched;
 * - `train`: listeners that may be trained on: `consent.train`, and of an origin that may be trained on.
 */
export type Purpose = 'keep' | 'match' | 'train'

/** A stored listener with everything they listen to. */
export interface StoredProfile {
  readonly listener: Listener
  readonly playlists: readonly Playlist[]
  readonly tagged: readonly { readonly artist: ArtistKey; readonly tags: readonly string[] }[]
}

/** One page of a long read. `next` continues it, also in another process; absent on the last page. */
export interface Page<T> {
  readonly rows: readonly T[]
  readonly next?: string
}

export interface PageQuery {
  /** `next` of the page before. */
  readonly after?: string
  /** At most this many rows; the adapter may return fewer. */
  readonly limit?: number
}

/** `gone`: was to be stored again, but was erased in between; or was erased for good. */
export type PutOutcome = 'added' | 'changed' | 'unchanged' | 'gone'

/** Genres of an artist as a table or service tells them. */
export interface ArtistGenres {
  readonly name: string
  readonly ids?: ArtistIds
  readonly genres: readonly string[]
  readonly provenance: Provenance
}

/** Audio features of a track, found by any of its ids. */
export interface TrackAudio {
  readonly ids: TrackIds
  readonly audio: AudioFeatures
  readonly provenance: Provenance
}

/** Says that one track's audio features hold for another id of the same recording. The two tracks stay two. */
export interface TrackAlias {
  readonly ids: TrackIds
  readonly soundsLike: TrackIds
  readonly provenance: Provenance
}

/** Which gaps of the catalogue are wanted: what somebody listens to and nobody has told of, or not for too long. */
export interface GapQuery extends PageQuery {
  /** Names of the sources that could be asked; of a gap that all of them have been asked about lately nothing is said. */
  readonly sources: readonly string[]
  /** Seconds since 1970. */
  readonly now: number
  /** Only these artists or tracks: by their keys, or by ids that they have beside (`spotify:<id>`). */
  readonly only?: readonly string[]
}

export interface GapPage<T> extends Page<T> {
  /** How many there are from this page on. */
  readonly total: number
}

interface Gap {
  /** How many stored listeners have it. */
  readonly listeners: number
  /** Sources that may not be asked again yet. */
  readonly asked: readonly string[]
  /** The source of a value that is there and has grown old: nobody else needs to be asked. */
  readonly renews?: string
}

/** An artist whose genres are not known, or are to be asked for again. */
export interface ArtistGap extends Gap {
  readonly key: ArtistKey
  readonly name: string
  readonly ids: ArtistIds
  /** Of an artist without ids, a track that is mainly theirs, by which they can be told from others of that name. */
  readonly recording?: Pick<TrackIds, 'isrc' | 'mbid'>
}

/** A track with an id whose audio features are not known, or are to be asked for again. */
export interface TrackGap extends Gap {
  readonly key: TrackKey
  readonly ids: TrackIds
}

/** What a source said when it was asked about an artist or track. */
export interface CatalogueAnswer<T> {
  readonly key: ArtistKey | TrackKey
  /** Absent when the source knows nothing. */
  readonly value?: T
  /** Who was asked, and when. */
  readonly provenance: Provenance
  /** Seconds since 1970; a value that expires earlier is asked for again then. */
  readonly askAgainAt: number
}

/** A profile that may be worth reading, for the pre-fill. */
export interface Candidate {
  readonly id: ListenerId
  /** Where it was found, such as `search:shoegaze` or a playlist's link. */
  readonly foundIn: string
  /** Seconds since 1970. */
  readonly foundAt: number
  readonly state: 'waiting' | 'read' | 'failed'
}

export interface Embedding {
  /** The listener's opaque key. */
  readonly key: string
  readonly listener: ListenerId
  /** [D], unit length. */
  readonly vector: Float32Array
  readonly consent: Consent
  /** Seconds since 1970: then it may not be matched any more. Absent: never. */
  readonly expiresAt?: number
}

/** An embedding with what else a model knows of the listener. */
export interface Described extends Embedding {
  /** What finding and scoring the listener needs, as `matching/description` packs it. */
  readonly terms: Uint8Array
  /** It was made from what was stored up to this change. */
  readonly madeAt: number
}

export interface DescriptionRow extends Pick<Described, 'key' | 'vector' | 'terms' | 'madeAt'> {
  /** What explaining a match needs. */
  readonly details: Uint8Array
}

/** A listener with all that a model knows of them. */
export interface ShownRow extends Omit<DescriptionRow, 'key'> {
  readonly listener: Listener
}

/** Listeners who may be matched and are not described, or not as they are now. */
export interface StaleQuery extends PageQuery {
  /** Whether to count genres and audio features that have changed since, of whomever. */
  readonly catalogue?: boolean
}

/** How far a model's descriptions are behind, in listeners who may be matched. */
export interface Staleness {
  readonly described: number
  /** Without a description. */
  readonly missing: number
  /** Whose profile has changed since. */
  readonly outdated: number
  /** Described before genres or audio features last changed, anybody's. */
  readonly beforeCatalogue: number
}

/** When everybody was last described for a model. */
export interface RefreshNote {
  readonly model: number
  /** Seconds since 1970. */
  readonly at: number
  /** How many listeners were described anew. */
  readonly described: number
}

/** What happened, in the order in which it became durable. `key` is the listener's opaque key. */
export interface Change {
  /** Grows by at least one with each change and is never used twice. */
  readonly seq: number
  readonly kind: 'profile' | 'consent' | 'erased' | 'embedding' | 'catalogue' | 'model'
  /** Absent for `catalogue` and `model`. */
  readonly key?: string
}

/** Which part of a model's data a listener was. */
export type SplitPart = 'train' | 'validation' | 'test' | 'excluded'

export interface StoreCounts {
  readonly listeners: number
  readonly playlists: number
  readonly entries: number
  readonly tracks: number
  readonly tracksWithAudio: number
  readonly artists: number
  readonly artistsWithGenres: number
  readonly candidates: number
  /** Of the candidates. */
  readonly candidatesWaiting: number
  /** Listeners by origin and source. */
  readonly bySource: readonly { readonly origin: string; readonly source: string; readonly listeners: number }[]
}

/**
 * The feature store: record of truth for profiles, catalogue and embeddings. Asynchronous and cursor-shaped, so that a
 * file and a cluster look alike. Every write is durable when its promise resolves. Any adapter must pass
 * `conformance.ts`.
 */
export interface FeatureStore {
  /**
   * Stores whole profiles: a listener's former playlists are replaced. Names are resolved to artists and tracks by the
   * alias rules (ids win; a bare name is the most frequent artist of that name; two ids of one source never merge).
   * A profile equal to the stored one changes nothing, not even the change sequence; the consent of a listener who is
   * already stored is kept.
   * @param notes by listener: what the next reading of them wants to know, such as the state of each playlist, as text
   * that only its source understands. Durable together with the profile, and removed with its content; a profile that
   * changes without notes loses the former ones.
   * @param again listeners who were stored when the caller began: whoever of them is not any more was erased meanwhile,
   * and is left out
   */
  putProfiles(
    profiles: readonly Profile[],
    notes?: ReadonlyMap<ListenerId, string>,
    again?: ReadonlySet<ListenerId>,
  ): Promise<readonly PutOutcome[]>
  /** Stores friend links between stored listeners, in both directions; others are left out. Resolves to the number stored anew. */
  putFriends(links: readonly (readonly [ListenerId, ListenerId])[]): Promise<number>
  /**
   * Rows without genres are left out. Of two rows for one artist in one reading of a source the first counts; a newer
   * reading replaces an older one. Resolves to how many artists changed.
   */
  putArtistGenres(rows: readonly ArtistGenres[]): Promise<number>
  /** Like `putArtistGenres`. Resolves to how many tracks changed. */
  putTrackAudio(rows: readonly TrackAudio[]): Promise<number>
  /** Resolves to how many tracks changed; an alias whose target has no audio features changes nothing. */
  putTrackAliases(rows: readonly TrackAlias[]): Promise<number>
  /**
   * What a source answered about artists, with or without genres, so that it isn't asked again before its time: value
   * and time become durable together. A value fills a gap or replaces an older one of the same source; what another
   * source told stays. Unknown keys are passed over. Resolves to how many artists changed.
   */
  putGenreAnswers(rows: readonly CatalogueAnswer<readonly string[]>[]): Promise<number>
  /** Like `putGenreAnswers`. Resolves to how many tracks changed. */
  putAudioAnswers(rows: readonly CatalogueAnswer<AudioFeatures>[]): Promise<number>
  /**
   * A known candidate becomes `read` or `failed`, never `waiting` again; who was erased for good is passed over. Resolves
   * to how many candidates are new.
   */
  putCandidates(rows: readonly Candidate[]): Promise<number>
  /** Leaves out listeners who are not stored (any more). */
  putEmbeddings(model: number, rows: readonly Pick<Embedding, 'key' | 'vector'>[]): Promise<void>
  /** Stores embeddings together with the rest of the descriptions. Leaves out listeners who are not stored (any more). */
  putDescriptions(model: number, rows: readonly DescriptionRow[]): Promise<void>
  /** Removes a model's embeddings and descriptions. Resolves to how many there were. */
  dropDescriptions(model: number): Promise<number>
  noteRefresh(note: RefreshNote): Promise<void>
  /** @throws Problem when the listener is unknown. */
  setConsent(listener: ListenerId, consent: Consent): Promise<void>
  /**
   * Removes a listener from every row, index and log of the store, so that no byte of id or name is left in its files
   * when the promise resolves, also while other processes have the store open. Candidates of that id or found through
   * it go too, and artists and tracks that nobody else has and no table knows. People on Spotify (`spotify:`) are found
   * in capitals and in small letters alike. Resolves to whether there was one.
   * @param options.forGood from then on this id is neither stored nor taken as a candidate, until `readmit`. What is kept
   * of it for that names nobody
   */
  erase(listener: ListenerId, options?: { readonly forGood?: boolean }): Promise<boolean>
  /** Lets somebody be stored again who was erased for good. Resolves to whether they were. */
  readmit(listener: ListenerId): Promise<boolean>
  /**
   * Removes what has expired by `now` (seconds since 1970). Of an expired profile its id and consent stay, so that what
   * somebody said about being found is not forgotten. Resolves to how many values went.
   */
  purgeExpired(now: number): Promise<number>

  listener(id: ListenerId): Promise<Listener | undefined>
  /** Whether somebody was erased for good. */
  isBarred(listener: ListenerId): Promise<boolean>
  listenerByKey(key: string): Promise<Listener | undefined>
  /** What the last reading of the listener left behind (`putProfiles`). */
  readingNotes(listener: ListenerId): Promise<string | undefined>
  profile(id: ListenerId, purpose: Purpose): Promise<StoredProfile | undefined>
  /** In the byte order of the listeners' ids. */
  profiles(purpose: Purpose, query?: PageQuery): Promise<Page<StoredProfile>>
  /** Pairs of listeners (both may be read for `purpose`) who are friends, each pair once. */
  friends(purpose: Purpose, query?: PageQuery): Promise<Page<readonly [ListenerId, ListenerId]>>
  /**
   * In the order asked; unknown keys are undefined. Genres that have expired, or whose origin may not be used for
   * `purpose` (default `keep`), are left out.
   */
  artists(keys: readonly ArtistKey[], purpose?: Purpose): Promise<readonly (Artist | undefined)[]>
  /** Like `artists`, for audio features. */
  tracks(keys: readonly TrackKey[], purpose?: Purpose): Promise<readonly (Track | undefined)[]>
  /** What is missing of the genres, what most listeners have first. */
  artistGaps(query: GapQuery): Promise<GapPage<ArtistGap>>
  /** What is missing of the audio features, what most listeners have first. */
  trackGaps(query: GapQuery): Promise<GapPage<TrackGap>>
  /**
   * Resolves names to keys as `putProfiles` would, without writing: an artist or track that nobody has stored gets the
   * key that it would be stored under. One entry for each item; without artists where all their names are blank (such
   * items are not stored).
   */
  resolve(items: readonly Item[]): Promise<readonly Entry[]>
  resolveTagged(tagged: readonly Tagged[]): Promise<StoredProfile['tagged']>
  /** Changes after `seq`, oldest first, at most `limit` (default 1,000). */
  changes(seq: number, limit?: number): Promise<readonly Change[]>
  /** The newest change's number; 0 in an empty store. */
  lastChange(): Promise<number>
  /**
   * Names the history that `changes` tells. Another name says that what was read before may never have come to pass: whoever
   * follows changes then forgets what they know and begins anew. To be noted before changes are read, and compared right after
   * `lastChange`, which may be what replaces it. Costs nothing.
   */
  history(): Promise<string>
  /** Of listeners who may be matched, in an order of the store's own. */
  embeddings(model: number, query?: PageQuery): Promise<Page<Embedding>>
  /** In the order asked; undefined for listeners who have none, are not stored or may not be matched. */
  embeddingsOf(model: number, keys: readonly string[]): Promise<readonly (Embedding | undefined)[]>
  /** Of listeners who may be matched, in an order of the store's own. */
  descriptions(model: number, query?: PageQuery): Promise<Page<Described>>
  /** In the order asked; undefined for listeners who have none, are not stored or may not be matched. */
  descriptionsOf(model: number, keys: readonly string[]): Promise<readonly (Described | undefined)[]>
  /** Likewise, with the details, for those who are shown. */
  shownOf(model: number, keys: readonly string[]): Promise<readonly (ShownRow | undefined)[]>
  /** Keys of listeners, in the order of the keys, which is a random one. */
  stale(model: number, query?: StaleQuery): Promise<Page<string>>
  staleness(model: number): Promise<Staleness>
  /** Of every model that everybody was described for. */
  refreshes(): Promise<readonly RefreshNote[]>
  /** Without what they listen to, in the byte order of their ids. */
  listeners(purpose: Purpose, query?: PageQuery): Promise<Page<Listener>>
  candidates(state: Candidate['state'], query?: PageQuery): Promise<Page<Candidate>>
  counts(): Promise<StoreCounts>
  close(): Promise<void>
}
