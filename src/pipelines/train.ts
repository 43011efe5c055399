import { createHash } from 'node:crypto'
import packageJson from '../../package.json' with { type: 'json' }
import { buildCorpora, type Lookups } from '../features/build-corpus.ts'
import type { Corpus } from '../features/corpus.ts'
import { storedRows } from '../features/load.ts'
import { embeddingCosine } from '../features/scorers.ts'
import { calibrationFile, writeCalibration } from '../matching/calibration.ts'
import type { FeatureStore, SplitPart } from '../store/feature-store.ts'
import type { ModelCard, ModelRegistry } from '../store/model-registry.ts'
import { marksOf } from '../store/policy.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import { Problem } from '../taste/problem.ts'
import type { Origin } from '../taste/provenance.ts'
import { type Arbitration, arbitrate, scoresOfAll, seenBy } from '../training/arbitration.ts'
import { audioEffects } from '../training/audio-effect.ts'
import { simpleWays } from '../training/baselines/baselines.ts'
import { type Calibrated, calibrate } from '../training/calibration/calibrate.ts'
import { selectListeners } from '../training/cut-corpus.ts'
import { readExclusions } from '../training/exclusions.ts'
import type { FittedModel, ModelKind, Preset } from '../training/model.ts'
import { fingerprint } from '../training/network/fingerprint.ts'
import { decidePromotion } from '../training/promotion.ts'
import { type ReportContents, trainingReport } from '../training/report/report.ts'
import { namelessSlices, slicesOf } from '../training/slices.ts'
import { split, splitText } from '../training/split.ts'
import { storedFriends } from '../training/stored-friends.ts'
import { TuningFile, type TuningTrail } from '../training/tuning/trail.ts'
import { type Tuned, tune } from '../training/tuning/tune.ts'
import {
  type MeasuredTask,
  measureTasks,
  queriesOf,
  quickValidation,
  scoreModel,
  type Validated,
  type ValidationTask,
  validatedOf,
  validationMetrics,
  validationTasks,
} from '../training/validation.ts'
import type { Progress } from './progress.ts'

export interface TrainOptions {
  readonly seed: number
  readonly preset: Preset
  /** File of listeners to leave out, one id a line. */
  readonly exclude?: string
  /** File that a long fit keeps up to date and continues from; tuning keeps another beside it. */
  readonly checkpoint?: string
  /** How many configurations of the kind to try on the validation listeners (docs/evaluation.md). */
  readonly tune?: number
  /** The command that was given, for the report. */
  readonly command?: string
}

export interface TrainDeps {
  readonly store: FeatureStore
  readonly registry: ModelRegistry
  readonly progress: Progress
  readonly kind: ModelKind
  /**
   * A kind that `kind` has to beat: fitted and measured beside it, and registered and promoted in its place where it is
   * better, or where there are too few listeners to tell.
   */
  readonly simpler?: ModelKind
  /** Aborted to stop: a kind that learns step by step is registered as far as it got. */
  readonly signal?: AbortSignal
  /** Seconds since 1970. */
  readonly clock?: () => number
}

export interface TrainReport {
  readonly version: number
  readonly promoted: boolean
  /** Why it was promoted or not. */
  readonly why: string
  readonly card: ModelCard
  /** How many listeners were in each part while the model was evaluated. */
  readonly listeners: Readonly<Record<'train' | 'validation' | 'excluded', number>>
  /** The model without the validation listeners, beside the simple ways, on every task that they allow. */
  readonly validated: readonly Validated[]
  /** How two kinds compared, where two were fitted. */
  readonly arbitration?: Arbitration
  /** What a reader should know, one sentence each. */
  readonly notes: readonly string[]
}

/** Name of the report among a model's files. */
export const reportFile = 'report.html'
/** Name of what tuning tried among a model's files. */
const tuningFile = 'tuning.json'

/** Share of the listeners held out to evaluate a model before it is registered. */
const validationShare = 0.1
/** Always the same listeners, whatever the seed of a model, so that models can be compared. */
const splitSeed = 1
/** Taste is what two listeners have in common. */
const leastListeners = 2

/**
 * Fits a model on the stored listeners that may be trained on, evaluates it beside the simple ways on listeners it
 * never saw, registers it, and promotes it if it is better than the promoted one and than the simpler kind.
 *
 * Excluded listeners are never read. Validation listeners are left out of everything that is fitted (vocabularies,
 * idf, genres, SVD) while the model is evaluated; a kind that fits in seconds is then fitted again with them.
 *
 * @throws Problem when nobody may be trained on, or the exclusion list can't be read.
 */
