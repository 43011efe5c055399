import { type Calibration, calibrationFile, readCalibration } from '../matching/calibration.ts'
import type { ModelRegistry, RegisteredModel } from '../store/model-registry.ts'
import { Problem } from '../taste/problem.ts'
import type { FittedModel, ModelKind } from './model.ts'

/** Every kind of model that can be opened, by the name on its card. Only what opens the one at hand is loaded. */
const kinds: Readonly<Record<string, () => Promise<ModelKind>>> = {
  linear: async () => (await import('./linear-kind.ts')).linearKind,
  'two-tower': async () => (await import('./network/two-tower-kind.ts')).twoTowerKind,
}

export interface OpenedModel {
  readonly card: RegisteredModel
  readonly model: FittedModel
  /** Absent where too few listeners were held out to learn it. */
  readonly calibration?: Calibration
}

/**
 * Opens a registered model.
 * @param version the promoted one when absent
 * @throws Problem when there is no such model, or it can't be read.
 */
export async function openModel(registry: ModelRegistry, version?: number): Promise<OpenedModel> {
  const models = await registry.models()
  const card = models.find((model) => (version === undefined ? model.promoted : model.version === version))
  if (!card && version !== undefined)
    throw new Problem(`there is no model v${version}`, { do: 'see "consonance models list"' })
  if (!card) throw new Problem('no model is promoted yet', { do: 'run "consonance train" first' })
  const kind = await kinds[card.kind]?.()
  if (!kind)
    throw new Problem(`model v${card.version} is of the unknown kind "${card.kind}"`, {
      do: 'upgrade, or promote another model',
    })
  const files = await registry.files(card.version)
  const calibration = files.get(calibrationFile)
  return { card, model: await kind.open(files), ...(calibration && { calibration: readCalibration(calibration) }) }
}
