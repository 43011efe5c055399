import { HopsworksError } from '../error.ts'
import { timeText } from '../sql/text.ts'
import type { Filter, FilterValue } from './filter.ts'
import type { GroupRecord } from './group-record.ts'

/** The store that groups and views belong to. */
export interface StoreName {
  readonly id: number
  readonly name: string
}

/** A query over one group as the API takes it; joins are added to it. */
export interface QueryRecord {
  readonly featureStoreName: string
  readonly featureStoreId: number
  readonly leftFeatureGroup: GroupRecord
  readonly leftFeatures: readonly unknown[]
  readonly leftFeatureGroupStartTime: number | null
  readonly leftFeatureGroupEndTime: number | null
  readonly joins: readonly unknown[]
  readonly filter: unknown
  readonly limit: number | null
  readonly hiveEngine: true
}

/**
 * Some features of a group (default: all), of the rows that a filter lets through.
 * @param subject whose query it is, as errors say it
 * @throws HopsworksError for a feature that the group doesn't have
 */
export function queryOf(
  store: StoreName,
  record: GroupRecord,
  wanted: { readonly features?: readonly string[] | undefined; readonly filter?: Filter | undefined },
  subject: string,
): QueryRecord {
  return {
    featureStoreName: store.name,
    featureStoreId: store.id,
    leftFeatureGroup: record,
    leftFeatures: wanted.features?.map((name) => featureOf(record, name, subject)) ?? record.features ?? [],
    leftFeatureGroupStartTime: null,
    leftFeatureGroupEndTime: null,
    joins: [],
    filter: wanted.filter ? logicOf(wanted.filter, record, subject) : null,
    limit: null,
    hiveEngine: true,
  }
}

function featureOf(record: GroupRecord, name: string, subject: string) {
  const all = record.features ?? []
  const found = all.find((feature) => feature.name === name)
  if (found) return found
  throw new HopsworksError('client', `${subject}: "${record.name}" has no feature "${name}"`, {
    do: `use one of: ${all.map((feature) => feature.name).join(', ')}`,
  })
}

const conditions = {
  eq: 'EQUALS',
  ne: 'NOT_EQUALS',
  gt: 'GREATER_THAN',
  ge: 'GREATER_THAN_OR_EQUAL',
  lt: 'LESS_THAN',
  le: 'LESS_THAN_OR_EQUAL',
  in: 'IN',
} as const

/** Conditions on two at a time, as queries have them. */
export function logicOf(filter: Filter, record: GroupRecord, subject: string): unknown {
  if ('and' in filter || 'or' in filter) {
    const [type, all] = 'and' in filter ? ['AND', filter.and] : ['OR', filter.or]
    if (all.length === 0)
      throw new HopsworksError('client', `${subject}: a filter has "${type.toLowerCase()}" of nothing`, {
        do: 'leave it out',
      })
    return all
      .map((each) => logicOf(each, record, subject))
      .reduce((left, right) => ({ type, leftFilter: null, rightFilter: null, leftLogic: left, rightLogic: right }))
  }
  const { type } = featureOf(record, filter.feature, subject)
  const values = [filter.value].flat().map((value) => textOf(value, type.toLowerCase()))
  const leftFilter = {
    feature: { name: filter.feature, type, featureGroupId: record.id },
    condition: conditions[filter.is],
    value: filter.is === 'in' ? JSON.stringify(values) : values[0],
  }
  return { type: 'SINGLE', leftFilter, rightFilter: null, leftLogic: null, rightLogic: null }
}

/** Times as the official client writes them, in UTC. */
function textOf(value: FilterValue, type: string): string {
  if (!(value instanceof Date)) return `${value}`
  if (type === 'date' || type === 'timestamp') return timeText(value, type)
  return `${value.getTime()}`
}
