import type { Field } from './field.ts'
import { knnScore } from './score.ts'

export type Document = Readonly<Record<string, unknown>>
type Json = Readonly<Record<string, unknown>>

/** What OpenSearch answers with status 400. */
export class QueryError extends Error {
  readonly type: string

  constructor(reason: string, type = 'illegal_argument_exception') {
    super(reason)
    this.type = type
  }
}

/** What a query is run over. */
export interface Searched {
  readonly fields: ReadonlyMap<string, Field>
  readonly documents: ReadonlyMap<string, Document>
}

/** The score of a document, or undefined when it doesn't match. */
export type Scorer = (id: string, document: Document) => number | undefined

const maxK = 10_000

/**
 * The query as a function of documents. Clauses on text score 1 here, where OpenSearch scores by BM25.
 * @throws {QueryError} for what OpenSearch refuses, and what this one doesn't know
 */
export function compile(query: Json, over: Searched): Scorer {
  const [[kind, body]] = Object.entries(query) as [[string, Json]]
  switch (kind) {
    case 'match_all':
      return () => 1
    case 'knn':
      return knn(body, over)
    case 'bool':
      return bool(body, over)
    case 'exists':
      return (_id, document) => constant(document[body.field as string] !== undefined)
    case 'ids': {
      const ids = new Set(body.values as string[])
      return (id) => constant(ids.has(id))
    }
    case 'term':
    case 'terms':
    case 'match':
    case 'range':
    case 'wildcard':
      return onField(kind, body, over)
    default:
      throw new QueryError(`unknown query [${kind}]`, 'parsing_exception')
  }
}

function constant(matches: boolean): number | undefined {
  return matches ? 1 : undefined
}

/** In `filter` and `must_not` a clause only decides; in `must` and `should` scores add up. */
function bool(body: Json, over: Searched): Scorer {
  const clauses = (name: string) => [(body[name] ?? []) as Json | Json[]].flat().map((each) => compile(each, over))
  const must = clauses('must')
  const filter = clauses('filter')
  const mustNot = clauses('must_not')
  const should = clauses('should')
  const needed = Number(body.minimum_should_match ?? (must.length + filter.length === 0 && should.length > 0 ? 1 : 0))
  return (id, document) => {
    let score = 0
    for (const scorer of must) {
      const each = scorer(id, document)
      if (each === undefined) return undefined
      score += each
    }
    if (filter.some((scorer) => scorer(id, document) === undefined)) return undefined
    if (mustNot.some((scorer) => scorer(id, document) !== undefined)) return undefined
    let matched = 0
    for (const scorer of should) {
      const each = scorer(id, document)
      if (each === undefined) continue
      matched += 1
      score += each
    }
    return matched >= needed ? score : undefined
  }
}

/** The k nearest among those that pass the filter: exact, where OpenSearch's graph is nearly so. */
function knn(body: Json, over: Searched): Scorer {
  const [[name, options]] = Object.entries(body) as [[string, Json]]
  const field = over.fields.get(name)
  if (field?.type !== 'knn_vector') throw new QueryError(`Field '${name}' is not knn_vector type.`)
  const vector = options.vector as number[]
  const k = options.k as number
  const old = field.engine === 'nmslib'
  const range = `[knn] requires k to be in the range (0, ${maxK}]`
  if (!(k > 0)) throw new QueryError(old ? '[knn] requires k > 0' : range)
  if (k > maxK) throw new QueryError(old ? `[knn] requires k <= ${maxK}` : range)
  if (old && options.filter) throw new QueryError('Engine [NMSLIB] does not support filters')
  if (vector.length !== field.dimension)
    throw new QueryError(
      `Query vector has invalid dimension: ${vector.length}. Dimension should be: ${field.dimension}`,
    )

  const filter = options.filter ? compile(options.filter as Json, over) : () => 1
  const scored: [string, number][] = []
  for (const [id, document] of over.documents) {
    const stored = document[name] as number[] | undefined
    if (stored && filter(id, document) !== undefined)
      scored.push([id, knnScore(field.space, field.engine, vector, stored)])
  }
  const nearest = new Map(scored.sort((a, b) => b[1] - a[1]).slice(0, k))
  return (id) => nearest.get(id)
}

function onField(kind: string, body: Json, over: Searched): Scorer {
  const [[name, given]] = Object.entries(body).filter(([key]) => key !== 'boost') as [[string, unknown]]
  const text = over.fields.get(name)?.type === 'text'
  const test = valueTest(kind, given, text)
  return (_id, document) => {
    const value = document[name]
    return constant(value !== undefined && test(value))
  }
}

/** A text field holds the words of its value, and only those are compared. */
function valueTest(kind: string, given: unknown, text: boolean): (value: unknown) => boolean {
  const wanted = (key: string) =>
    typeof given === 'object' && given !== null && key in given ? (given as Record<string, unknown>)[key] : given
  if (kind === 'range') {
    const { gt, gte, lt, lte } = given as Record<string, number>
    return (value) => {
      const number = value as number
      return (
        !(gt !== undefined && !(number > gt)) &&
        !(gte !== undefined && !(number >= gte)) &&
        !(lt !== undefined && !(number < lt)) &&
        !(lte !== undefined && !(number <= lte))
      )
    }
  }
  if (kind === 'wildcard') {
    const pattern = new RegExp(`^${escaped(`${wanted('value')}`)}$`)
    return (value) => (text ? words(value) : [`${value}`]).some((word) => pattern.test(word))
  }
  if (kind === 'match') {
    const queried = wanted('query')
    if (!text) return (value) => Number(value) === Number(queried)
    const any = words(queried)
    return (value) => words(value).some((word) => any.includes(word))
  }
  const values = kind === 'terms' ? (given as unknown[]) : [wanted('value')]
  if (text) return (value) => words(value).some((word) => values.includes(word))
  return (value) => values.some((each) => Number(each) === Number(value))
}

function escaped(wildcard: string): string {
  return wildcard
    .replace(/[\\^$.+()|[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
}

/** About what OpenSearch's standard analyser makes of a text. */
function words(value: unknown): readonly string[] {
  return `${value}`.toLowerCase().match(/[\p{L}\p{N}_]+(?:['.:](?=[\p{L}\p{N}])[\p{L}\p{N}_]+)*/gu) ?? []
}
