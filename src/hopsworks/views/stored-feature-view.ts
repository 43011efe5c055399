import { isMissing, missing } from '../api-refusal.ts'
import type { Row } from '../groups/feature-types.ts'
import type { GroupRecord } from '../groups/group-record.ts'
import { Tagged, Tags } from '../groups/tags.ts'
import type { CallOptions } from '../login-options.ts'
import type { OnlineStore } from '../online/online-store.ts'
import type { Services } from '../services.ts'
import type { Session } from '../session.ts'
import { PreparedView } from '../sql/prepared-view.ts'
import type {
  BatchOptions,
  FeatureView,
  TrainingDataset,
  TrainingDatasetDefinition,
  ViewFeature,
} from './feature-view.ts'
import { StoredTrainingDataset } from './stored-training-dataset.ts'
import { type TrainingDatasetRecord, trainingDatasetBody } from './training-dataset-record.ts'
import { readView } from './view-reader.ts'
import { type ServingKeyRecord, type ViewRecord, viewFeaturesOf } from './view-record.ts'
import { OfflineView } from './view-rows.ts'

/** A feature view that the backend has. */
export class StoredFeatureView extends Tagged implements FeatureView {
  readonly id: number
  readonly name: string
  readonly version: number
  readonly description: string
  readonly features: readonly ViewFeature[]
  readonly #session: Session
  readonly #store: OnlineStore
  readonly #rows: OfflineView
  readonly #prepared: PreparedView
  readonly #group: GroupRecord | undefined
  readonly #servingKeys: readonly ServingKeyRecord[]
  readonly #path: string
  readonly #subject: string

  /** @param storePath of the feature store, below the project */
  constructor(session: Session, services: Services, storePath: string, record: ViewRecord) {
    const path = `${storePath}/featureview/${record.name}/version/${record.version}`
    const subject = `feature view "${record.name}"`
    super(new Tags(session, path, subject))
    this.id = record.id
    this.name = record.name
    this.version = record.version
    this.description = record.description ?? ''
    this.features = viewFeaturesOf(record)
    this.#session = session
    this.#group = record.query?.leftFeatureGroup
    this.#servingKeys = record.servingKeys ?? []
    this.#store = services.onlineStore
    this.#path = path
    this.#prepared = new PreparedView(session, services.database, path, record, this.features)
    this.#rows = new OfflineView(session, services.offlineStore, path)
    this.#subject = subject
  }

  read(keys: readonly Row[], { signal }: CallOptions = {}): Promise<(Row | undefined)[]> {
    if (this.#session.options.onlineReads === 'sql') return this.#prepared.read(keys, signal)
    const { name, version, features } = this
    const featureStore = this.#session.project.name.toLowerCase()
    const view = { featureStore, name, version, features, servingKeys: this.#servingKeys }
    return readView(this.#store, view, keys, signal)
  }

  readOffline({ from, until, labels = false, signal }: BatchOptions = {}): AsyncGenerator<Row[], void, undefined> {
    return this.#rows.read({ from, until, labels }, { subject: `rows of ${this.#subject}`, signal })
  }

  async createTrainingDataset(
    definition: TrainingDatasetDefinition = {},
    { signal }: CallOptions = {},
  ): Promise<TrainingDataset> {
    const record = (await this.#session.projectApi({
      method: 'POST',
      path: `${this.#path}/trainingdatasets`,
      json: trainingDatasetBody(this, this.#group, definition),
      subject: `training data set of "${this.name}"`,
      signal,
    })) as TrainingDatasetRecord
    return this.#trainingDataset(record)
  }

  async trainingDatasets({ signal }: CallOptions = {}): Promise<TrainingDataset[]> {
    const answer = (await this.#session.projectApi({
      method: 'GET',
      path: `${this.#path}/trainingdatasets`,
      subject: `training data sets of "${this.name}"`,
      isMissing: isMissing(missing.trainingDataset),
      signal,
    })) as { items?: TrainingDatasetRecord[] } | TrainingDatasetRecord[] | null | undefined
    const records = Array.isArray(answer) ? answer : (answer?.items ?? [])
    return records.toSorted((a, b) => a.version - b.version).map((record) => this.#trainingDataset(record))
  }

  async delete({ signal }: CallOptions = {}): Promise<void> {
    await this.#session.projectApi({ method: 'DELETE', path: this.#path, subject: this.#subject, signal })
  }

  #trainingDataset(record: TrainingDatasetRecord): StoredTrainingDataset {
    return new StoredTrainingDataset(this.#session, this.#rows, this.#path, this.name, record)
  }
}
