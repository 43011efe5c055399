import type { FeatureGroups } from '../groups/feature-groups.ts'
import type { LogicDto } from '../queries/query-dto.ts'
import { QueryRefusal } from '../queries/query-plan.ts'
import { completedView, type FeatureViewDto } from './feature-view.ts'

export interface TrainingDatasetDto {
  readonly [key: string]: unknown
  readonly id: number
  readonly version: number
  readonly splits: readonly SplitDto[]
  readonly eventStartTime: number | null
  readonly eventEndTime: number | null
  readonly extraFilter?: LogicDto | null
}

interface SplitDto {
  readonly name: string
  readonly splitType?: string | null
  readonly percentage?: number | null
  readonly startTime?: number | null
  readonly endTime?: number | null
}

/** All feature views of one project, with their training data sets. */
export class FeatureViews {
  readonly #groups: FeatureGroups
  readonly #project: string
  readonly #featureStoreId: number
  readonly #user: string
  readonly #views = new Map<number, FeatureViewDto>()
  readonly #sets = new Map<number, TrainingDatasetDto[]>()
  #lastId = 30

  constructor(groups: FeatureGroups, project: string, featureStoreId: number, user: string) {
    this.#groups = groups
    this.#project = project
    this.#featureStoreId = featureStoreId
    this.#user = user
  }

  get all(): readonly FeatureViewDto[] {
    return [...this.#views.values()]
  }

  named(name: string, version?: number): readonly FeatureViewDto[] {
    return this.all.filter((view) => view.name === name && (version === undefined || view.version === version))
  }

  /** @throws {QueryRefusal} when there is one already, or its query can't be constructed */
  create(asked: Readonly<Record<string, unknown>>): FeatureViewDto {
    const name = asked.name as string
    if (!/^[a-z][a-z0-9_]{0,62}$/.test(name)) throw new QueryRefusal(400, 270_091, `The name ${name} is illegal`)
    const version = (asked.version as number | null) ?? Math.max(0, ...this.named(name).map((view) => view.version)) + 1
    if (this.named(name, version).length > 0)
      throw new QueryRefusal(400, 270_179, `Feature view: ${name}, version: ${version}`)
    const view = completedView(asked, {
      id: ++this.#lastId,
      version,
      featureStoreId: this.#featureStoreId,
      project: this.#project,
      user: this.#user,
      groups: this.#groups,
    })
    this.#views.set(view.id, view)
    return view
  }

  /** Takes over the description alone, as the server does. */
  update(view: FeatureViewDto, description: unknown): FeatureViewDto {
    const updated = { ...view, description }
    this.#views.set(view.id, updated)
    return updated
  }

  delete({ id }: FeatureViewDto): void {
    this.#views.delete(id)
    this.#sets.delete(id)
  }

  trainingDatasets({ id }: FeatureViewDto): readonly TrainingDatasetDto[] {
    return this.#sets.get(id) ?? []
  }

  trainingDataset(view: FeatureViewDto, version: number): TrainingDatasetDto | undefined {
    return this.trainingDatasets(view).find((set) => set.version === version)
  }

  /** @throws {QueryRefusal} when its splits make no sense */
  createTrainingDataset(view: FeatureViewDto, asked: Readonly<Record<string, unknown>>): TrainingDatasetDto {
    const sets = this.trainingDatasets(view)
    const splits = (asked.splits ?? []) as readonly SplitDto[]
    checkSplits(splits, view)
    const set: TrainingDatasetDto = {
      ...asked,
      id: ++this.#lastId,
      name: `${view.name}_${view.version}`,
      version: (asked.version as number | null) ?? Math.max(0, ...sets.map(({ version }) => version)) + 1,
      splits,
      eventStartTime: (asked.eventStartTime as number | null) ?? null,
      eventEndTime: (asked.eventEndTime as number | null) ?? null,
      featurestoreId: this.#featureStoreId,
      featurestoreName: `${this.#project.toLowerCase()}_featurestore`,
      featureViewName: view.name,
      featureViewVersion: view.version,
      created: new Date().toISOString(),
      creator: view.creator,
      location: '',
    }
    this.#sets.set(view.id, [...sets, set])
    return set
  }

  deleteTrainingDatasets({ id }: FeatureViewDto, which: (set: TrainingDatasetDto) => boolean): void {
    this.#sets.set(
      id,
      (this.#sets.get(id) ?? []).filter((set) => !which(set)),
    )
  }
}

function checkSplits(splits: readonly SplitDto[], view: FeatureViewDto): void {
  const names = new Set(splits.map(({ name }) => name))
  if (names.size < splits.length) throw new QueryRefusal(400, 270_106, 'The split names must be unique.')
  const { eventTime } = view.query.leftFeatureGroup as unknown as { readonly eventTime: string | null }
  for (const { name, splitType, percentage, startTime, endTime } of splits)
    if (splitType === 'TIME_SERIES_SPLIT') {
      if (!eventTime) throw new QueryRefusal(400, 270_172, 'Failed to define time series split')
      if (!startTime || !endTime || startTime >= endTime)
        throw new QueryRefusal(400, 270_206, `Start/end time of ${name} split is/are not provided.`)
    } else if (!percentage || percentage <= 0) throw new QueryRefusal(400, 270_099, 'Weights must be greater than 0.')
}
