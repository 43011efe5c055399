import { isMissing, missing } from '../api-refusal.ts'
import { HopsworksError } from '../error.ts'
import type { Statistics } from '../groups/feature-group.ts'
import type { Row } from '../groups/feature-types.ts'
import { newestStatistics } from '../groups/statistics.ts'
import { Tagged, Tags } from '../groups/tags.ts'
import type { CallOptions } from '../login-options.ts'
import type { Session } from '../session.ts'
import type { TrainingDataset, TrainingSplit } from './feature-view.ts'
import { RandomSplit, type Share } from './random-split.ts'
import { splitsOf, type TrainingDatasetRecord, timeOf } from './training-dataset-record.ts'
import type { OfflineView } from './view-rows.ts'

/** A training data set that the backend remembers. */
export class StoredTrainingDataset extends Tagged implements TrainingDataset {
  readonly version: number
  readonly description: string
  readonly splits: readonly TrainingSplit[]
  readonly seed: number | undefined
  readonly from: Date | undefined
  readonly until: Date | undefined
  readonly #session: Session
  readonly #rows: OfflineView
  readonly #path: string
  readonly #subject: string

  /** @param viewPath of its feature view, below the project */
  constructor(session: Session, rows: OfflineView, viewPath: string, view: string, record: TrainingDatasetRecord) {
    const path = `${viewPath}/trainingdatasets/version/${record.version}`
    const subject = `training data set ${record.version} of "${view}"`
    super(new Tags(session, path, subject))
    this.version = record.version
    this.description = record.description ?? ''
    this.splits = splitsOf(record)
    this.seed = record.seed ?? undefined
    this.from = timeOf(record.eventStartTime)
    this.until = timeOf(record.eventEndTime)
    this.#session = session
    this.#rows = rows
    this.#path = path
    this.#subject = subject
  }

  async *read(options: CallOptions & { readonly split?: string } = {}): AsyncGenerator<Row[], void, undefined> {
    const { from, until, version } = this
    const call = { subject: `rows of ${this.#subject}`, signal: options.signal }
    const split = this.#split(options.split)
    const all = { from, until, labels: true, trainingDataset: version }
    if (!split) yield* this.#rows.read(all, call)
    else if ('from' in split) {
      const times = { from: latest(from, split.from), until: earliest(until, split.until) }
      if (times.from < times.until) yield* this.#rows.read({ ...all, ...times }, call)
    } else {
      const { seed } = this
      if (seed === undefined)
        throw new HopsworksError('client', `${this.#subject}: it was made without a seed`, {
          do: 'make another one with a seed: nobody can draw the same parts again',
        })
      const shares = this.splits.filter((each): each is Share => 'share' in each)
      const choose = (keys: readonly string[]) => {
        const drawn = new RandomSplit(seed, shares, keys)
        return (key: Row) => drawn.partOf(key) === split.name
      }
      yield* this.#rows.readSome(all, choose, call)
    }
  }

  #split(name: string | undefined): TrainingSplit | undefined {
    const { splits } = this
    if (name === undefined && splits.length === 0) return undefined
    const found = splits.find((split) => split.name === name)
    if (found) return found
    throw new HopsworksError('client', `${this.#subject} has no split "${name ?? ''}"`, {
      do: splits.length > 0 ? `say one of: ${splits.map((split) => split.name).join(', ')}` : 'leave the split out',
    })
  }

  statistics(options: CallOptions = {}): Promise<Statistics | undefined> {
    return newestStatistics(this.#session, this.#path, this.#subject, options)
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

function latest(a: Date | undefined, b: Date): Date {
  return a && a > b ? a : b
}

function earliest(a: Date | undefined, b: Date): Date {
  return a && a < b ? a : b
}
