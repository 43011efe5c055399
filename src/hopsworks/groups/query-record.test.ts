import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GroupRecord } from './group-record.ts'
import { queryOf } from './query-record.ts'

const store = { id: 67, name: 'proj_featurestore' }
const record: GroupRecord = {
  id: 5,
  name: 'plays',
  version: 1,
  features: [
    { name: 'id', type: 'bigint', primary: true },
    { name: 'seen', type: 'TIMESTAMP' },
    { name: 'born', type: 'date' },
  ],
}
const asked = (wanted: Parameters<typeof queryOf>[2]) => queryOf(store, record, wanted, 'rows of "plays"')

test('asks for some features or all', () => {
  assert.deepEqual(asked({}).leftFeatures, record.features)
  assert.deepEqual(asked({ features: ['born'] }).leftFeatures, [{ name: 'born', type: 'date' }])
  assert.throws(() => asked({ features: ['bron'] }), /rows of "plays": "plays" has no feature "bron"; use one of: id/)
})

test('writes times as the official client does, in UTC', () => {
  const written = (feature: string, value: Date) => {
    const { filter } = asked({ filter: { feature, is: 'ge', value } })
    return (filter as { leftFilter: { value: string } }).leftFilter.value
  }
  const time = new Date('2026-03-01T12:00:00Z')
  assert.equal(written('seen', time), '2026-03-01 12:00:00')
  assert.equal(written('seen', new Date(time.getTime() + 120)), '2026-03-01 12:00:00.12')
  assert.equal(written('born', time), '2026-03-01')
  assert.equal(written('id', time), `${time.getTime()}`)
})

test('refuses filters that say nothing, or something of no feature', () => {
  assert.throws(() => asked({ filter: { and: [] } }), /a filter has "and" of nothing; leave it out/)
  assert.throws(() => asked({ filter: { feature: 'x', is: 'eq', value: 1 } }), /has no feature "x"/)
})
