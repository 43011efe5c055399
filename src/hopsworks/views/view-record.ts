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

export interface ServingKeyRecord {
  readonly featureName: string
  /** That it is a key of. */
  readonly featureGroup?: GroupRecord | null
  readonly prefix?: string | null
  /** False where it is told by `joinOn`. */
  readonly required?: boolean
  readonly joinOn?: string | null
  /** 0 is the root, then the joins in their order. */
  readonly joinIndex: number
}

/** Of what rows are looked up by, which need not be among the view's features; undefined where the API doesn't tell. */
export function keyTypeOf({ featureName, featureGroup }: ServingKeyRecord): string | undefined {
  return featureGroup?.features?.find(({ name }) => name === featureName)?.type.toLowerCase()
}

/** As keys may name it, in the order of preference. */
export function keyNamesOf({ featureName, prefix, required, joinOn }: ServingKeyRecord): string[] {
  const asked = required === false ? joinOn : `${prefix ?? ''}${featureName}`
  return [...new Set([asked ?? featureName, featureName])]
}

export function viewFeaturesOf({ features }: ViewRecord): ViewFeature[] {
  return (features ?? []).map(({ name, type = 'string', label = false }) => ({
    name,
    type: type.toLowerCase() as FeatureType,
    isLabel: label,
  }))
}
