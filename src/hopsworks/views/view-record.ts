import type { FeatureType } from '../groups/feature-types.ts'
import type { GroupRecord } from '../groups/group-record.ts'
import type { ViewFeature } from './feature-view.ts'

/** A feature view as the API tells it, as far as this client reads it. */
export interface ViewRecord {
  readonly id: number
  readonly name: string
  readonly version: number
  readonly description?: string | null
  readonly features?: readonly ViewFeatureRecord[] | null
  readonly query?: { readonly leftFeatureGroup?: GroupRecord } | null
  /** What rows are looked up by. */
  readonly servingKeys?: readonly ServingKeyRecord[] | null
}

interface ViewFeatureRecord {
  readonly name: string
  readonly type?: string
  readonly label?: boolean
  readonly featuregroup?: { readonly id: number; readonly embeddingIndex?: unknown } | null
}

interface ServingKeyRecord {
  readonly featureName: string
  readonly prefix?: string | null
  /** False where it is told by `joinOn`. */
  readonly required?: boolean
  readonly joinOn?: string | null
  /** 0 is the root, then the joins in their order. */
  readonly joinIndex: number
}

export function viewFeaturesOf({ features }: ViewRecord): ViewFeature[] {
  return (features ?? []).map(({ name, type = 'string', label = false }) => ({
    name,
    type: type.toLowerCase() as FeatureType,
    isLabel: label,
  }))
}
