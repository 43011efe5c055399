import { type FeatureGroupDto, primaryKey } from '../groups/feature-group.ts'
import type { FilterDto, LogicDto, QueryDto, QueryFeatureDto } from '../queries/query-dto.ts'
import { QueryRefusal } from '../queries/query-plan.ts'
import type { FeatureViewDto, ViewFeatureDto } from './feature-view.ts'

export interface BatchOptions {
  /** Milliseconds: from here (inclusive), until there (exclusive). */
  readonly start: number | undefined
  readonly end: number | undefined
  readonly labels: boolean
  readonly primaryKeys: boolean
  readonly eventTime: boolean
  readonly inferenceHelpers: boolean
  readonly trainingHelpers: boolean
  readonly filters: readonly LogicDto[]
}

/** The query that reads a view's rows offline: its own, less the columns that weren't asked for. */
export function batchQuery(view: FeatureViewDto, options: BatchOptions, hive: boolean): QueryDto {
  const { query } = view
  const isWanted = ({ label, inferenceHelperColumn, trainingHelperColumn }: ViewFeatureDto) =>
    (!label || options.labels) &&
    (!inferenceHelperColumn || options.inferenceHelpers) &&
    (!trainingHelperColumn || options.trainingHelpers)
  const dropped = view.features.filter((feature) => !isWanted(feature))
  const filters = [query.filter, ...timeFilters(query, options), ...options.filters].filter((each) => !!each)
  return {
    ...narrowed(query, dropped, options, hive),
    filter: filters.length > 0 ? filters.reduce(both) : null,
  }
}

function narrowed(query: QueryDto, dropped: readonly ViewFeatureDto[], options: BatchOptions, hive: boolean): QueryDto {
  const group = query.leftFeatureGroup as FeatureGroupDto
  const kept = query.leftFeatures.filter(
    ({ name }) =>
      !dropped.some((feature) => feature.featuregroup.id === group.id && feature.featureGroupFeatureName === name),
  )
  const extra = [
    ...(options.primaryKeys ? primaryKey(group) : []),
    ...(options.eventTime && group.eventTime ? [group.eventTime] : []),
  ].filter((name) => !kept.some((feature) => feature.name === name))
  const added: QueryFeatureDto[] = extra.map((name) => ({ ...group.features.find((each) => each.name === name)! }))
  return {
    ...query,
    hiveEngine: hive,
    leftFeatures: [...kept, ...added],
    joins: (query.joins ?? []).map((join) => ({ ...join, query: narrowed(join.query, dropped, options, hive) })),
  }
}

function timeFilters({ leftFeatureGroup }: QueryDto, { start, end }: BatchOptions): LogicDto[] {
  const group = leftFeatureGroup as FeatureGroupDto
  const times = [
    ['GREATER_THAN_OR_EQUAL', start],
    ['LESS_THAN', end],
  ] as const
  return times.flatMap(([condition, at]) => {
    if (at === undefined) return []
    if (!group.eventTime)
      throw new QueryRefusal(400, 270_172, `Cannot find event feature in feature group ${group.name}`)
    const { type } = group.features.find(({ name }) => name === group.eventTime)!
    const leftFilter: FilterDto = {
      feature: { name: group.eventTime, featureGroupId: group.id },
      condition,
      value: eventTimeText(at, type),
    }
    return [{ type: 'SINGLE', leftFilter }]
  })
}

function eventTimeText(at: number, type: string): string {
  const text = new Date(at).toISOString()
  if (type === 'timestamp') return text.slice(0, 23).replace('T', ' ')
  return type === 'date' ? text.slice(0, 10) : `${at}`
}

function both(leftLogic: LogicDto, rightLogic: LogicDto): LogicDto {
  return { type: 'AND', leftLogic, rightLogic }
}
