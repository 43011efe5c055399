import type { Corpus } from '../../features/corpus.ts'
import type { PairScore } from '../pair-score.ts'

/** A listener's embeddings by every subset of the views that say something about them, in eight bits. */
export interface ViewCodes {
  /** Bit v: whether the embedder's view v says something. */
  readonly present: number
  /** [2^views present]: what a code of 1 stands for. Bit b of a subset's place is the b-th of the present views. */
  readonly scales: Float32Array
  /** [2^views present x D]. */
  readonly codes: Int8Array
}

/** Undefined where the embedding is one piece. @param corpus one listener */
export function viewCodes({ embedder }: PairScore, corpus: Corpus): ViewCodes | undefined {
  const subsets = embedder.embedByViews?.(corpus)
  if (!subsets) return undefined
  const views = Math.log2(subsets.length)
  let present = 0
  for (let v = 0; v < views; v++) if (subsets[1 << v]!.some((value) => value !== 0)) present |= 1 << v
  const kept = [...subsets.keys()].filter((subset) => (subset & present) === subset)
  const scales = new Float32Array(kept.length)
  const codes = new Int8Array(kept.length * embedder.dimensions)
  for (const [place, subset] of kept.entries()) {
    const vector = subsets[subset]!
    const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    scales[place] = largest / 127
    if (largest > 0)
      codes.set(
        vector.map((value) => Math.round((value / largest) * 127)),
        place * embedder.dimensions,
      )
  }
  return { present, scales, codes }
}

/**
 * The closeness z_i . z_j - m_i - m_j of two listeners by embeddings that see nothing but the views of `subset`.
 * @param centroid z~, see `PairParameters`
 */
export function closenessByViews(a: ViewCodes, b: ViewCodes, subset: number, centroid: Float32Array): number {
  const [i, j] = [place(a.present, subset), place(b.present, subset)]
  const [scaleA, scaleB] = [a.scales[i]!, b.scales[j]!]
  const dimensions = centroid.length
  let closeness = 0
  for (let d = 0; d < dimensions; d++) {
    const [x, y] = [a.codes[i * dimensions + d]! * scaleA, b.codes[j * dimensions + d]! * scaleB]
    closeness += x * y - (x + y) * centroid[d]!
  }
  return closeness
}

/** Where a subset of all views stands among the subsets of the present ones. */
function place(present: number, subset: number): number {
  let at = 0
  let bit = 1
  for (let rest = present, v = 1; rest > 0; rest >>= 1, v <<= 1) {
    if (!(rest & 1)) continue
    if (subset & v) at |= bit
    bit <<= 1
  }
  return at
}
