import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Field } from './field.ts'
import { QueryError } from './query.ts'
import { knnScore } from './score.ts'
import { SearchIndex } from './search-index.ts'

type Answer = {
  readonly hits: {
    readonly total: { readonly value: number }
    readonly hits: readonly { readonly _id: string; readonly _score: number; readonly sort?: unknown[] }[]
  }
}

const vector: Field = { type: 'knn_vector', dimension: 2, space: 'cosinesimil', engine: 'faiss' }

async function filled(embedding: Field = vector): Promise<(body: Record<string, unknown>) => Answer> {
  const index = new SearchIndex('i', 0)
  index.addFields(
    new Map<string, Field>([
      ['emb', embedding],
      ['n', { type: 'long' }],
      ['name', { type: 'text' }],
    ]),
  )
  index.write('a', { emb: [1, 0], n: 1, name: 'Rock Music' })
  index.write('b', { emb: [1, 1], n: 2, name: 'jazz' })
  index.write('c', { emb: [0, 1], n: 3, name: 'Free-Jazz' })
  index.write('d', { n: 4 })
  await new Promise((resolve) => setTimeout(resolve, 5))
  return (body) => index.search(body) as unknown as Answer
}

const ids = (answer: Answer) => answer.hits.hits.map(({ _id }) => _id)
const nearest = (k: number, filter?: unknown) => ({
  knn: { emb: { vector: [1, 0], k, ...(filter ? { filter } : {}) } },
})

test('scores as the k-NN plugin does', () => {
  const close = (actual: number, wanted: number) => assert.ok(Math.abs(actual - wanted) < 1e-12, `${actual} ${wanted}`)
  close(knnScore('l2', 'faiss', [1, 0], [0, 1]), 1 / 3)
  close(knnScore('cosinesimil', 'faiss', [1, 0], [1, 1]), (1 + Math.SQRT1_2) / 2)
  close(knnScore('cosinesimil', 'nmslib', [1, 0], [1, 1]), 1 / (2 - Math.SQRT1_2))
  close(knnScore('innerproduct', 'faiss', [2, 0], [3, 1]), 7)
  close(knnScore('innerproduct', 'faiss', [2, 0], [-3, 1]), 1 / 7)
})

test('filters before the k nearest are taken when the filter stands inside knn, after it outside', async () => {
  const search = await filled()
  const filter = { range: { n: { gt: 1 } } }
  assert.deepEqual(ids(search({ query: nearest(2, filter) })), ['b', 'c'])
  assert.deepEqual(ids(search({ query: { bool: { must: [nearest(2)], filter: [filter] } } })), ['b'])
})

test('adds up the scores of what must match, and none of filters', async () => {
  const search = await filled()
  const exists = { exists: { field: 'emb' } }
  const scores = (body: Record<string, unknown>) => search(body).hits.hits.map(({ _score }) => _score)
  assert.deepEqual(scores({ query: { bool: { must: [nearest(1), exists] } } }), [2])
  assert.deepEqual(scores({ query: { bool: { must: [nearest(1)], filter: [exists] } } }), [1])
})

test('refuses a filter inside knn on an old engine, and k beyond the limit', async () => {
  const old = await filled({ ...vector, engine: 'nmslib' })
  assert.throws(() => old({ query: nearest(1, { match_all: {} }) }), QueryError)
  assert.throws(() => old({ query: nearest(10_001) }), /\[knn\] requires k <= 10000/)
  const search = await filled()
  assert.throws(() => search({ query: nearest(2 ** 31 - 1) }), /\[knn\] requires k to be in the range \(0, 10000\]/)
  assert.throws(() => search({ query: { knn: { emb: { vector: [1], k: 1 } } } }), /invalid dimension: 1/)
  assert.throws(() => search({ size: 10_001 }), /Result window is too large/)
})

test('compares the words of a text, not the text', async () => {
  const search = await filled()
  const found = (query: unknown) => ids(search({ query }))
  assert.deepEqual(found({ term: { name: 'Rock Music' } }), [])
  assert.deepEqual(found({ term: { name: 'rock' } }), ['a'])
  assert.deepEqual(found({ term: { name: 'jazz' } }), ['b', 'c'])
  assert.deepEqual(found({ match: { name: 'Rock Jazz' } }), ['a', 'b', 'c'])
  assert.deepEqual(found({ wildcard: { name: { value: '*az*' } } }), ['b', 'c'])
  assert.deepEqual(found({ terms: { n: [1, 4] } }), ['a', 'd'])
  assert.deepEqual(found({ bool: { must_not: [{ exists: { field: 'emb' } }] } }), ['d'])
})

test('goes through everything by search_after', async () => {
  const search = await filled()
  const sort = [{ n: 'desc' }]
  const first = search({ size: 3, sort })
  assert.deepEqual(ids(first), ['d', 'c', 'b'])
  assert.deepEqual(ids(search({ size: 3, sort, search_after: first.hits.hits.at(-1)!.sort })), ['a'])
  assert.equal(first.hits.total.value, 4)
  assert.throws(() => search({ sort: ['name'] }), /Text fields are not optimised/)
})
