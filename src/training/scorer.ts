import type { Corpus } from '../features/corpus.ts'

/**
 * One way to say how close two listeners are; higher is closer. Everything that evaluation compares is a scorer: the
 * baselines, the embedding cosine and the pair score.
 */
export interface Scorer {
  readonly name: string
  /**
   * Prepares scoring of `queries` against `candidates`, which share one catalogue. The returned function writes the
   * score of query row `q` with every candidate, all finite, into `out` [candidates].
   */
  prepare(queries: Corpus, candidates: Corpus): (q: number, out: Float32Array) => void
}
