import { type FeatureDto, type FeatureGroupDto, primaryKey } from '../groups/feature-group.ts'
import type { FeatureGroups } from '../groups/feature-groups.ts'
import type { JoinDto, LogicDto, QueryDto, QueryFeatureDto } from './query-dto.ts'

/** One column of the answer. */
export interface QueryColumn {
  /** As the answer names it: the feature, after the join's prefix. */
  readonly name: string
  /** Feature type, such as `array<float>`. */
  readonly type: string
  readonly feature: string
  readonly group: FeatureGroupDto
  /** Of its table in the query, such as `fg0`. */
  readonly alias: string
}

/** A joined group, and what its rows must agree on with the group that it is joined to. */
export interface PlannedJoin {
  readonly group: FeatureGroupDto
  readonly alias: string
  readonly type: 'LEFT' | 'INNER' | 'RIGHT' | 'FULL'
  readonly prefix: string
  /** The group that it is joined to. */
  readonly to: { readonly group: FeatureGroupDto; readonly alias: string }
  readonly keys: readonly { readonly left: string; readonly right: string }[]
  /** Of the joined query itself. */
  readonly filter: LogicDto | undefined
}

/** A query whose groups, features and keys have been found. */
export interface QueryPlan {
  readonly root: { readonly group: FeatureGroupDto; readonly alias: string }
  readonly joins: readonly PlannedJoin[]
  readonly columns: readonly QueryColumn[]
  readonly filter: LogicDto | undefined
  readonly limit: number | undefined
}

/** Why a query can't be constructed, in the form of Hopsworks' errors. */
export class QueryRefusal extends Error {
  readonly status: number
  readonly code: number

  constructor(status: number, code: number, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/**
 * Finds the groups of a query. Aliases are numbered from the joined ones up, the root comes last, as Hopsworks does. A joined
 * key that is named as on the left is not selected twice; other names that collide are told apart by project, group and version.
 *
 * @throws {QueryRefusal} when there is no such group or feature, or nothing to join by
 */
export function planOf(query: QueryDto, groups: FeatureGroups, project: string): QueryPlan {
  const joins: PlannedJoin[] = []
  const selected: QueryColumn[] = []
  let aliases = 0

  function visit(part: QueryDto, prefix: string): PlannedJoin['to'] {
    const group = groupOf(part, groups)
    const below = (part.joins ?? []).map((join) => {
      const at = joins.length
      const right = visit(join.query, join.prefix ?? '')
      return { join, right, at }
    })
    const self = { group, alias: `fg${aliases++}` }
    for (const { join, right, at } of below.toReversed())
      joins.splice(at, 0, {
        ...right,
        type: joinType(join.type),
        prefix: join.prefix ?? '',
        to: self,
        keys: keysOf(join, group, right.group),
        filter: join.query.filter ?? undefined,
      })
    selected.push(...columnsOf(part, self, prefix, project))
    return self
  }

  const root = visit(query, '')
  const order = [root.alias, ...joins.map(({ alias }) => alias)]
  if (selected.length === 0) throw new QueryRefusal(400, 270_112, 'No features selected')
  const sorted = selected.toSorted((a, b) => order.indexOf(a.alias) - order.indexOf(b.alias))
  return {
    root,
    joins,
    columns: toldApart(withoutJoinedKeys(sorted, joins), project),
    filter: query.filter ?? undefined,
    limit: query.limit ?? undefined,
  }
}

function groupOf(query: QueryDto, groups: FeatureGroups): FeatureGroupDto {
  const group = groups.get(query.leftFeatureGroup?.id)
  if (!group) throw new QueryRefusal(404, 270_009, `Could not find feature group with ID ${query.leftFeatureGroup?.id}`)
  return group
}

/** @throws {QueryRefusal} when the group has no such feature */
export function featureOf(group: FeatureGroupDto, name: string): FeatureDto {
  const found = group.features.find((feature) => feature.name === name)
  if (!found) throw new QueryRefusal(404, 270_188, `Feature: ${name} not found in feature group: ${group.name}`)
  return found
}

function columnsOf(
  { leftFeatures }: QueryDto,
  { group, alias }: PlannedJoin['to'],
  prefix: string,
  project: string,
): QueryColumn[] {
  const chosen: readonly QueryFeatureDto[] =
    leftFeatures.length === 1 && leftFeatures[0]!.name === '*' ? group.features : leftFeatures
  return chosen.map(({ name, useFullyQualifiedName }) => ({
    name: useFullyQualifiedName ? qualified(group, name, project) : prefix + name,
    type: featureOf(group, name).type,
    feature: name,
    group,
    alias,
  }))
}

function qualified({ name, version }: FeatureGroupDto, feature: string, project: string): string {
  return `${project.toLowerCase()}_${name}_${version}_${feature}`
}

function joinType(type: string | null | undefined): PlannedJoin['type'] {
  const wanted = type ?? 'LEFT'
  if (wanted === 'LEFT' || wanted === 'INNER' || wanted === 'RIGHT' || wanted === 'FULL') return wanted
  throw new QueryRefusal(400, 270_139, `Joins of type ${wanted} are not supported`)
}

function keysOf({ on, leftOn, rightOn }: JoinDto, left: FeatureGroupDto, right: FeatureGroupDto): PlannedJoin['keys'] {
  const [lefts, rights] = on?.length ? [on, on] : [leftOn ?? [], rightOn ?? []]
  if (lefts.length !== rights.length)
    throw new QueryRefusal(400, 270_097, `${left.name} and ${right.name}: not as many keys left as right`)
  const pairs = lefts.length
    ? lefts.map(({ name }, i) => ({ left: name, right: rights[i]!.name }))
    : primaryKey(left)
        .filter((name) => primaryKey(right).includes(name))
        .map((name) => ({ left: name, right: name }))
  if (pairs.length === 0)
    throw new QueryRefusal(400, 270_096, `${left.name} and ${right.name}: no primary keys of the same name to join by`)
  for (const pair of pairs) {
    featureOf(left, pair.left)
    featureOf(right, pair.right)
  }
  return pairs
}

/** A key of the right side without a prefix repeats what the left side says already. */
function withoutJoinedKeys(columns: readonly QueryColumn[], joins: readonly PlannedJoin[]): QueryColumn[] {
  return columns.filter(({ alias, feature }) => {
    const join = joins.find((each) => each.alias === alias && each.prefix === '')
    const key = join?.keys.find(({ left, right }) => right === feature && left === feature)
    return !(key && columns.some((column) => column.alias === join!.to.alias && column.feature === key.left))
  })
}

function toldApart(columns: readonly QueryColumn[], project: string): QueryColumn[] {
  const times = new Map<string, number>()
  for (const { name } of columns) times.set(name, (times.get(name) ?? 0) + 1)
  return columns.map((column) => {
    if (times.get(column.name) === 1) return column
    return { ...column, name: qualified(column.group, column.feature, project) }
  })
}
