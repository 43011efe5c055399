import { HopsworksError } from '../error.ts'
import type { FeatureDefinition } from '../groups/definition.ts'
import type { Filter, FilterValue } from '../groups/filter.ts'

/** Where a group's documents are: in an index that several groups may share, each with its prefix. */
export interface Documents {
  readonly group: string
  readonly index: string
  /** Before each feature's name; empty in an index of the group's own. */
  readonly prefix: string
  readonly features: readonly FeatureDefinition[]
  readonly primaryKey: readonly string[]
}

export interface NearestQuery {
  readonly documents: Documents
  readonly embedding: string
  readonly vector: readonly number[]
  readonly k: number
  readonly filter: Filter | undefined
  readonly features: readonly string[]
  /** Inside the search, as from Hopsworks 5.1 on; before, its index engine refuses that and results are filtered. */
  readonly filtersInside: boolean
  /** How many to return; `k` is how many are searched for. */
  readonly size: number
}

type Clause = Readonly<Record<string, unknown>>

/**
 * The body of a search for the nearest vectors, as the official client of the same version writes it; but for old backends
 * conditions stand under `filter` rather than `must`, where each would add to the score.
 */
export function nearestBody(query: NearestQuery): unknown {
  const { documents, embedding, vector, k, filter, features, size } = query
  const column = columnOf(documents, embedding)
  const exists = { exists: { field: column } }
  const filters = filter ? [clauseOf(documents, filter)] : []
  const source = { _source: features.map((name) => columnOf(documents, name)) }
  if (query.filtersInside)
    return {
      size,
      query: { knn: { [column]: { vector, k, filter: { bool: { must: [exists, ...filters] } } } } },
      ...source,
    }
  const knn = { knn: { [column]: { vector, k } } }
  return { size, query: { bool: { must: [knn], filter: [exists, ...filters] } }, ...source }
}

/** All documents of a group that a filter lets through. */
export function allClause(documents: Documents, filter: Filter | undefined): Clause {
  const exists = { exists: { field: columnOf(documents, documents.primaryKey[0]!) } }
  return { bool: { must: [exists, ...(filter ? [clauseOf(documents, filter)] : [])] } }
}

/** @throws HopsworksError for an unknown feature */
export function columnOf({ group, prefix, features }: Documents, feature: string): string {
  if (!features.some(({ name }) => name === feature))
    throw new HopsworksError('client', `feature group "${group}" has no feature "${feature}"`, {
      do: `use one of: ${features.map(({ name }) => name).join(', ')}`,
    })
  return `${prefix}${feature}`
}

/** @throws HopsworksError for a condition that could never be met */
export function clauseOf(documents: Documents, filter: Filter): Clause {
  if ('and' in filter) return { bool: { must: filter.and.map((each) => clauseOf(documents, each)) } }
  if ('or' in filter)
    return { bool: { should: filter.or.map((each) => clauseOf(documents, each)), minimum_should_match: 1 } }
  const column = columnOf(documents, filter.feature)
  const value = (given: FilterValue) => comparable(filter.feature, given)
  switch (filter.is) {
    case 'eq':
      return { term: { [column]: value(filter.value) } }
    case 'ne':
      return { bool: { must_not: [{ term: { [column]: value(filter.value) } }] } }
    case 'in':
      return { terms: { [column]: filter.value.map(value) } }
    default:
      return { range: { [column]: { [ranges[filter.is]]: value(filter.value) } } }
  }
}

const ranges = { gt: 'gt', ge: 'gte', lt: 'lt', le: 'lte' } as const

function comparable(feature: string, value: FilterValue): string | number | bigint {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value instanceof Date) return value.getTime()
  // Strings are indexed as lower-case words: anything else would match nothing, without a word.
  if (typeof value === 'string' && !/^[\p{Ll}\p{Lo}\p{N}_]+$/u.test(value))
    throw new HopsworksError(
      'client',
      `the filter on "${feature}" can't match: strings are indexed as lower-case words`,
      {
        do: 'filter on a number, or on single lower-case words',
      },
    )
  return value
}
