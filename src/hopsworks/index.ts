/**
 * A client for Hopsworks: feature groups, rows in and out, vector search, feature views, files, model registry.
 * Published as `consonance/hopsworks`, and usable without the rest.
 * @module
 */
export { type ErrorDetails, HopsworksError, type Part } from './error.ts'
export type { ProjectFile, ProjectFiles } from './files/project-files.ts'
export type {
  EmbeddingDefinition,
  EmbeddingIndexDefinition,
  FeatureDefinition,
  FeatureGroupDefinition,
  Similarity,
} from './groups/definition.ts'
export type {
  FeatureGroup,
  FeatureStatistics,
  Ingestion,
  Insertion,
  InsertOptions,
  Materialization,
  NearestOptions,
  Neighbour,
  OfflineReadOptions,
  ScanOptions,
  Statistics,
} from './groups/feature-group.ts'
export type { FeatureStore } from './groups/feature-store.ts'
export type { FeatureType, FeatureValue, Row } from './groups/feature-types.ts'
export type { Filter, FilterValue } from './groups/filter.ts'
export type { Taggable } from './groups/tags.ts'
export type { Environment } from './http/environment.ts'
export type { Log, LogEvent } from './log.ts'
export { login } from './login.ts'
export type { CallOptions, LoginOptions, ServiceAddresses, Timeouts } from './login-options.ts'
export type { Model, ModelFile, ModelProvenance, ModelRegistry, NewModel } from './models/model-registry.ts'
export { isRefusedRegistration } from './models/project-model-registry.ts'
export type { Project } from './project.ts'
export type {
  BatchOptions,
  FeatureView,
  FeatureViewDefinition,
  TrainingDataset,
  TrainingDatasetDefinition,
  TrainingSplit,
  ViewFeature,
  ViewJoin,
  ViewQuery,
} from './views/feature-view.ts'
