import type { FeatureType } from '../groups/feature-types.ts'
import type { ViewFeature } from './feature-view.ts'

/** A feature view as the API tells it, as far as this client reads it. */
export interface ViewRecord {
  readonly id: number
  readonly name: string
  readonly version: number
  readonly description?: string | null
  readonly features?: readonly { readonly name: string; readonly type?: string; readonly label?: boolean }[] | null
}

export function viewFeaturesOf({ features }: ViewRecord): ViewFeature[] {
  return (features ?? []).map(({ name, type = 'string', label = false }) => ({
    name,
    type: type.toLowerCase() as FeatureType,
    isLabel: label,
  }))
}
