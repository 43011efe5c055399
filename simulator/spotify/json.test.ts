import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { keep, selected, stringify } from './json.ts'

test('writes as JSON.stringify does, also what is kept', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const expected = JSON.stringify(value)
      assert.equal(stringify(value), expected)
      assert.equal(
        stringify({ a: value, b: undefined, c: [value, undefined] }),
        JSON.stringify({ a: value, c: [value, null] }),
      )
      if (typeof value !== 'object' || value === null) return
      keep(value)
      assert.equal(stringify([value, value]), `[${expected},${expected}]`)
    }),
  )
})

test('selects once of what is kept, each selection by itself', () => {
  const track = keep({ id: 'a', name: 'b' })
  const [ids, names] = [{}, {}]
  let asked = 0
  const select = (selection: object, field: 'id' | 'name') =>
    selected(track, selection, () => {
      asked++
      return { [field]: track[field] }
    })
  assert.deepEqual(
    [select(ids, 'id'), select(names, 'name'), select(ids, 'id')],
    [{ id: 'a' }, { name: 'b' }, { id: 'a' }],
  )
  assert.equal(asked, 2)
  assert.equal(
    selected(null, ids, () => 1),
    1,
  )
})
