import type { ModelProvenance } from './model-registry.ts'

/** A model as the API tells it, as far as this client reads it. */
export interface ModelRecord {
  readonly name: string
  readonly version: number
  readonly description?: string | null
  readonly framework?: string | null
  readonly created?: string | number | null
  readonly metrics?: Readonly<Record<string, unknown>> | null
  readonly featureView?: { readonly name?: string; readonly version?: number } | null
  readonly trainingDatasetVersion?: number | null
}

/** Metrics arrive bare or within `attributes`, as numbers or as text. */
export function metricsOf({ metrics }: ModelRecord): Readonly<Record<string, number>> {
  const given = (metrics?.attributes ?? metrics ?? {}) as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    Object.entries(given)
      .map(([name, value]) => [name, Number(value)] as const)
      .filter(([, value]) => Number.isFinite(value)),
  )
}

export function provenanceOf({
  featureView,
  trainingDatasetVersion,
}: Pick<ModelRecord, 'featureView' | 'trainingDatasetVersion'>): ModelProvenance | undefined {
  if (!featureView?.name || !featureView.version || !trainingDatasetVersion) return undefined
  return {
    featureView: { name: featureView.name, version: featureView.version },
    trainingDataset: trainingDatasetVersion,
  }
}

/** One step of where something comes from, with the steps above it. */
export interface ProvenanceLink {
  readonly node?: {
    readonly artifactType?: string
    readonly artifact?: { readonly name?: string; readonly version?: number } | null
  }
  readonly upstream?: readonly ProvenanceLink[] | null
}

/** The training data set that stands above a model, and the feature view above that. */
export function provenanceOfLinks(model: ProvenanceLink): ModelProvenance | undefined {
  const set = above(model, 'TRAINING_DATASET')
  const view = set && above(set, 'FEATURE_VIEW')
  return provenanceOf({
    featureView: view?.node?.artifact ?? null,
    trainingDatasetVersion: set?.node?.artifact?.version ?? null,
  })
}

function above({ upstream }: ProvenanceLink, type: string): ProvenanceLink | undefined {
  return (upstream ?? []).find(({ node }) => node?.artifactType === type)
}

export function createdOf({ created }: ModelRecord): Date | undefined {
  if (created === null || created === undefined) return undefined
  const at = new Date(/^\d+$/.test(`${created}`) ? Number(created) : created)
  return Number.isNaN(at.getTime()) ? undefined : at
}
