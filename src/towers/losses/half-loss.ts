import type { Engine, Matrix } from '../engine.ts'
import { total } from './total.ts'

/**
 * L_half: each half must find its other half among all of the batch, in both directions.
 *   1/2 [CE(ZA ZBᵀ / tau, diagonal) + CE(ZB ZAᵀ / tau, diagonal)]                                   ZA, ZB [B, d]
 * Returns the loss (a mean over the B pairs); adds its gradients to dZA and dZB [B, d].
 */
export function halfLoss(
  engine: Engine,
  zA: Matrix,
  zB: Matrix,
  dZA: Matrix,
  dZB: Matrix,
  { tau }: { readonly tau: number },
): number {
  const logits = engine.scratch(zA.rows, zB.rows) // [B, B], then its gradient
  const losses = engine.scratch(zA.rows, 1) // [B, 1]
  engine.product('nt', zA, zB, logits)
  engine.matchingLoss(logits, losses, { scale: 1 / tau, weight: 1 / zA.rows })
  engine.product('nn', logits, zB, dZA, { add: true })
  engine.product('tn', logits, zA, dZB, { add: true })
  return total(losses)
}
