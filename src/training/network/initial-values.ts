import { randomisedSvd } from '../../features/randomised-svd.ts'
import type { SparseRows } from '../../features/sparse-rows.ts'
import type { Bags } from '../../towers/engine.ts'
import { gaussian, type Random, random } from '../../towers/random.ts'
import { concatenatedColumns, parameterShapes, type TowerShape } from '../../towers/shape.ts'
import type { BagView, TowerInput } from '../../towers/tower-input.ts'
import type { NetworkConfiguration } from './configuration.ts'
import type { Cooccurrence } from './cooccurrence.ts'

/** Of the subspace: a start needs no more, because training goes on from it. */
const iterations = 3

/**
 * Tables before the first step, the same for all members of an ensemble: truncated SVDs of the training listeners' bags, so
 * that training starts from latent semantic analysis of each view.
 * @param whole the training listeners, each as one bag
 */
export function initialTables(
  whole: TowerInput,
  shape: TowerShape,
  cooccurrence: Cooccurrence,
  { tableScale }: Pick<NetworkConfiguration, 'tableScale'>,
  seed: number,
): Map<string, Float32Array> {
  const values = new Map<string, Float32Array>()
  for (const view of ['id', 'genre', 'tag', 'track'] as const satisfies readonly BagView[]) {
    const table = shape.tables[view]
    if (!table) continue
    const rows = unitRows(whole.bags[view], table[0])
    values.set(`${view}.table`, scaled(randomisedSvd(rows, table[1], { seed, iterations }).right, tableScale))
  }
  const cooccurring = shape.tables.cooccurrence
  if (cooccurring) values.set('cooccurrence.table', cooccurrence.vectors)
  return values
}

/** Everything else before the first step: orthogonal projections, and a residual block that adds nothing yet. */
export function initialLayers(shape: TowerShape, seed: number): Map<string, Float32Array> {
  const values = new Map<string, Float32Array>()
  const cooccurring = shape.tables.cooccurrence
  if (cooccurring) values.set('cooccurrence.projection', identity(cooccurring[1]))
  for (const name of parameterShapes(shape).keys()) if (name.endsWith('.gate')) values.set(name, Float32Array.of(1))
  const D = concatenatedColumns(shape)
  const draws = random(seed, 0x1417)
  if (shape.audio > 0) values.set('audio.weight', gaussianScaled(20 * shape.audio, 1 / Math.sqrt(20), draws))
  const W = orthonormalColumns(D, shape.output, draws)
  values.set('listener.W', W)
  values.set('item.W', W)
  values.set('listener.W1', gaussianScaled(D * shape.hidden, 1 / Math.sqrt(D), draws))
  return values
}

/** Bags as sparse rows of unit length. Each bag's indices are brought into ascending order. */
function unitRows({ rows, offsets, indices, weights }: Bags, columns: number): SparseRows {
  const sortedIndices = new Uint32Array(indices.length)
  const values = new Float32Array(indices.length)
  for (let r = 0; r < rows; r++) {
    const entries = Uint32Array.from({ length: offsets[r + 1]! - offsets[r]! }, (_, i) => offsets[r]! + i)
    entries.sort((a, b) => indices[a]! - indices[b]!)
    const norm = Math.sqrt(entries.reduce((sum, e) => sum + weights[e]! ** 2, 0))
    for (const [i, e] of entries.entries()) {
      sortedIndices[offsets[r]! + i] = indices[e]!
      values[offsets[r]! + i] = norm > 0 ? weights[e]! / norm : 0
    }
  }
  return { rows, columns, offsets, indices: sortedIndices, values }
}

/** Brought to a root mean square of `scale`. */
function scaled(values: Float64Array, scale: number): Float32Array {
  const rms = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / Math.max(1, values.length))
  return Float32Array.from(values, (value) => (rms > 0 ? (value * scale) / rms : 0))
}

function gaussianScaled(length: number, scale: number, draws: Random): Float32Array {
  return gaussian(length, draws).map((value) => value * scale)
}

function identity(n: number): Float32Array {
  return Float32Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0))
}

/** [rows x columns], a random matrix whose columns, or rows if those are fewer, are orthonormal (Gram and Schmidt). */
function orthonormalColumns(rows: number, columns: number, draws: Random): Float32Array {
  const [length, count] = rows >= columns ? [rows, columns] : [columns, rows]
  const vectors: Float64Array[] = []
  while (vectors.length < count) {
    const v = Float64Array.from(gaussian(length, draws))
    for (let pass = 0; pass < 2; pass++)
      for (const u of vectors) {
        const along = dot(u, v)
        for (let i = 0; i < length; i++) v[i]! -= along * u[i]!
      }
    const norm = Math.sqrt(dot(v, v))
    if (norm > 1e-6) vectors.push(v.map((value) => value / norm))
  }
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const [r, c] = [Math.floor(i / columns), i % columns]
    return rows >= columns ? vectors[c]![r]! : vectors[r]![c]!
  })
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
