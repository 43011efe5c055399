import packageJson from '../../package.json' with { type: 'json' }
import type { Corpus } from '../features/corpus.ts'
import { calibrationFile, writeCalibration } from '../matching/calibration.ts'
import type { ModelCard } from '../store/model-registry.ts'
import type { Arbitration } from '../training/arbitration.ts'
import type { Calibrated } from '../training/calibration/calibrate.ts'
import type { FittedModel } from '../training/model.ts'
import { decidePromotion } from '../training/promotion.ts'
import { trainingReport } from '../training/report/report.ts'
import type { TuningTrail } from '../training/tuning/trail.ts'
import { type Validated, validationMetrics } from '../training/validation.ts'
import type { TrainDeps, TrainOptions } from './train-options.ts'
import { dataHash, splitSeed, type TrainingData, validationShare } from './training-data.ts'
import type { Examined } from './training-steps.ts'

/** Name of the report among a model's files. */
export const reportFile = 'report.html'
/** Name of what tuning tried among a model's files. */
const tuningFile = 'tuning.json'

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

/** A fitted model with all that is known of it. */
export interface MadeModel {
  readonly model: FittedModel
  /** Whether it was fitted on the validation listeners too. */
  readonly seesAll: boolean
  /** The model that was evaluated; another one where `model` was then fitted again. */
  readonly evaluated?: FittedModel
  readonly validated: readonly Validated[]
  readonly examined: Examined
  /** Absent where nobody could be held out. */
  readonly calibrated?: Calibrated
  readonly data: TrainingData
  readonly arbitration?: Arbitration
  readonly tuning?: TuningTrail
}

/** Registers a model with its report, and promotes it where it should be. */
export async function registerModel(made: MadeModel, options: TrainOptions, deps: TrainDeps): Promise<TrainReport> {
  const { model, seesAll, evaluated, validated, examined, calibrated, data, arbitration, tuning } = made
  const { registry } = deps
  const card = cardOf(model, validated, data, options, deps)
  const { promote, why } = decidePromotion(card, await registry.promoted(), arbitration)
  const listeners = countParts(data.parts)
  const report = trainingReport({
    card,
    promoted: promote,
    why,
    data: { listeners, sources: countSources(data.corpus) },
    trail: (evaluated ?? model).trail ?? [],
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
    listeners: [...data.parts.values()].filter((part) => part !== 'excluded').length,
    trainedOn: { upToChange: data.upToChange, split: { seed: splitSeed, validation: validationShare } },
    marks: data.marks,
    configuration: { data: dataHash(data), recipe: { kind: model.kind, preset, ...recipe }, seed, validationShare },
  }
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
