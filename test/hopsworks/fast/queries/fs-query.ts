import { createHmac } from 'node:crypto'
import type { FeatureGroupDto } from '../groups/feature-group.ts'
import type { FeatureGroups } from '../groups/feature-groups.ts'
import type { QueryDto } from './query-dto.ts'
import { planOf, type QueryPlan } from './query-plan.ts'
import { pointInTimeText, selectText } from './sql-text.ts'

/** What the query service runs. Opaque to clients. */
export interface HqsPayload {
  /** For SQLite, over tables of offline rows in an attached database: see the dialect `local`. */
  readonly query_string: string
  /** Of the answer, in its order. */
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** The tables that it needs, by the group's id, each named `database.group_version`. */
  readonly tables: readonly { readonly featureGroupId: number; readonly database: string; readonly table: string }[]
}

/** The signature that the query service wants to see with a payload. */
export function signatureOf(payload: string, secret: string): string {
  return createHmac('sha256', secret).update(payload).digest('base64')
}

/**
 * A query in the languages of those who run it, as `PUT featurestores/query` answers.
 *
 * @throws {QueryRefusal}
 */
export function fsQuery(query: QueryDto, groups: FeatureGroups, project: string, secret: string): unknown {
  const name = project.toLowerCase()
  const plan = planOf(query, groups, project)
  const payload = asciiJson(payloadOf(plan, name))
  return {
    query: selectText(plan, { dialect: 'hive', project: name }),
    queryOnline: selectText(plan, { dialect: 'online', project: name }),
    pitQuery: pointInTimeText(plan, { dialect: 'hive', project: name }) ?? null,
    pitQueryAsof: null,
    hqsPayload: payload,
    hqsPayloadSignature: signatureOf(payload, secret),
    onDemandFeatureGroups: [],
    hudiCachedFeatureGroups: sides(plan).map(({ alias, group }) => ({ alias, featureGroup: group })),
    deltaCachedFeatureGroups: [],
    icebergCachedFeatureGroups: [],
  }
}

function payloadOf(plan: QueryPlan, project: string): HqsPayload {
  const place = { dialect: 'local', project } as const
  const groups = new Map(sides(plan).map(({ group }) => [group.id, group]))
  return {
    query_string: pointInTimeText(plan, place) ?? selectText(plan, place),
    columns: plan.columns.map(({ name, type }) => ({ name, type })),
    tables: [...groups.values()].map(({ id, name, version }) => ({
      featureGroupId: id,
      database: `${project}_featurestore`,
      table: `${name}_${version}`,
    })),
  }
}

function sides({ root, joins }: QueryPlan): { readonly alias: string; readonly group: FeatureGroupDto }[] {
  return [root, ...joins]
}

/** The official client sends the payload on as ASCII. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
