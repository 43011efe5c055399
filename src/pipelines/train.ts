import { Problem } from '../taste/problem.ts'
import { arbitrate, seenBy } from '../training/arbitration.ts'
import type { FittedModel, ModelKind } from '../training/model.ts'
import type { Tuned } from '../training/tuning/tune.ts'
import { validatedOf, validationTasks } from '../training/validation.ts'
import { registerModel, type TrainReport } from './register-model.ts'
import type { TrainDeps, TrainOptions } from './train-options.ts'
import { leastListeners, listenersIn, readTrainingData, type TrainingData } from './training-data.ts'
import {
  calibrateWithProgress,
  examineWithProgress,
  fitWithProgress,
  measureWithProgress,
  tuneWithProgress,
} from './training-steps.ts'

/**
 * Fits a model on the stored listeners that may be trained on, evaluates it beside the simple ways on listeners it
 * never saw, registers it, and promotes it if it is better than the promoted one and than the simpler kind.
 *
 * Excluded listeners are never read. Validation listeners are left out of everything that is fitted (vocabularies,
 * idf, genres, SVD) while the model is evaluated; a kind that gains from them is then fitted again with them.
 *
 * @throws Problem when nobody may be trained on, or the exclusion list can't be read.
 */
export async function train(options: TrainOptions, deps: TrainDeps): Promise<TrainReport> {
  const { kind, simpler, signal } = deps
  const data = await readTrainingData(options, deps)
  signal?.throwIfAborted()

  const training = listenersIn(data, 'train')
  const tooFew = training.listeners.length < leastListeners
  const tasks = tooFew ? [] : validationTasks(data.corpus, data.parts, data.friends)
  if (options.tune !== undefined && !kind.trial)
    throw new Problem(`a ${kind.kind} model has nothing to tune`, { do: 'leave out --tune, or choose another --kind' })
  if (options.tune !== undefined && tasks.length === 0)
    throw new Problem('too few listeners are left to tune on', { do: 'import more listeners, or leave out --tune' })
  if (tasks.length === 0) return trainUnmeasured(data, options, deps)

  const models = new Map<ModelKind, FittedModel>()
  const tuned = await tuneWithProgress(training, tasks, data, options, deps)
  if (tuned) models.set(kind, tuned.model)
  for (const each of simpler ? [kind, simpler] : [kind])
    if (!models.has(each)) models.set(each, await fitWithProgress(each, training, tasks, data.marks, options, deps))
  const measured = measureWithProgress(tasks, [...models.values()], options, deps)
  const arbitration = simpler && arbitrate(measured, kind.kind, simpler.kind, options)
  const winner = simpler && arbitration?.winner === simpler.kind ? simpler : kind
  const register = async (each: ModelKind) => {
    const seen = seenBy(each.kind, measured)
    const evaluated = models.get(each)!
    const examined = examineWithProgress(seen, evaluated, options, deps)
    const calibrated = calibrateWithProgress(evaluated, training, data, deps)
    const chosen = tuned && each === kind ? asTuned(kind, tuned, options) : each
    // One that is registered only to be looked at is not worth a second fit.
    const again = each === winner && each.refit ? await refit(chosen, data, options, deps) : undefined
    const made = {
      ...{ model: again ?? evaluated, seesAll: again !== undefined, evaluated },
      ...{ validated: validatedOf(seen, options), examined, calibrated, data },
      ...(arbitration && { arbitration }),
      ...(tuned && each === kind && { tuning: tuned.trail }),
    }
    return registerModel(made, options, deps)
  }
  if (winner === kind) return register(kind)
  const beaten = await register(kind)
  const report = await register(winner)
  return { ...report, notes: [...report.notes, `v${beaten.version} (${kind.kind}) is registered: ${beaten.why}`] }
}

/** The kind with the configuration that tuning chose. */
function asTuned(kind: ModelKind, { trail }: Tuned, options: TrainOptions): ModelKind {
  const winner = kind.trial!(trail.winner, options)
  return { ...kind, fit: (corpus, fitOptions) => winner.fit(corpus, fitOptions, 1) }
}

/** Undefined when it is stopped: what was evaluated is better than half of another. */
async function refit(
  kind: ModelKind,
  data: TrainingData,
  options: TrainOptions,
  deps: TrainDeps,
): Promise<FittedModel | undefined> {
  if (deps.signal?.aborted) return undefined
  const model = await fitWithProgress(
    kind,
    data.corpus,
    [],
    data.marks,
    options,
    deps,
    ' with the validation listeners',
  )
  return deps.signal?.aborted ? undefined : model
}

/** Where nobody can be held out, the simpler kind is the safer one. */
async function trainUnmeasured(data: TrainingData, options: TrainOptions, deps: TrainDeps): Promise<TrainReport> {
  const { kind, simpler } = deps
  const note =
    simpler && `Too few listeners to tell whether the ${kind.kind} model is better than the ${simpler.kind} one.`
  const notes = [...data.notes, ...(note === undefined ? [] : [note])]
  const model = await fitWithProgress(simpler ?? kind, data.corpus, [], data.marks, options, deps)
  const unmeasured = { seesAll: true, validated: [], examined: { slices: [], audio: [] } }
  return registerModel({ model, ...unmeasured, data: { ...data, notes } }, options, deps)
}
