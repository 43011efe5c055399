import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HopsworksError } from '../error.ts'
import type { Filter } from '../groups/filter.ts'
import { clauseOf, type Documents, nearestBody } from './query.ts'

const documents: Documents = {
  group: 'profiles',
  index: '119__embedding_default_project_embedding_0',
  prefix: '15_',
  primaryKey: ['user_id'],
  features: [
    { name: 'user_id', type: 'string' },
    { name: 'score', type: 'double' },
    { name: 'n', type: 'bigint' },
    { name: 'emb', type: 'array<double>' },
    { name: 'ts', type: 'timestamp' },
  ],
}

const query = {
  documents,
  embedding: 'emb',
  vector: [0.1, 0.2, 0.3],
  k: 2,
  size: 2,
  filter: {
    and: [
      { feature: 'score', is: 'gt', value: 1 },
      { feature: 'user_id', is: 'ne', value: 'a' },
    ],
  } satisfies Filter,
  features: ['user_id', 'score', 'n', 'emb', 'ts'],
}

const conditions = {
  bool: { must: [{ range: { '15_score': { gt: 1 } } }, { bool: { must_not: [{ term: { '15_user_id': 'a' } }] } }] },
}
const exists = { exists: { field: '15_emb' } }
const source = ['15_user_id', '15_score', '15_n', '15_emb', '15_ts']

test('filters inside the search, as the official client of 5.1 writes it', () => {
  assert.deepEqual(nearestBody({ ...query, filtersInside: true }), {
    size: 2,
    query: { knn: { '15_emb': { vector: [0.1, 0.2, 0.3], k: 2, filter: { bool: { must: [exists, conditions] } } } } },
    _source: source,
  })
})

test('filters after the search for older backends', () => {
  assert.deepEqual(nearestBody({ ...query, k: 8, filtersInside: false }), {
    size: 2,
    query: {
      bool: { must: [{ knn: { '15_emb': { vector: [0.1, 0.2, 0.3], k: 8 } } }], filter: [exists, conditions] },
    },
    _source: source,
  })
})

test('writes every condition', () => {
  const at = new Date(1_700_000_000_000)
  const written = [
    [{ feature: 'n', is: 'in', value: [1, 2n ** 60n] }, { terms: { '15_n': [1, 2n ** 60n] } }],
    [{ feature: 'ts', is: 'le', value: at }, { range: { '15_ts': { lte: 1_700_000_000_000 } } }],
    [{ feature: 'n', is: 'eq', value: true }, { term: { '15_n': 1 } }],
    [
      { or: [{ feature: 'n', is: 'ge', value: 5 }, { and: [{ feature: 'n', is: 'lt', value: 1 }] }] },
      {
        bool: {
          should: [{ range: { '15_n': { gte: 5 } } }, { bool: { must: [{ range: { '15_n': { lt: 1 } } }] } }],
          minimum_should_match: 1,
        },
      },
    ],
  ] as const satisfies readonly (readonly [Filter, unknown])[]
  for (const [filter, clause] of written) assert.deepEqual(clauseOf(documents, filter), clause)
})

test('refuses conditions that could never be met', () => {
  for (const value of ['Rock', 'rock music', 'a-b', ''])
    assert.throws(() => clauseOf(documents, { feature: 'user_id', is: 'eq', value }), HopsworksError)
  assert.throws(
    () => clauseOf(documents, { feature: 'genre', is: 'eq', value: 1 }),
    /no feature "genre"; use one of: user_id/,
  )
})
