import type { FeatureViewDto } from '../views/feature-view.ts'
import type { FeatureViews, TrainingDatasetDto } from '../views/feature-views.ts'
import type { ModelOrigins } from '../views/provenance.ts'

export interface Model {
  readonly [key: string]: unknown
  readonly id: string
  readonly name: string
  readonly version: number
  readonly metrics: Readonly<Record<string, number>> | null
}

interface Origin {
  readonly view: FeatureViewDto
  readonly set: TrainingDatasetDto
}

/** The registered models, and what they were made from. */
export class Models implements ModelOrigins {
  readonly #views: FeatureViews
  readonly #models = new Map<string, Model>()
  readonly #origins = new Map<string, { readonly view: string; readonly version: number; readonly set: number }>()

  constructor(views: FeatureViews) {
    this.#views = views
  }

  get all(): readonly Model[] {
    return [...this.#models.values()]
  }

  get(id: string): Model | undefined {
    return this.#models.get(id)
  }

  /** What it was made from is told by its links alone. */
  set({ featureView, trainingDatasetVersion, ...model }: Model): Model {
    const view = featureView as { readonly name: string; readonly version: number } | null | undefined
    if (view && trainingDatasetVersion)
      this.#origins.set(model.id, { view: view.name, version: view.version, set: trainingDatasetVersion as number })
    this.#models.set(model.id, model)
    return model
  }

  delete(id: string): void {
    this.#models.delete(id)
    this.#origins.delete(id)
  }

  origin(id: string): Origin | undefined {
    const known = this.#origins.get(id)
    const [view] = known ? this.#views.named(known.view, known.version) : []
    const set = view && this.#views.trainingDataset(view, known!.set)
    return set && { view, set }
  }

  madeFrom(view: FeatureViewDto, set: TrainingDatasetDto): readonly Model[] {
    return this.all.filter(({ id }) => {
      const origin = this.origin(id)
      return origin?.view.id === view.id && origin.set.id === set.id
    })
  }
}
