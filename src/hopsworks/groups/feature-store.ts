import type { CallOptions } from '../login-options.ts'
import type { FeatureView, FeatureViewDefinition } from '../views/feature-view.ts'
import type { FeatureGroupDefinition } from './definition.ts'
import type { FeatureGroup } from './feature-group.ts'

/** The feature store of a project. */
export interface FeatureStore {
  readonly id: number
  readonly name: string
  /** @throws HopsworksError when there is one of that name and version. */
  createFeatureGroup(definition: FeatureGroupDefinition, options?: CallOptions): Promise<FeatureGroup>
  /** The stored one, or a new one. @throws HopsworksError when the stored one has other features, keys or embeddings. */
  ensureFeatureGroup(definition: FeatureGroupDefinition, options?: CallOptions): Promise<FeatureGroup>
  /** The newest version where none is given. */
  featureGroup(name: string, version?: number, options?: CallOptions): Promise<FeatureGroup | undefined>
  featureGroups(options?: CallOptions): Promise<FeatureGroup[]>
  /** @throws HopsworksError when there is one of that name and version. */
  createFeatureView(definition: FeatureViewDefinition, options?: CallOptions): Promise<FeatureView>
  /** The newest version where none is given. */
  featureView(name: string, version?: number, options?: CallOptions): Promise<FeatureView | undefined>
}
