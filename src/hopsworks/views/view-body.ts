import { HopsworksError } from '../error.ts'
import type { FeatureGroup } from '../groups/feature-group.ts'
import type { GroupRecord } from '../groups/group-record.ts'
import { queryOf, type StoreName } from '../groups/query-record.ts'
import type { FeatureViewDefinition } from './feature-view.ts'

/** A group in a view's query, with the features that are taken from it. */
interface Side {
  readonly record: GroupRecord
  readonly prefix: string
  readonly features: readonly string[]
}

/** The body that creates a view. @param recordOf a group as the API told it */
export function viewBody(
  definition: FeatureViewDefinition,
  store: StoreName,
  recordOf: (group: FeatureGroup) => GroupRecord,
): unknown {
  const { name, version = 1, description = '', query, labels = [] } = definition
  const subject = `feature view "${name}"`
  const joins = (query.joins ?? []).map(({ group, features, on = group.primaryKey, type = 'left', prefix = null }) => ({
    query: queryOf(store, recordOf(group), { features }, subject),
    on: on.map((feature) => ({ name: feature })),
    leftOn: [],
    rightOn: [],
    type: type.toUpperCase(),
    prefix,
  }))
  const { features, filter } = query
  const sides: readonly Side[] = [{ ...query, prefix: '' }, ...(query.joins ?? [])].map((each) => {
    const record = recordOf(each.group)
    const all = (record.features ?? []).map((feature) => feature.name)
    return { record, prefix: each.prefix ?? '', features: each.features ?? all }
  })
  return {
    featurestoreId: store.id,
    name,
    version,
    description,
    query: { ...queryOf(store, recordOf(query.group), { features, filter }, subject), joins },
    features: labels.map((label) => labelBody(label, sides, subject)),
    loggingEnabled: false,
    transformationFunctions: [],
    type: 'featureViewDTO',
    extraLogColumns: null,
  }
}

/** The API wants a label by its name in its group. */
function labelBody(label: string, sides: readonly Side[], subject: string): unknown {
  const side = sides.find(({ prefix, features }) => features.some((feature) => prefix + feature === label))
  if (!side)
    throw new HopsworksError('client', `${subject}: the label "${label}" is none of its features`, {
      do: `use some of: ${sides.flatMap(({ prefix, features }) => features.map((each) => prefix + each)).join(', ')}`,
    })
  return {
    name: label.slice(side.prefix.length),
    type: null,
    index: null,
    label: true,
    inferenceHelperColumn: false,
    trainingHelperColumn: false,
    featureGroupFeatureName: null,
    featuregroup: side.record,
    transformationFunction: null,
  }
}
