import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { migrations } from '../sqlite/schema.ts'
import { documentKinds, localTables } from './mapping.ts'

const tables = Object.values(documentKinds).flatMap((kind) => kind.tables)

function emptyStore(): DatabaseSync {
  const database = new DatabaseSync(':memory:')
  for (const step of migrations) database.exec(step)
  return database
}

test('every table of the embedded store is either mapped once, or local to a machine', () => {
  const stored = emptyStore()
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .all()
    .map(({ name }) => name)
  assert.deepEqual([...tables.map(({ name }) => name), ...localTables].sort(), stored)
})

test('what other tables refer to is replaced in place, and what each machine fills in is referred to by nobody', () => {
  const database = emptyStore()
  const referredTo = new Set(
    tables.flatMap(({ name }) =>
      database
        .prepare(`SELECT "table" AS other FROM pragma_foreign_key_list('${name}')`)
        .all()
        .map(({ other }) => other),
    ),
  )
  for (const { name, keys, isRoot, local } of tables) {
    if (referredTo.has(name)) assert.ok(isRoot && !local, name)
    const columns = database.prepare(`SELECT name, pk FROM pragma_table_info('${name}')`).all()
    if (isRoot)
      assert.deepEqual(
        columns.filter(({ pk }) => pk !== 0).map((column) => column.name),
        keys,
        name,
      )
    if (local)
      assert.ok(
        columns.some((column) => column.name === local && column.pk === 1),
        name,
      )
  }
})
