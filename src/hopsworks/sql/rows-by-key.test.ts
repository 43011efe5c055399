import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { OnlineDatabase, SqlStatement } from './online-database.ts'
import { rowsByKey } from './rows-by-key.ts'

/** A table with rows by `word`, of a server that makes no difference between a and A. */
function careless(words: readonly string[]) {
  const asked: number[] = []
  const query = async ({ values }: SqlStatement) => {
    const keys = new Set(values.map((value) => `${value}`.toLowerCase()))
    asked.push(values.length)
    return words.filter((word) => keys.has(word.toLowerCase())).map((word) => ({ word, size: word.length }))
  }
  return { database: { query } as unknown as OnlineDatabase, asked }
}

const table = { database: 'proj', name: 'words_1' }

test('a key gets the row that the server holds for equal, whatever else is asked for', async () => {
  const letter = fc.constantFrom('a', 'A', 'b', 'B', 'c', 'D')
  const stored = fc.uniqueArray(letter, { selector: (word) => word.toLowerCase() })
  await fc.assert(
    fc.asyncProperty(stored, fc.array(letter, { maxLength: 12 }), async (words, keys) => {
      const { database } = careless(words)
      const rows = await rowsByKey(
        database,
        table,
        ['size'],
        keys.map((word) => ({ word })),
        undefined,
      )
      const expected = keys.map((key) => words.find((word) => word.toLowerCase() === key.toLowerCase()))
      assert.deepEqual(
        rows.map((row) => row?.word),
        expected,
      )
    }),
    { examples: [[['a'], ['A', 'a']]] },
  )
})

test('many keys without a row take few statements', async () => {
  const { database, asked } = careless(['x', 'Y'])
  const missing = Array.from({ length: 400 }, (_, i) => ({ word: `${i}` }))
  assert.equal((await rowsByKey(database, table, [], missing, undefined)).filter(Boolean).length, 0)
  assert.deepEqual(asked.splice(0), [512])
  await rowsByKey(database, table, [], [{ word: 'x' }, ...missing], undefined)
  assert.deepEqual(asked.splice(0), [512, 512])
  const rows = await rowsByKey(database, table, [], [{ word: 'x' }, ...missing, { word: 'y' }], undefined)
  assert.equal(rows.at(-1)?.word, 'Y')
  assert.ok(asked.length < 25, `${asked.length} statements`)
})
