import type { ProjectFiles } from './files/project-files.ts'
import type { FeatureStore } from './groups/feature-store.ts'
import type { ModelRegistry } from './models/model-registry.ts'

/** A project that is logged in to. Close it when done: it keeps connections open. */
export interface Project extends AsyncDisposable {
  readonly id: number
  readonly name: string
  readonly host: string
  readonly port: number
  /** Of the backend, such as `5.1.0`. */
  readonly version: string
  readonly features: FeatureStore
  readonly models: ModelRegistry
  readonly files: ProjectFiles
  /** Resolves when no row is on its way to Kafka any more, also of calls that were given up or failed. */
  settled(): Promise<void>
  /** Waits for rows that are on their way to Kafka, gives up all else, and closes all connections. */
  close(): Promise<void>
}
