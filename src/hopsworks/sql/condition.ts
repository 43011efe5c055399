import { HopsworksError } from '../error.ts'
import type { FeatureDefinition } from '../groups/definition.ts'
import type { Filter } from '../groups/filter.ts'
import type { SqlParameter } from './online-database.ts'
import { inList, parameterOf, quoted } from './text.ts'

/** What follows `WHERE`, and its values. */
export interface Condition {
  readonly text: string
  readonly values: readonly SqlParameter[]
}

const operators = { eq: '=', gt: '>', ge: '>=', lt: '<', le: '<=' } as const

/**
 * A filter in SQL. As in the vector database, a null equals nothing and is greater or less than nothing.
 * @throws HopsworksError for an unknown feature
 */
export function conditionOf(group: string, features: readonly FeatureDefinition[], filter: Filter): Condition {
  if ('and' in filter)
    return joined(
      filter.and.map((each) => conditionOf(group, features, each)),
      'AND',
    )
  if ('or' in filter)
    return joined(
      filter.or.map((each) => conditionOf(group, features, each)),
      'OR',
    )
  const feature = featureNamed(group, features, filter.feature)
  const column = quoted(feature.name)
  if (filter.is === 'in') {
    if (filter.value.length === 0) return never
    return {
      text: `${column} ${inList(1, filter.value.length)}`,
      values: filter.value.map((value) => parameterOf(feature, value)),
    }
  }
  const values = [parameterOf(feature, filter.value)]
  if (filter.is === 'ne') return { text: `(${column} IS NULL OR ${column} <> ?)`, values }
  return { text: `${column} ${operators[filter.is]} ?`, values }
}

/** All of them, or one of them. */
export function joined(conditions: readonly Condition[], word: 'AND' | 'OR'): Condition {
  if (conditions.length === 0) return word === 'AND' ? always : never
  return {
    text: `(${conditions.map(({ text }) => text).join(` ${word} `)})`,
    values: conditions.flatMap(({ values }) => values),
  }
}

const always: Condition = { text: '1 = 1', values: [] }
const never: Condition = { text: '1 = 0', values: [] }

/** @throws HopsworksError when there is none of that name */
export function featureNamed(group: string, features: readonly FeatureDefinition[], name: string): FeatureDefinition {
  const found = features.find((feature) => feature.name === name)
  if (found) return found
  throw new HopsworksError('client', `feature group "${group}" has no feature "${name}"`, {
    do: `use one of: ${features.map((feature) => feature.name).join(', ')}`,
  })
}