export async function train(options: TrainOptions, deps: TrainDeps): Promise<TrainReport> {
  const { kind, simpler, signal } = deps
  const excluded = options.exclude === undefined ? new Set<ListenerId>() : await readExclusions(options.exclude)
  const data = await readTrainingData(excluded, deps)
  signal?.throwIfAborted()

  const trainingRows = [...data.corpus.listeners.keys()].filter(
    (row) => data.parts.get(data.corpus.listeners[row]!) === 'train',
  )
  const tasks = trainingRows.length < leastListeners ? [] : validationTasks(data.corpus, data.parts, data.friends)
  if (options.tune !== undefined && !kind.trial)
    throw new Problem(`a ${kind.kind} model has nothing to tune`, { do: 'leave out --tune, or choose another --kind' })
  if (options.tune !== undefined && tasks.length === 0)
    throw new Problem('too few listeners are left to tune on', { do: 'import more listeners, or leave out --tune' })
  if (tasks.length === 0) {
    const only = simpler ?? kind
    const notes = simpler
      ? [`Too few listeners to tell whether the ${kind.kind} model is better than the ${only.kind} one.`]
      : []
    const model = await fitWithProgress(only, data.corpus, tasks, data.marks, options, deps)
    return registerModel(
      {
        model,
        seesAll: true,
        validated: [],
        examined: { slices: [], audio: [] },
        data: { ...data, notes: [...data.notes, ...notes] },
      },
      options,
      deps,
    )
  }

  const training = selectListeners(data.corpus, trainingRows)
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
    const validated = validatedOf(seen, options)
    const examined = examineWithProgress(seen, models.get(each)!, options, deps)
    const calibrated = calibrateWithProgress(models.get(each)!, training, data, deps)
    const model = each.refit ? await refit(each, data, options, deps) : models.get(each)!
    return registerModel(
      {
        ...{ model, seesAll: each.refit, validated, examined, calibrated, data },
        ...(arbitration && { arbitration }),
        ...(tuned && each === kind && { tuning: tuned.trail }),
      },
      options,
      deps,
    )
  }
  if (winner === kind) return register(kind)
  const beaten = await register(kind)
  const report = await register(winner)
  return { ...report, notes: [...report.notes, `v${beaten.version} (${kind.kind}) is registered: ${beaten.why}`] }
}

function refit(kind: ModelKind, data: TrainingData, options: TrainOptions, deps: TrainDeps): Promise<FittedModel> {
  deps.signal?.throwIfAborted()
  return fitWithProgress(kind, data.corpus, [], data.marks, options, deps, ' with the validation listeners')
}

/** On which listeners a model does how well, and by what. */
type Examined = Pick<ReportContents, 'slices' | 'audio'>

