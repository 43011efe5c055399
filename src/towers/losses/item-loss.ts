import type { Bags, Engine, Matrix } from '../engine.ts'
import { total } from './total.ts'

/** Which of the batch's distinct drawn items are whose. */
export interface ItemTargets {
  /** [listeners x items]: the items drawn for each listener, with the weight of each in the loss. */
  readonly targets: Bags
  /** [listeners * items]: 1 where the listener has the item, so that it is no negative. */
  readonly owned: Uint8Array
  /** [items]: log q, the log of how likely an item is among the drawn ones. */
  readonly logQ: Float32Array
}

/**
 * L_item: a listener must find the items drawn from the other half among all items drawn for the batch. Sampled softmax
 * with the correction for how often an item is drawn (Yi et al., RecSys 2019):
 *   CE(s, drawn item),  s = Z Vᵀ / tau - log q,  negatives never among the listener's own          Z [B, d], V [M, d]
 * Returns the loss (weighted by the targets); adds its gradients to dZ [B, d] and writes dV [M, d].
 */
export function itemLoss(
  engine: Engine,
  z: Matrix,
  v: Matrix,
  dZ: Matrix,
  dV: Matrix,
  { targets, owned, logQ, tau }: ItemTargets & { readonly tau: number },
): number {
  const logits = engine.scratch(z.rows, v.rows) // [B, M], then its gradient
  const losses = engine.scratch(z.rows, 1) // [B, 1]
  const offsets = engine.scratch(1, v.rows) // [1, M]
  const excluded = engine.bytes(owned.length) // [B * M]
  const bags = engine.bags(targets.rows, targets.indices.length)
  for (let m = 0; m < v.rows; m++) offsets.data[m] = -(logQ[m] as number)
  excluded.set(owned)
  bags.offsets.set(targets.offsets)
  bags.indices.set(targets.indices)
  bags.weights.set(targets.weights)

  engine.product('nt', z, v, logits)
  engine.crossEntropy(logits, bags, losses, { scale: 1 / tau, offsets, excluded })
  engine.product('nn', logits, v, dZ, { add: true })
  engine.product('tn', logits, z, dV)
  return total(losses)
}
