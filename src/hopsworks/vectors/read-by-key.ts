import { HopsworksError } from '../error.ts'
import type { Row } from '../groups/feature-types.ts'
import type { CallOptions } from '../login-options.ts'
import { type DocumentsReader, mostHits } from './documents-reader.ts'
import { columnOf, type Documents } from './query.ts'

/** Keys that are asked for in one search. */
const keysAtOnce = 200

/** Rows by primary key, in the order asked. */
export async function readByKey(
  reader: DocumentsReader,
  keys: readonly Row[],
  { features, signal }: CallOptions & { readonly features?: readonly string[] },
): Promise<(Row | undefined)[]> {
  const { documents } = reader
  const wanted = reader.features(features)
  const source = [...new Set([...wanted, ...documents.primaryKey])]
  const names = keys.map((key) => keyOf(documents, key))
  const found = new Map<string, Row>()
  const search = async (some: readonly Row[], size: number): Promise<number> => {
    const clauses = some.map((key) => keyClause(documents, key))
    const query = { bool: { should: clauses, minimum_should_match: 1 } }
    const body = { size, query, _source: reader.columns(source) }
    const rows = await reader.rows(await reader.search(body, signal), source, signal)
    for (const row of rows) found.set(keyOf(documents, row), row)
    return rows.length
  }
  for (let i = 0; i < keys.length; i += keysAtOnce) {
    const some = keys.slice(i, i + keysAtOnce)
    const size = Math.min(mostHits, 4 * some.length + 50)
    if ((await search(some, size)) < size) continue
    // Keys are indexed as words: others with the same words have crowded some out.
    for (const key of some) if (!found.has(keyOf(documents, key))) await search([key], mostHits)
  }
  return names.map((name) => {
    const row = found.get(name)
    return row && Object.fromEntries(wanted.map((name) => [name, row[name]]))
  })
}

/** Finds one row, and others whose keys have the same words. */
function keyClause(documents: Documents, key: Row): unknown {
  const parts = documents.primaryKey.map((name) => {
    const value = key[name]
    const column = columnOf(documents, name)
    if (typeof value === 'string') return { match: { [column]: { query: value, operator: 'and' } } }
    return { term: { [column]: value instanceof Date ? value.getTime() : value } }
  })
  return { bool: { must: parts } }
}

/** @throws HopsworksError for a key with a part missing */
function keyOf({ group, primaryKey }: Documents, row: Row): string {
  const parts = primaryKey.map((name) => {
    const value = row[name]
    if (value === null || value === undefined)
      throw new HopsworksError('client', `a key for "${group}" lacks "${name}"`, {
        do: `give all of: ${primaryKey.join(', ')}`,
      })
    return value instanceof Date ? `${value.getTime()}` : `${value}`
  })
  return JSON.stringify(parts)
}
