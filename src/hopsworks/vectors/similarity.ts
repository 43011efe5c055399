import type { Similarity } from '../groups/definition.ts'

/** What built the index: nmslib up to Hopsworks 5.0, faiss since 5.1; lucene where an operator chose it. */
export type Engine = 'nmslib' | 'faiss' | 'lucene'

/**
 * The true similarity behind a search score: the cosine, the dot product, or minus the squared Euclidean distance.
 * OpenSearch scores, from its page on k-NN spaces: l2: 1 / (1 + d²). Cosine: (2 - (1 - cos)) / 2, nmslib: 1 / (1 + (1 - cos)).
 * Dot product p: p + 1 where p > 0, otherwise 1 / (1 - p). The official client returns 1 / score - 1 for all of them, which
 * is right for l2 only.
 */
export function similarityOf(similarity: Similarity, engine: Engine, score: number): number {
  if (similarity === 'l2_norm') return 1 - 1 / score
  if (similarity === 'dot_product') return score > 1 ? score - 1 : 1 - 1 / score
  return engine === 'nmslib' ? 2 - 1 / score : 2 * score - 1
}
