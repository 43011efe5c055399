import type { OnlineIngestions } from '../ingestion/online-ingestions.ts'
import { failure, items, ok, type RouteRequest, type Routes } from '../routes.ts'
import { statisticsRoutes } from '../statistics-routes.ts'
import { tagRoutes } from '../tag-routes.ts'
import { complexFeatures, type FeatureGroupDto, primaryKey } from './feature-group.ts'
import type { FeatureGroups } from './feature-groups.ts'
import { parseHiveType } from './hive-type.ts'

/** What happens elsewhere when a feature group comes, goes or is emptied. */
export interface GroupEffects {
  created(group: FeatureGroupDto): Promise<void>
  /** It has more features. */
  extended(group: FeatureGroupDto): Promise<void>
  deleted(group: FeatureGroupDto): Promise<void>
  cleared(group: FeatureGroupDto): Promise<void>
}

const base = '/project/{pid}/featurestores/{fs}/featuregroups'
const unknown = () => failure(404, 270_009, 'The featuregroup does not exist.')

/** Feature groups, the schemas of their messages, announced writes, statistics and tags. */
export function groupRoutes(groups: FeatureGroups, ingestions: OnlineIngestions, effects: GroupEffects): Routes {
  const found = (params: RouteRequest['params']) => groups.get(Number(params.fg))
  const withGroup =
    (handle: (group: FeatureGroupDto, request: RouteRequest) => ReturnType<Routes[string]>) =>
    (request: RouteRequest) => {
      const group = found(request.params)
      return group ? handle(group, request) : unknown()
    }

  return {
    [`POST ${base}`]: async ({ body }) => {
      const asked = body as Readonly<Record<string, unknown>>
      const refusal = refused(groups, asked)
      if (refusal) return failure(400, ...refusal)
      const group = groups.create(asked)
      await effects.created(group)
      return ok(group, 201)
    },
    [`GET ${base}`]: () => items(groups.all),
    [`GET ${base}/{fg}`]: ({ params, query }) => {
      if (/^\d+$/.test(params.fg!)) return found(params) ? ok(found(params)) : unknown()
      const version = query.get('version')
      const named = groups.named(params.fg!, version === null ? undefined : Number(version))
      return named.length > 0 ? ok(named) : unknown()
    },
    [`PUT ${base}/{fg}`]: withGroup(async (group, { body }) => {
      const updated = groups.update(group, body as Readonly<Record<string, unknown>>)
      await effects.extended(updated)
      return ok(updated)
    }),
    [`DELETE ${base}/{fg}`]: withGroup(async (group) => {
      groups.delete(group.id)
      await effects.deleted(group)
      return { status: 200 }
    }),
    [`POST ${base}/{fg}/clear`]: withGroup(async (group) => {
      await effects.cleared(group)
      return { status: 200 }
    }),
    [`GET ${base}/{fg}/expectationsuite`]: withGroup(() => ok({ count: 0 })),
    [`POST ${base}/{fg}/online_ingestion`]: withGroup((group, { body }) => {
      const { numEntries } = body as { readonly numEntries: number | null }
      return ok(ingestions.create(group.id, numEntries))
    }),
    [`GET ${base}/{fg}/online_ingestion`]: withGroup((group, { query }) =>
      items(ingestions.list(group.id, query.get('filter_by'))),
    ),
    'GET /project/{pid}/featurestores/{fs}/kafka/subjects/{subject}/versions/latest': ({ params }) => {
      const subject = groups.subjectNamed(params.subject!)
      return subject ? ok(subject) : failure(404, 190_031, 'Subject not found.')
    },
    ...tagRoutes(`${base}/{fg}`, (params) => (found(params) ? params.fg : undefined), unknown),
    ...statisticsRoutes(`${base}/{fg}`, (params) => (found(params) ? params.fg : undefined), unknown),
  }
}

const namePattern = /^[a-z][a-z0-9_]{0,62}$/

/** Why a feature group can't be made so, as the server says it. */
function refused(
  groups: FeatureGroups,
  asked: Readonly<Record<string, unknown>>,
): [number, string, string] | undefined {
  const group = asked as unknown as FeatureGroupDto
  if (!namePattern.test(group.name))
    return [270_038, 'Illegal feature group name.', `The name ${group.name} is illegal`]
  if (group.version && groups.named(group.name, group.version).length > 0)
    return [
      270_089,
      'The feature group you are trying to create does already exist.',
      `${group.name}, version ${group.version}`,
    ]
  for (const { name, type } of group.features) {
    if (!namePattern.test(name)) return [270_040, 'Illegal feature name.', `The feature name ${name} is illegal`]
    try {
      parseHiveType(type)
    } catch (error) {
      return [270_039, 'Illegal feature type.', (error as Error).message]
    }
  }
  if (primaryKey(group).length === 0) return [270_132, 'Primary key is required.', `${group.name} has no primary key`]
  const complex = new Set(complexFeatures(group).map(({ name }) => name))
  const keyed = primaryKey(group).find((name) => complex.has(name))
  if (keyed) return [270_132, 'Illegal primary key.', `${keyed} can't be a primary key`]
  const index = group.embeddingIndex
  const missing = index?.features.find(({ name }) => !complex.has(name))
  if (missing) return [270_233, 'Embedding feature not found.', `${missing.name} is no array`]
  return undefined
}
