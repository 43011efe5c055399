import type { FeatureGroupDto } from '../fast/groups/feature-group.ts'
import { completed } from '../fast/groups/feature-group.ts'
import type { FrontAnswer, FrontRequest } from '../fast/http-front.ts'
import type { Message } from '../fast/ingestion/message.ts'

/** A feature group of the kinds of features that searches meet. */
export const searched: FeatureGroupDto = completed(
  {
    name: 'searched',
    timeTravelFormat: 'HUDI',
    eventTime: 'ts',
    features: Object.entries({
      id: 'bigint',
      name: 'string',
      flag: 'boolean',
      share: 'double',
      ts: 'timestamp',
      near: 'array<float>',
      far: 'array<float>',
      dot: 'array<float>',
    }).map(([name, type]) => ({ name, type, primary: name === 'id' })),
    embeddingIndex: {
      indexName: 'searched',
      features: [
        { name: 'near', dimension: 4, similarityFunctionType: 'cosine' },
        { name: 'far', dimension: 4, similarityFunctionType: 'l2_norm' },
        { name: 'dot', dimension: 4, similarityFunctionType: 'dot_product' },
      ],
    },
  },
  { id: 900, version: 1, project: 'proj', projectId: 119, user: 'meb10000', now: new Date(0) },
)

const words = ['Rock Music', 'free-jazz', 'jazz', 'Ethiopian Jazz', 'dub']

/** Sixty rows, the same every time. */
export const searchedRows: readonly Message[] = Array.from({ length: 60 }, (_, id) => ({
  group: searched,
  key: `["${id}"]`,
  operation: 'upsert',
  storage: 'both',
  upsertIfNewer: false,
  row: {
    complex: {},
    values: {
      id,
      name: id % 7 === 6 ? null : words[id % 5],
      flag: id % 2 === 0,
      share: id / 60,
      ts: (1_767_225_600 + id) * 1_000_000,
      near: vector(id),
      far: vector(id + 100),
      dot: vector(id + 200),
    },
  },
}))

function vector(seed: number): number[] {
  return Array.from({ length: 4 }, (_, i) => Math.fround(Math.sin(seed * 12.9898 + i * 78.233)))
}

const query = vector(1_000)
const knn = (field: string, k: number, filter?: unknown) => ({
  knn: { [field]: { vector: query, k, ...(filter ? { filter } : {}) } },
})
const exists = { exists: { field: 'near' } }
const id = [{ id: 'asc' }]

/** Searches of every form that the clients use, and mistakes. */
export const searches: Readonly<Record<string, unknown>> = {
  cosine: { size: 5, query: knn('near', 5) },
  'squared distance': { size: 5, query: knn('far', 5) },
  'dot product': { size: 60, query: knn('dot', 60) },
  'filter within': { size: 5, query: knn('near', 5, { bool: { must: [exists, { range: { share: { gt: 0.5 } } }] } }) },
  'filter beside, adding to the score': { size: 5, query: { bool: { must: [knn('near', 5), exists] } } },
  'filter beside': { size: 5, query: { bool: { must: [knn('near', 60)], filter: [{ term: { flag: 1 } }] } } },
  'k beyond the limit': { size: 5, query: knn('near', 2 ** 31 - 1) },
  'k of none': { size: 5, query: knn('near', 0) },
  'window too large': { size: 20_000, query: exists },
  'whole text': { sort: id, query: { term: { name: 'Rock Music' } } },
  'one word': { sort: id, size: 60, query: { term: { name: 'jazz' } } },
  'some words': { sort: id, size: 60, query: { match: { name: 'Rock Dub' } } },
  'part of a word': { sort: id, size: 60, query: { wildcard: { name: { value: '*ethio*' } } } },
  numbers: { sort: id, size: 60, query: { terms: { id: [3, 5, 70] } } },
  times: { sort: id, size: 60, query: { range: { ts: { gte: 1_767_225_650_000 } } } },
  not: { sort: id, size: 60, query: { bool: { must: [exists], must_not: [{ range: { id: { lt: 50 } } }] } } },
  either: {
    sort: id,
    size: 60,
    query: { bool: { should: [{ term: { id: 1 } }, { term: { id: 2 } }], minimum_should_match: 1 } },
  },
  missing: { sort: id, size: 60, query: { bool: { must_not: [{ exists: { field: 'name' } }] } } },
  'a page after another': { sort: [{ share: 'desc' }, { id: 'asc' }], size: 3, search_after: [0.5, 30], query: exists },
  'some fields': { sort: id, size: 2, _source: ['id', 'near'], query: exists },
  'order by text': { sort: [{ name: 'asc' }], query: exists },
}

/** As a client would send it. */
export function searchRequest(body: unknown, action = '_search'): FrontRequest {
  const bytes = Buffer.from(JSON.stringify(body))
  const path = `/${searched.embeddingIndex!.indexName}/${action}`
  return { method: 'POST', path, query: new URLSearchParams(), headers: {}, bytes, body }
}

/** What a client reads of an answer; scores to six digits, for Lucene keeps vectors and scores in single precision. */
export function essence(answer: FrontAnswer): unknown {
  const body = JSON.parse(answer.bytes ? answer.bytes.toString() : JSON.stringify(answer.body))
  if (answer.status !== 200) {
    const { type, reason } = body.error.root_cause[0]
    return { status: answer.status, type, reason }
  }
  if (body.hits === undefined) return { count: body.count }
  return {
    total: body.hits.total,
    hits: body.hits.hits.map((hit: { _id: string; _score: number | null; _source: unknown; sort?: unknown }) => ({
      id: hit._id,
      score: hit._score === null ? null : Number(hit._score.toPrecision(5)),
      source: hit._source,
      sort: hit.sort,
    })),
  }
}
