import { isMissing, missing } from '../api-refusal.ts'
import type { Statistics } from '../groups/feature-group.ts'
import { newestStatistics } from '../groups/statistics.ts'
import { Tags } from '../groups/tags.ts'
import type { CallOptions } from '../login-options.ts'
import type { Session } from '../session.ts'
import type { TrainingDataset, TrainingSplit } from './feature-view.ts'
import { splitsOf, type TrainingDatasetRecord } from './view-record.ts'

/** A training data set that the backend remembers. */
export class StoredTrainingDataset implements TrainingDataset {
  readonly version: number
  readonly description: string
  readonly splits: readonly TrainingSplit[]
  readonly seed: number | undefined
  readonly #session: Session
  readonly #path: string
  readonly #subject: string
  readonly #tags: Tags

  /** @param viewPath of its feature view, below the project */
  constructor(session: Session, viewPath: string, view: string, record: TrainingDatasetRecord) {
    this.version = record.version
    this.description = record.description ?? ''
    this.splits = splitsOf(record)
    this.seed = record.seed ?? undefined
    this.#session = session
    this.#path = `${viewPath}/trainingdatasets/version/${this.version}`
    this.#subject = `training data set ${this.version} of "${view}"`
    this.#tags = new Tags(session, this.#path, this.#subject)
  }

  statistics(options: CallOptions = {}): Promise<Statistics | undefined> {
    return newestStatistics(this.#session, this.#path, this.#subject, options)
  }

  tags(options: CallOptions = {}): Promise<ReadonlyMap<string, unknown>> {
    return this.#tags.all(options)
  }

  setTag(name: string, value: unknown, options: CallOptions = {}): Promise<void> {
    return this.#tags.set(name, value, options)
  }

  async delete({ signal }: CallOptions = {}): Promise<void> {
    await this.#session.projectApi({
      method: 'DELETE',
      path: this.#path,
      subject: this.#subject,
      isMissing: isMissing(missing.trainingDataset),
      signal,
    })
  }
}
