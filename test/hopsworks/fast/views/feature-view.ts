import { type FeatureGroupDto, primaryKey } from '../groups/feature-group.ts'
import type { FeatureGroups } from '../groups/feature-groups.ts'
import type { QueryDto } from '../queries/query-dto.ts'
import { planOf, type QueryColumn, QueryRefusal } from '../queries/query-plan.ts'

/** A view as it goes over the wire; what is not named here is kept as it came. */
export interface FeatureViewDto {
  readonly [key: string]: unknown
  readonly id: number
  readonly name: string
  readonly version: number
  readonly query: QueryDto
  readonly features: readonly ViewFeatureDto[]
  readonly servingKeys: readonly ServingKeyDto[]
}

export interface ViewFeatureDto {
  /** After the join's prefix. */
  readonly name: string
  readonly type: string
  readonly index: number
  readonly label: boolean
  readonly inferenceHelperColumn: boolean
  readonly trainingHelperColumn: boolean
  /** In its group. */
  readonly featureGroupFeatureName: string
  readonly featuregroup: FeatureGroupDto
}

/** A primary key that rows of the view are looked up by. */
export interface ServingKeyDto {
  readonly featureName: string
  readonly prefix: string | null
  /** False where it is told by `joinOn`, a primary key of the root. */
  readonly required: boolean
  readonly joinOn: string | null
  /** 0 is the root, then the joins in their order. */
  readonly joinIndex: number
  readonly featureGroup: FeatureGroupDto
}

interface AskedFeature {
  readonly name: string
  readonly label?: boolean
  readonly inferenceHelperColumn?: boolean
  readonly trainingHelperColumn?: boolean
  readonly featuregroup?: { readonly id: number } | null
}

/**
 * What the server makes of a view that is to be created.
 *
 * @throws {QueryRefusal} when its query can't be constructed, or a label is none of its features
 */
export function completedView(
  asked: Readonly<Record<string, unknown>>,
  server: {
    readonly id: number
    readonly version: number
    readonly featureStoreId: number
    readonly project: string
    readonly user: string
    readonly groups: FeatureGroups
  },
): FeatureViewDto {
  const { groups, project } = server
  const query = wholeQuery(asked.query as QueryDto, groups)
  const columns = planOf(query, groups, project).columns
  const special = (asked.features ?? []) as readonly AskedFeature[]
  const roles = special.map((feature) => ({ ...feature, column: columnOf(feature, columns) }))
  const features = columns.map((column, index) => {
    const role = roles.find((each) => each.column === column)
    return {
      name: column.name,
      type: column.type,
      index,
      label: role?.label ?? false,
      inferenceHelperColumn: role?.inferenceHelperColumn ?? false,
      trainingHelperColumn: role?.trainingHelperColumn ?? false,
      featureGroupFeatureName: column.feature,
      featuregroup: column.group,
    }
  })
  return {
    ...asked,
    id: server.id,
    name: asked.name as string,
    version: server.version,
    featurestoreId: server.featureStoreId,
    featurestoreName: `${project.toLowerCase()}_featurestore`,
    query,
    features,
    servingKeys: servingKeysOf(query, groups),
    transformationFunctions: [],
    created: new Date().toISOString(),
    creator: { username: server.user, email: 'local@localhost', firstName: 'Local', lastName: 'User' },
    keywords: [],
  }
}

/** Clients say a label by its name in its group, and the group. */
function columnOf({ name, featuregroup }: AskedFeature, columns: readonly QueryColumn[]): QueryColumn {
  const found = columns.find((column) =>
    featuregroup ? column.group.id === featuregroup.id && column.feature === name : column.name === name,
  )
  if (!found) throw new QueryRefusal(404, 270_142, `Could not find label in training dataset schema: ${name}`)
  return found
}

/** With the groups and features as they are stored. */
function wholeQuery(query: QueryDto, groups: FeatureGroups): QueryDto {
  const group = groups.get(query.leftFeatureGroup?.id)
  if (!group) throw new QueryRefusal(404, 270_009, `Could not find feature group with ID ${query.leftFeatureGroup?.id}`)
  const all = query.leftFeatures.length === 1 && query.leftFeatures[0]!.name === '*'
  return {
    ...query,
    leftFeatureGroup: group,
    leftFeatures: all
      ? group.features
      : query.leftFeatures.map((asked) => ({ ...asked, ...group.features.find(({ name }) => name === asked.name) })),
    joins: (query.joins ?? []).map((join) => ({ ...join, query: wholeQuery(join.query, groups) })),
  }
}

function servingKeysOf(query: QueryDto, groups: FeatureGroups): ServingKeyDto[] {
  const group = ({ leftFeatureGroup }: QueryDto) => groups.get(leftFeatureGroup.id)!
  const root = group(query)
  const taken = new Set<string>()
  const keys: ServingKeyDto[] = []
  const sides = [{ group: root, prefix: null as string | null, on: new Map<string, string>() }]
  for (const join of query.joins ?? []) {
    const right = group(join.query)
    const pairs = join.on?.length
      ? join.on.map(({ name }) => [name, name] as const)
      : join.leftOn?.length
        ? join.leftOn.map(({ name }, i) => [join.rightOn![i]!.name, name] as const)
        : primaryKey(right)
            .filter((name) => primaryKey(root).includes(name))
            .map((name) => [name, name] as const)
    sides.push({ group: right, prefix: join.prefix ?? null, on: new Map(pairs) })
  }
  for (const [joinIndex, side] of sides.entries())
    for (const featureName of primaryKey(side.group)) {
      const joinOn = side.on.get(featureName) ?? null
      const required = joinOn === null || !primaryKey(root).includes(joinOn)
      const collides = required && taken.has(`${side.prefix ?? ''}${featureName}`)
      const prefix = collides ? `fgId_${side.group.id}_${joinIndex}_${side.prefix ?? ''}` : side.prefix
      taken.add(`${prefix ?? ''}${featureName}`)
      keys.push({ featureName, prefix, required, joinOn, joinIndex, featureGroup: side.group })
    }
  return keys
}
