/** Of the k-NN plugin: which library searches, and how near is told. */
export type Engine = 'nmslib' | 'faiss' | 'lucene'
export type Space = 'l2' | 'cosinesimil' | 'innerproduct'

/**
 * A hit's `_score` for two vectors.
 * https://docs.opensearch.org/latest/mappings/supported-field-types/knn-spaces/
 */
export function knnScore(space: Space, engine: Engine, query: readonly number[], vector: readonly number[]): number {
  let product = 0
  let distance = 0
  let querySquares = 0
  let vectorSquares = 0
  for (let i = 0; i < query.length; i++) {
    const a = query[i]!
    const b = vector[i]!
    product += a * b
    distance += (a - b) ** 2
    querySquares += a * a
    vectorSquares += b * b
  }
  if (space === 'l2') return 1 / (1 + distance)
  if (space === 'innerproduct') return product > 0 ? product + 1 : 1 / (1 - product)
  const cosine = product / Math.sqrt(querySquares * vectorSquares)
  return engine === 'nmslib' ? 1 / (2 - cosine) : (1 + cosine) / 2
}
