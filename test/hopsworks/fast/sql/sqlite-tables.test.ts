import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FeatureDto, FeatureGroupDto } from '../groups/feature-group.ts'
import type { Message } from '../ingestion/message.ts'
import { columnTypes, textValue } from './column-types.ts'
import { SqliteTables } from './sqlite-tables.ts'

const feature = (name: string, type: string, onlineType = type, primary = false): FeatureDto => ({
  ...{ name, type, onlineType, primary, hudiPrecombineKey: false },
})

const group: FeatureGroupDto = {
  ...{ id: 1, name: 'songs', version: 2, eventTime: 'at', onlineEnabled: true, onlineTopicName: 'topic' },
  features: [
    feature('id', 'bigint', 'bigint', true),
    feature('part', 'string', 'varchar(100)', true),
    feature('at', 'timestamp'),
    feature('tempo', 'float'),
    feature('price', 'decimal(10,2)'),
  ],
}

const message = (values: Record<string, unknown>, rest: Partial<Message> = {}): Message => ({
  ...{ group, row: { values, complex: {} }, key: '', operation: 'upsert', storage: 'both', upsertIfNewer: false },
  ...rest,
})

const row = (id: number, at: number, tempo: number | null = null) => ({ id, part: 'x', at, tempo, price: null })

test('rows come, are replaced, only by newer ones where that is asked for, and go', () => {
  const tables = new SqliteTables('proj')
  tables.create(group)
  const all = () => tables.prepare('SELECT `id`, `at`, `tempo` FROM `proj`.`songs_2` ORDER BY `id`').run([]).rows
  tables.apply([message(row(1, 5_000_000, 1)), message(row(2, 1_000_000, 2))])
  const upsertIfNewer = true
  tables.apply([message(row(1, 4_000_000, 9), { upsertIfNewer }), message(row(2, 2_000_000, 3), { upsertIfNewer })])
  assert.deepEqual(all(), [
    [1n, '1970-01-01 00:00:05', 1],
    [2n, '1970-01-01 00:00:02', 3],
  ])
  tables.apply([message(row(1, 0), { operation: 'delete' })])
  assert.equal(all().length, 1)
  tables.drop(group)
  tables.apply([message(row(3, 0))])
  assert.throws(all, /no such table/)
  tables.close()
})

test('features that are appended get columns, decimals keep their digits, floats show six in plain answers', () => {
  const tables = new SqliteTables('proj')
  tables.create(group)
  const price = Buffer.from([0xfb, 0x1e])
  tables.apply([message({ ...row(1, 0, Math.fround(1 / 3)), price })])
  const extended = { ...group, features: [...group.features, feature('name', 'string', 'varchar(100)')] }
  tables.extend(extended)
  tables.apply([message({ ...row(2, 0), name: 'Low' }, { group: extended })])
  const query = tables.prepare(
    'SELECT `price`, `name`, `tempo` FROM `songs_2` WHERE (`id`, `part`) IN ((?, ?), (?, ?))',
  )
  const result = query.run(['1', 'x', '2', 'x'])
  assert.deepEqual(result.rows, [
    ['-12.50', null, Math.fround(1 / 3)],
    [null, 'Low', null],
  ])
  assert.equal(textValue(result.rows[0]![2]!, columnTypes(result)[2]!), '0.333333')
  tables.close()
})
