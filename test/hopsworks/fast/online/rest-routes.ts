import { isDeepStrictEqual } from 'node:util'
import { type FeatureGroupDto, primaryKey } from '../groups/feature-group.ts'
import type { FeatureGroups } from '../groups/feature-groups.ts'
import type { FrontAnswer } from '../http-front.ts'
import type { DecodedRow } from '../ingestion/row-decoder.ts'
import { rawJson } from '../raw-json.ts'
import { ok, type Routes } from '../routes.ts'
import { columnValue } from '../sql/column-value.ts'
import type { OnlineStore } from './online-store.ts'

interface PkRead {
  readonly filters: readonly { readonly column: string; readonly value: unknown }[]
  readonly readColumns?: readonly { readonly column: string }[]
  readonly operationId?: string
}

/** RonDB's REST server: rows of feature groups by primary key. */
export function onlineStoreRoutes(groups: FeatureGroups, store: OnlineStore, project: string): Routes {
  const table = (name: string): FeatureGroupDto | undefined => {
    const match = /^(.+)_(\d+)$/.exec(name)
    return match ? groups.named(match[1]!, Number(match[2]))[0] : undefined
  }

  function read(db: string, tableName: string, { filters, readColumns, operationId }: PkRead): FrontAnswer {
    const group = db === project.toLowerCase() ? table(tableName) : undefined
    if (!group?.onlineEnabled) return problem(404, 'Failed to get table/column name. Database or table does not exist')
    const key = Object.fromEntries(filters.map(({ column, value }) => [column, value]))
    if (!isDeepStrictEqual(new Set(Object.keys(key)), new Set(primaryKey(group))))
      return problem(400, 'Wrong primary-key column. Expecting all columns of the primary key')
    const columns = readColumns?.map(({ column }) => column) ?? group.features.map(({ name }) => name)
    const unknown = columns.find((column) => !group.features.some(({ name }) => name === column))
    if (unknown) return problem(400, `Column does not exist. Column: ${unknown}`)
    const row = group.embeddingIndex ? undefined : store.row(group, key)
    const echo = operationId === undefined ? {} : { operationId }
    if (!row) return { status: 404, body: echo }
    return ok({ ...echo, data: Object.fromEntries(columns.map((column) => [column, jsonValue(group, row, column)])) })
  }

  return {
    'GET /0.1.0/ping': () => ({ status: 200 }),
    'POST /0.1.0/batch': ({ body }) => {
      const { operations } = body as {
        readonly operations: readonly { readonly 'relative-url': string; readonly body: PkRead }[]
      }
      return ok(
        operations.map((operation) => {
          const [db, name] = operation['relative-url'].split('/') as [string, string]
          const { status, body: answer } = read(db, name, operation.body)
          return { code: status, body: answer }
        }),
      )
    },
    'POST /0.1.0/{db}/{table}/pk-read': ({ params, body }) => read(params.db!, params.table!, body as PkRead),
  }
}

function problem(status: number, message: string): FrontAnswer {
  return { status, body: { code: status, reason: message, message } }
}

/** As RonDB's REST server writes it: bytes in base64, times as text, decimals as numbers. */
export function jsonValue(group: FeatureGroupDto, row: DecodedRow, name: string): unknown {
  const feature = group.features.find((each) => each.name === name)!
  const value = columnValue(feature, row)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  return feature.type.startsWith('decimal') && value !== null ? rawJson(`${value}`) : value
}
