import { type Dropout, type Engine, type Matrix, rowBlock } from './engine.ts'
import { itemHead } from './heads/item-head.ts'
import { listenerHead } from './heads/listener-head.ts'
import { halfLoss } from './losses/half-loss.ts'
import { type ItemTargets, itemLoss } from './losses/item-loss.ts'
import { Gradients, type Parameters } from './parameters.ts'
import type { TowerShape } from './shape.ts'
import type { TowerInput } from './tower-input.ts'
import { concatenatedViews, type ViewMasks } from './views/concatenation.ts'

/** One step's data: B listeners in two halves, and the M distinct items drawn for them. */
export interface TrainingBatch {
  readonly listeners: number
  /** Rows 0 .. B are the first halves, B .. 2B the second halves in the same order, 2B .. 2B + M the items. */
  readonly input: TowerInput
  /** Views dropped whole, by row of `input`. */
  readonly masks: ViewMasks
  /** Of the first halves, drawn from the second ones. */
  readonly items: ItemTargets
}

export interface LossSettings {
  /** Temperature of L_half. */
  readonly halfTau: number
  /** Temperature of L_item. */
  readonly itemTau: number
  /** Weight of L_item beside L_half. */
  readonly itemWeight: number
  /** Those of docs/model.md by default. */
  readonly losses?: LossFunctions | undefined
  /** The dropout numbered `stream` of this step. */
  readonly dropout?: (stream: number) => Dropout | undefined
}

/** How the two losses are computed, with their gradients. */
export interface LossFunctions {
  readonly half: typeof halfLoss
  readonly item: typeof itemLoss
}

const recipe: LossFunctions = { half: halfLoss, item: itemLoss }

export interface Losses {
  readonly half: number
  readonly item: number
}

/**
 * The whole network, forward and backward: L = L_half + weight · L_item over one batch, and its gradient with respect to
 * every parameter, which lives as long as the engine's current scope. Both halves go through the same listener tower;
 * items share its views and have their own projection (docs/model.md).
 */
export function lossAndGradients(
  engine: Engine,
  shape: TowerShape,
  parameters: Parameters,
  { listeners: B, input, masks, items }: TrainingBatch,
  { halfTau, itemTau, itemWeight, losses = recipe, dropout = () => undefined }: LossSettings,
): { losses: Losses; gradients: Gradients } {
  const gradients = new Gradients(engine, parameters)
  const pass = { engine, parameters, gradients, dropout }
  const M = input.rows - 2 * B

  const views = concatenatedViews(pass, shape, input, masks) // h [2B + M, D]
  const listener = listenerHead(pass, rowBlock(views.h, 0, 2 * B)) // z [2B, d]
  const item = itemHead(pass, rowBlock(views.h, 2 * B, M)) // v [M, d]
  const [zA, zB] = halves(listener.z, B) // [B, d] each

  const dH = engine.scratch(views.h.rows, views.h.columns) // [2B + M, D]
  const dZ = engine.matrix(2 * B, shape.output) // [2B, d]
  const dV = engine.scratch(M, shape.output) // [M, d]
  const [dZA, dZB] = halves(dZ, B)
  const itemLossValue = M > 0 ? losses.item(engine, zA, item.v, dZA, dV, { ...items, tau: itemTau }) : 0
  engine.scale(itemWeight, dV)
  engine.scale(itemWeight, dZA)
  const halfLossValue = losses.half(engine, zA, zB, dZA, dZB, { tau: halfTau })

  listener.backward(dZ, rowBlock(dH, 0, 2 * B))
  item.backward(dV, rowBlock(dH, 2 * B, M))
  views.backward(dH)
  return { losses: { half: halfLossValue, item: itemLossValue }, gradients }
}

function halves(z: Matrix, B: number): readonly [Matrix, Matrix] {
  return [rowBlock(z, 0, B), rowBlock(z, B, B)]
}