function examineWithProgress(
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

interface MadeModel {
  readonly model: FittedModel
  /** Whether it was fitted on the validation listeners too. */
  readonly seesAll: boolean
  readonly validated: readonly Validated[]
  readonly examined: Examined
  /** Absent where nobody could be held out. */
  readonly calibrated?: Calibrated
  readonly data: TrainingData
  readonly arbitration?: Arbitration
  readonly tuning?: TuningTrail
}

/** Registers a model with its report, and promotes it where it should be. */
async function registerModel(made: MadeModel, options: TrainOptions, deps: TrainDeps): Promise<TrainReport> {
  const { model, seesAll, validated, examined, calibrated, data, arbitration, tuning } = made
  const { registry } = deps
  const card = cardOf(model, validated, data, options, deps)
  const { promote, why } = decidePromotion(card, await registry.promoted(), arbitration)
  const listeners = countParts(data.parts)
  const report = trainingReport({
    card,
    promoted: promote,
    why,
    data: { listeners, sources: countSources(data.corpus) },
    trail: model.trail ?? [],
    validated,
    ...(arbitration && { arbitration }),
    ...(tuning && { tuning }),
    ...calibrated,
    ...examined,
    notes: data.notes,
    reproduction: { command: options.command ?? `train ${JSON.stringify(options)}`, versions: versions() },
  })
  const files = new Map([...model.save(), [reportFile, new TextEncoder().encode(report)]])
  if (calibrated?.calibration) files.set(calibrationFile, writeCalibration(calibrated.calibration))
  if (tuning) files.set(tuningFile, new TextEncoder().encode(JSON.stringify(tuning)))
  const version = await registry.register(card, files, seesAll ? withoutValidation(data.parts) : data.parts)
  if (promote) await registry.promote(version)
  const rest = { validated, notes: data.notes, ...(arbitration && { arbitration }) }
  return { version, promoted: promote, why, card, listeners, ...rest }
}

interface TrainingData {
  /** Everybody but the excluded. */
  readonly corpus: Corpus
  readonly parts: ReadonlyMap<ListenerId, SplitPart>
  readonly friends: ReadonlyMap<ListenerId, readonly ListenerId[]>
  readonly marks: readonly string[]
  readonly notes: readonly string[]
}

async function readTrainingData(
  excluded: ReadonlySet<ListenerId>,
  { store, progress, signal }: TrainDeps,
): Promise<TrainingData> {
  const { listeners: total, bySource } = await store.counts()
  using task = progress.start('reading listeners', { unit: 'listeners', total })
  async function* rows() {
    for await (const row of storedRows(store, 'train', { exclude: excluded })) {
      signal?.throwIfAborted()
      task.advance(1)
      yield row
    }
  }
  const origins = new Set<Origin>()
  const [corpus] = (await buildCorpora([rows()], notingOrigins(store, origins))) as [Corpus]
  task.finish()
  const sources = new Set(corpus.sources)
  for (const { source, origin } of bySource) if (sources.has(source)) origins.add(origin as Origin)
  if (corpus.listeners.length < leastListeners)
    throw new Problem(`${corpus.listeners.length} of the ${total} stored listeners may be trained on`, {
      do:
        total - excluded.size < leastListeners
          ? 'import more listeners first'
          : 'shorten the list of excluded listeners, or see docs/data-terms.md for what may be trained on',
    })

  const storedExcluded: ListenerId[] = []
  for (const listener of excluded) if (await store.listener(listener)) storedExcluded.push(listener)
  const unknown = excluded.size - storedExcluded.length
  return {
    corpus,
    parts: split([...corpus.listeners, ...storedExcluded], { seed: splitSeed, validation: validationShare, excluded }),
    friends: await storedFriends(store),
    marks: marksOf(origins),
    notes: unknown > 0 ? [`${unknown} of the ${excluded.size} excluded listeners are not stored.`] : [],
  }
}

/** Look-ups that remember where the genres and audio features that they told came from. */
function notingOrigins(store: Lookups, origins: Set<Origin>): Lookups {
  return {
    async artists(keys) {
      const found = await store.artists(keys)
      for (const artist of found) if (artist?.genres) origins.add(artist.genres.provenance.origin)
      return found
    },
    async tracks(keys) {
      const found = await store.tracks(keys)
      for (const track of found) if (track?.audio) origins.add(track.audio.provenance.origin)
      return found
    },
  }
}

async function fitWithProgress(
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
    validate: quickValidation(tasks),
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
async function tuneWithProgress(
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

function measureWithProgress(
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
function calibrateWithProgress(
  model: FittedModel,
  training: Corpus,
  { corpus, parts }: TrainingData,
  { progress, signal }: TrainDeps,
): Calibrated {
  signal?.throwIfAborted()
  using task = progress.start('calibrating', { unit: '%', total: 100 })
  const rows = [...corpus.listeners.keys()].filter((row) => parts.get(corpus.listeners[row]!) === 'validation')
  const calibrated = calibrate(model, selectListeners(corpus, rows), training)
  task.advance(100)
  task.finish(`${calibrated.calibration ? '' : 'too few of '}${rows.length} held-out listeners`)
  return calibrated
}

function cardOf(
  model: FittedModel,
  validated: readonly Validated[],
  data: TrainingData,
  { seed, preset }: TrainOptions,
  { clock }: TrainDeps,
): ModelCard {
  const { seed: _, ...recipe } = Object(model.configuration) as Readonly<Record<string, unknown>>
  return {
    kind: model.kind,
    trainedAt: Math.floor(clock?.() ?? Date.now() / 1000),
    hash: model.hash,
    metrics: validationMetrics(validated),
    marks: data.marks,
    configuration: { data: dataHash(data), recipe: { kind: model.kind, preset, ...recipe }, seed, validationShare },
  }
}

/** Of everything that may be trained or validated on, and of who is in which part. */
function dataHash({ corpus, parts }: TrainingData): string {
  const used = new Map([...parts].filter(([, part]) => part !== 'excluded'))
  return createHash('sha256').update(fingerprint(corpus)).update(splitText(used)).digest('hex')
}

function withoutValidation(parts: TrainingData['parts']): TrainingData['parts'] {
  return new Map([...parts].map(([listener, part]) => [listener, part === 'validation' ? 'train' : part]))
}

function countParts(parts: TrainingData['parts']): TrainReport['listeners'] {
  const counts = { train: 0, validation: 0, excluded: 0, test: 0 }
  for (const part of parts.values()) counts[part]++
  return { train: counts.train, validation: counts.validation, excluded: counts.excluded }
}

function countSources({ sources }: Corpus): readonly { readonly source: string; readonly listeners: number }[] {
  const rows = Map.groupBy(sources, (source) => source)
  return [...rows].map(([source, { length: listeners }]) => ({ source, listeners }))
}

function versions(): readonly string[] {
  return [`consonance ${packageJson.version}`, `Node ${process.versions.node}`, `${process.platform} ${process.arch}`]
}
