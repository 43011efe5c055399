import type { Bags, Engine, Matrix } from '../../src/towers/engine.ts'
import { rowBlock } from '../../src/towers/engine.ts'
import { halfLoss } from '../../src/towers/losses/half-loss.ts'
import { itemLoss } from '../../src/towers/losses/item-loss.ts'
import type { LossFunctions } from '../../src/towers/two-towers.ts'

/** L_item without the correction for how often an item is drawn. */
export function withoutLogQ(): LossFunctions {
  return {
    half: halfLoss,
    item: (engine, z, v, dZ, dV, options) =>
      itemLoss(engine, z, v, dZ, dV, { ...options, logQ: new Float32Array(options.logQ.length) }),
  }
}

/**
 * L_item with the refined correction of arXiv 2507.09331: only negatives are corrected for how often they are drawn, and
 * each target counts 1 - p, p being the probability that it is given:
 *   w sg(1 - p) (log D - s_t),  D = exp s_t + Σ_negatives exp(s_c - log q_c),  p = exp s_t / D
 */
export function withRefinedLogQ(): LossFunctions {
  return {
    half: halfLoss,
    item(engine, z, v, dZ, dV, { targets, owned, logQ, tau }) {
      const logits = engine.scratch(z.rows, v.rows) // [B, M], then its gradient
      engine.product('nt', z, v, logits)
      let loss = 0
      for (let r = 0; r < z.rows; r++) {
        const row = logits.data.subarray(r * logits.stride, r * logits.stride + v.rows)
        loss += refinedRow(row, targets, r, owned.subarray(r * v.rows, (r + 1) * v.rows), logQ, tau)
      }
      engine.product('nn', logits, v, dZ, { add: true })
      engine.product('tn', logits, z, dV)
      return loss
    },
  }
}

/** The loss of one row; its logits are replaced by their gradient. */
function refinedRow(
  row: Float32Array | Float64Array,
  targets: Bags,
  r: number,
  owned: Uint8Array,
  logQ: Float32Array,
  tau: number,
): number {
  const s = Float64Array.from(row, (value) => value / tau)
  const negatives = Float64Array.from(s, (value, c) => (owned[c] ? 0 : Math.exp(value - logQ[c]!)))
  const sum = negatives.reduce((total, value) => total + value, 0)
  row.fill(0)
  let loss = 0
  for (let e = targets.offsets[r]!; e < targets.offsets[r + 1]!; e++) {
    const t = targets.indices[e]!
    const D = Math.exp(s[t]!) + sum
    const p = Math.exp(s[t]!) / D
    const weight = targets.weights[e]! * (1 - p)
    loss += weight * (Math.log(D) - s[t]!)
    row[t]! += (weight * (p - 1)) / tau
    for (let c = 0; c < row.length; c++) row[c]! += (weight * negatives[c]!) / D / tau
  }
  return loss
}

/**
 * L_half with the halves of the last `batches` batches as further negatives (cross-batch memory, Wang et al. 2020). What is
 * remembered has no gradient.
 */
export function withMemory(batches: number): LossFunctions {
  const remembered: { readonly zA: Float32Array; readonly zB: Float32Array }[] = []
  return {
    item: itemLoss,
    half(engine, zA, zB, dZA, dZB, { tau }) {
      const loss =
        oneWay(
          engine,
          zA,
          zB,
          dZA,
          dZB,
          tau,
          remembered.map((batch) => batch.zB),
        ) +
        oneWay(
          engine,
          zB,
          zA,
          dZB,
          dZA,
          tau,
          remembered.map((batch) => batch.zA),
        )
      remembered.push({ zA: copied(zA), zB: copied(zB) })
      if (remembered.length > batches) remembered.shift()
      return loss
    },
  }
}

/** 1/2 CE(Q [C; memory]ᵀ / tau, diagonal), with its gradients added to dQ and dC. */
function oneWay(
  engine: Engine,
  q: Matrix,
  c: Matrix,
  dQ: Matrix,
  dC: Matrix,
  tau: number,
  memory: readonly Float32Array[],
): number {
  const B = q.rows
  const rows = B + memory.reduce((sum, batch) => sum + batch.length / c.columns, 0)
  const candidates = engine.scratch(rows, c.columns) // [B + memory, d]
  candidates.data.set(copied(c))
  let at = B * c.columns
  for (const batch of memory) {
    candidates.data.set(batch, at)
    at += batch.length
  }
  const logits = engine.scratch(B, rows) // [B, B + memory], then its gradient
  const losses = engine.scratch(B, 1)
  const targets = engine.bags(B, B)
  for (let r = 0; r < B; r++) {
    targets.offsets[r + 1] = r + 1
    targets.indices[r] = r
    targets.weights[r] = 0.5 / B
  }
  const dCandidates = engine.scratch(rows, c.columns)
  engine.product('nt', q, candidates, logits)
  engine.crossEntropy(logits, targets, losses, { scale: 1 / tau })
  engine.product('nn', logits, candidates, dQ, { add: true })
  engine.product('tn', logits, q, dCandidates)
  engine.axpy(1, rowBlock(dCandidates, 0, B), dC)
  let sum = 0
  for (let r = 0; r < B; r++) sum += losses.data[r]!
  return sum
}

/** Rows next to each other, outside the engine's memory. */
function copied({ rows, columns, stride, data }: Matrix): Float32Array {
  const out = new Float32Array(rows * columns)
  for (let r = 0; r < rows; r++) out.set(data.subarray(r * stride, r * stride + columns), r * columns)
  return out
}
