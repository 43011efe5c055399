import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Engine, similarityOf } from './similarity.ts'

// The scores of OpenSearch's page on k-NN spaces, written out once more from the distance.
const cosineScores: Record<Engine, (cosine: number) => number> = {
  nmslib: (cosine) => 1 / (1 + (1 - cosine)),
  faiss: (cosine) => (2 - (1 - cosine)) / 2,
  lucene: (cosine) => (1 + cosine) / 2,
}

test('finds the similarity behind every score', () => {
  const near = (got: number, wanted: number) =>
    assert.ok(Math.abs(got - wanted) <= 1e-9 * Math.max(1, wanted * wanted), `${got} ${wanted}`)
  for (const [engine, score] of Object.entries(cosineScores) as [Engine, (cosine: number) => number][])
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: -1e3, max: 1e3, noNaN: true }),
        (cosine, dot) => {
          near(similarityOf('cosine', engine, score(cosine)), cosine)
          near(similarityOf('dot_product', engine, dot > 0 ? dot + 1 : 1 / (1 - dot)), dot)
          near(similarityOf('l2_norm', engine, 1 / (1 + dot * dot)), -dot * dot)
        },
      ),
    )
})
