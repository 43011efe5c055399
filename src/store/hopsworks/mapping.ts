import type { FeatureGroupDefinition } from '../../hopsworks/index.ts'

/**
 * How the store maps to Hopsworks, all of it.
 *
 * A document is what belongs together: a listener with playlists, tags and notes; an artist with aliases; a track with
 * aliases; and so on. It is made of the rows of the embedded store's tables that have its keys, and kept in the feature
 * group of its kind. Whatever table is not named here is local to a machine (see `localTables`).
 */

/** What everything of a store is named after in its project, where the URL says nothing else. */
export const usualName = 'consonance'

/** Feature groups that documents are kept in, as `<store>_<group>`. */
export const documentGroups = ['profiles', 'artists', 'tracks', 'descriptions', 'relations'] as const
export type DocumentGroup = (typeof documentGroups)[number]

export interface DocumentTable {
  readonly name: string
  /** One or two expressions over a row's columns: rows with equal values of them are of one document. */
  readonly keys: readonly [string] | readonly [string, string]
  /** Whether other tables refer to its row: it is replaced without being removed. Its keys are its primary key. */
  readonly isRoot?: true
  /** A column that each machine fills in for itself. */
  readonly local?: 'n'
}

export interface DocumentKind {
  readonly group: DocumentGroup
  /** The root first. */
  readonly tables: readonly DocumentTable[]
}

export const documentKinds: Readonly<Record<string, DocumentKind>> = {
  source: { group: 'relations', tables: [{ name: 'sources', keys: ['n'], isRoot: true }] },
  listener: {
    group: 'profiles',
    tables: [
      { name: 'listeners', keys: ['n'], isRoot: true },
      { name: 'playlists', keys: ['listener'], local: 'n' },
      { name: 'tagged', keys: ['listener'] },
      { name: 'reading_notes', keys: ['listener'] },
    ],
  },
  artist: {
    group: 'artists',
    tables: [
      { name: 'artists', keys: ['n'], isRoot: true },
      { name: 'artist_aliases', keys: ['artist'], local: 'n' },
      { name: 'artist_asks', keys: ['artist'] },
    ],
  },
  track: {
    group: 'tracks',
    tables: [
      { name: 'tracks', keys: ['n'], isRoot: true },
      { name: 'track_aliases', keys: ['track'], local: 'n' },
      { name: 'track_asks', keys: ['track'] },
    ],
  },
  /** What a model knows of a listener. The vector is also in the model's own index (`vectorGroup`). */
  description: {
    group: 'descriptions',
    tables: [
      { name: 'embeddings', keys: ['model', 'listener'] },
      { name: 'descriptions', keys: ['model', 'listener'] },
      { name: 'description_details', keys: ['model', 'listener'], local: 'n' },
    ],
  },
  friends: { group: 'relations', tables: [{ name: 'friends', keys: ['a'] }] },
  candidate: { group: 'relations', tables: [{ name: 'candidates', keys: ['id'] }] },
  /** The files are in Hopsworks' model registry, under the name of the store; the versions are ours. */
  model: { group: 'relations', tables: [{ name: 'models', keys: ['version'], isRoot: true }] },
  promotion: { group: 'relations', tables: [{ name: 'promotions', keys: ['n'] }] },
  /** A thousand listeners each, so that erasing one rewrites little. */
  split: { group: 'relations', tables: [{ name: 'splits', keys: ['version', 'listener >> 10'] }] },
  refresh: { group: 'relations', tables: [{ name: 'refreshes', keys: ['model'] }] },
  barred: { group: 'relations', tables: [{ name: 'barred', keys: ['mark'] }] },
  barredKey: { group: 'relations', tables: [{ name: 'barred_key', keys: ['n'] }] },
  change: { group: 'relations', tables: [{ name: 'changes', keys: ['seq'] }] },
}

/** Counts follow from the documents; `unscrubbed` is about a machine's own files. */
export const localCounts = ['artist_counts', 'track_counts'] as const
export const localTables: readonly string[] = [...localCounts, 'unscrubbed']

/** The most bytes of a document in one row: an online `blob` takes 65,535. */
export const partBytes = 60_000

/**
 * Documents as rows. A row is never changed: a new version of a document takes new numbers, and the former rows are
 * removed. So whoever knows a number reads on from there, one row after the other, by primary key alone.
 */
export function documentGroup(store: string, group: DocumentGroup): FeatureGroupDefinition {
  return {
    name: `${store}_${group}`,
    version: 1,
    description: `Consonance: ${group}`,
    primaryKey: ['n'],
    eventTime: 'written_at',
    features: [
      { name: 'n', type: 'bigint', description: 'running number, 1 and up' },
      { name: 'document', type: 'bigint', description: 'number of the first row that the document ever had' },
      { name: 'kind', type: 'string' },
      { name: 'part', type: 'int', description: 'a long document takes several rows: 0, 1, ...' },
      { name: 'parts', type: 'int', description: '0: the document was removed' },
      { name: 'content', type: 'binary', onlineType: 'blob', description: 'JSON, from 400 bytes on deflated (zlib)' },
      { name: 'written_at', type: 'timestamp' },
    ],
  }
}

/** One row, n = 0: up to which number each group counts. Writing it is what commits. */
export function headGroup(store: string): FeatureGroupDefinition {
  return {
    name: `${store}_head`,
    version: 1,
    description: 'Consonance: up to where the other groups count',
    primaryKey: ['n'],
    eventTime: 'written_at',
    features: [
      { name: 'n', type: 'bigint' },
      { name: 'content', type: 'binary', onlineType: 'blob', description: 'JSON' },
      { name: 'written_at', type: 'timestamp' },
    ],
  }
}

/** The vectors of one model, in a vector index of their own, compared by the cosine as they were trained. */
export function vectorGroup(store: string, model: number, dimension: number): FeatureGroupDefinition {
  const name = vectorGroupName(store, model)
  return {
    name,
    version: 1,
    description: `Consonance: embeddings of model version ${model}`,
    primaryKey: ['listener'],
    eventTime: 'written_at',
    features: [
      { name: 'listener', type: 'bigint' },
      { name: 'key', type: 'string', description: 'the opaque key of the listener' },
      { name: 'embedding', type: 'array<float>' },
      { name: 'written_at', type: 'timestamp' },
    ],
    embeddingIndex: { name, embeddings: [{ feature: 'embedding', dimension, similarity: 'cosine' }] },
  }
}

export const vectorGroupName = (store: string, model: number): string => `${store}_embeddings_v${model}`

/** A folder with an entry for each process that wants to write, as the steps of its path. */
export const lockFolder = (store: string): readonly string[] => ['Resources', store, 'lock']
