import { createHash } from 'node:crypto'
import type { Corpus } from '../features/corpus.ts'
import { embeddingCosine } from '../features/scorers.ts'
import { scoresOfAll } from '../training/arbitration.ts'
import { audioEffects } from '../training/audio-effect.ts'
import { simpleWays } from '../training/baselines/baselines.ts'
import { type Calibrated, calibrate } from '../training/calibration/calibrate.ts'
import type { FittedModel, ModelKind } from '../training/model.ts'
import type { ReportContents } from '../training/report/report.ts'
import { namelessSlices, slicesOf } from '../training/slices.ts'
import { TuningFile } from '../training/tuning/trail.ts'
import { type Tuned, tune } from '../training/tuning/tune.ts'
import {
  type MeasuredTask,
  measureTasks,
  queriesOf,
  quickValidation,
  scoreModel,
  type ValidationTask,
} from '../training/validation.ts'
import type { TrainDeps, TrainOptions } from './train-options.ts'
import { dataHash, listenersIn, type TrainingData } from './training-data.ts'

/** Fits one kind. */
export async function fitWithProgress(
  kind: ModelKind,
  corpus: Corpus,
  tasks: readonly ValidationTask[],
  marks: readonly string[],
  { seed, preset, checkpoint }: TrainOptions,
  { progress, signal }: TrainDeps,
  how = '',
): Promise<FittedModel> {
  using task = progress.start(`fitting the ${kind.kind} model${how}`, { unit: '%', total: 100 })
  let percent = 0
  const model = await kind.fit(corpus, {
    seed,
    preset,
    marks,
    ...(tasks.some((task) => task.kind !== 'friends') && { validate: quickValidation(tasks) }),
    progress({ step, done, loss, examplesPerSecond }) {
      const speed = examplesPerSecond === undefined ? [] : [`${Math.round(examplesPerSecond)} examples/s`]
      const note = [step, ...(loss === undefined ? [] : [`loss ${loss.toFixed(3)}`]), ...speed].join(', ')
      task.advance(Math.floor(100 * done) - percent, note)
      percent = Math.floor(100 * done)
    },
    ...(signal && { signal }),
    ...(checkpoint !== undefined && { checkpoint }),
  })
  task.advance(100 - percent)
  task.finish(`${corpus.listeners.length} listeners`)
  return model
}

/** Undefined where no tuning was asked for. */
export async function tuneWithProgress(
  training: Corpus,
  tasks: readonly ValidationTask[],
  data: TrainingData,
  { seed, preset, checkpoint, tune: trials }: TrainOptions,
  { kind, progress, signal }: TrainDeps,
): Promise<Tuned | undefined> {
  if (trials === undefined) return undefined
  const trial = (number: number) => kind.trial!(number, { seed, preset })
  const asked = tasks.map((task) => [task.source, task.kind, queriesOf(task)])
  const run = createHash('sha256')
    .update(JSON.stringify([dataHash(data), asked, seed, preset, kind.kind, trial(0).configuration]))
    .digest('hex')
  using task = progress.start('tuning', { unit: '%', total: 100 })
  let percent = 0
  const tuned = await tune(training, {
    trials,
    trial,
    score: (model) => scoreModel(tasks, model),
    fit: {
      ...{ seed, preset, marks: data.marks, validate: quickValidation(tasks) },
      ...(signal && { signal }),
      ...(checkpoint !== undefined && { checkpoint }),
    },
    ...(checkpoint !== undefined && { file: new TuningFile(`${checkpoint}.tuning.json`, run) }),
    progress({ step, done }) {
      task.advance(Math.floor(100 * done) - percent, step)
      percent = Math.floor(100 * done)
    },
  })
  task.advance(100 - percent)
  task.finish(`trial ${tuned.trail.winner} of ${trials} is the best`)
  return tuned
}

/** Every model beside the simple ways. */
export function measureWithProgress(
  tasks: readonly ValidationTask[],
  models: readonly FittedModel[],
  { seed }: TrainOptions,
  { progress }: TrainDeps,
): readonly MeasuredTask[] {
  const scores = scoresOfAll(models)
  const total = tasks.length * (scores.size + simpleWays.length)
  using task = progress.start('evaluating', { unit: 'scores', total })
  const measured = measureTasks(tasks, scores, { seed, progress: (name) => task.advance(1, name) })
  task.finish()
  return measured
}

/** On the model that was evaluated; one that is then fitted again with the held-out listeners scores nearly alike. */
export function calibrateWithProgress(
  model: FittedModel,
  training: Corpus,
  data: TrainingData,
  { progress }: TrainDeps,
): Calibrated {
  using task = progress.start('calibrating', { unit: '%', total: 100 })
  const heldOut = listenersIn(data, 'validation')
  const calibrated = calibrate(model, heldOut, training)
  task.advance(100)
  task.finish(`${calibrated.calibration ? '' : 'too few of '}${heldOut.listeners.length} held-out listeners`)
  return calibrated
}

/** On which listeners a model does how well, and by what. */
export type Examined = Pick<ReportContents, 'slices' | 'audio'>

/** Breaks a measured model down by listeners, and by what it hears. */
export function examineWithProgress(
  tasks: readonly MeasuredTask[],
  model: FittedModel,
  { seed }: TrainOptions,
  { progress }: TrainDeps,
): Examined {
  using task = progress.start(`examining the ${model.kind} model`, { unit: 'tables', total: 3 })
  const advanced = <T>(result: T): T => {
    task.advance(1)
    return result
  }
  const embedding = embeddingCosine('embedding', model)
  const slices = advanced(slicesOf(tasks, { seed }))
  const nameless = advanced(namelessSlices(tasks, embedding, { seed }))
  const audio = advanced(audioEffects(tasks, model, { seed }))
  task.finish()
  return { slices: [...slices, ...nameless], audio }
}
