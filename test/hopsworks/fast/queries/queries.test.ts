import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { FeatureGroups } from '../groups/feature-groups.ts'
import { fsQuery, type HqsPayload, signatureOf } from './fs-query.ts'
import type { FilterDto, LogicDto, QueryDto } from './query-dto.ts'
import { QueryRefusal } from './query-plan.ts'

interface Answer {
  readonly query: string
  readonly queryOnline: string
  readonly pitQuery: string | null
  readonly hqsPayload: string
  readonly hqsPayloadSignature: string
}

const groups = new FeatureGroups('Proj', 119, 'me')

function group(name: string, eventTime: string | null, features: readonly (readonly [string, string])[]): QueryDto {
  const { id } = groups.create({
    name,
    eventTime,
    onlineEnabled: true,
    timeTravelFormat: 'HUDI',
    features: features.map(([feature, type], i) => ({ name: feature, type, primary: i === 0 })),
  })
  return { leftFeatureGroup: { id }, leftFeatures: [{ name: '*' }] }
}

const plays = group('plays', 'at', [
  ['who', 'string'],
  ['at', 'timestamp'],
  ['song', 'string'],
])
const moods = group('moods', 'at', [
  ['who', 'string'],
  ['mood', 'string'],
  ['at', 'timestamp'],
])
const homes = group('homes', null, [
  ['who', 'string'],
  ['since', 'date'],
  ['old', 'boolean'],
])

const ask = (query: QueryDto) => fsQuery(query, groups, 'Proj', 'secret') as Answer

function single(feature: string, condition: string, value: string, of?: QueryDto): LogicDto {
  const leftFilter: FilterDto = {
    feature: { name: feature, featureGroupId: of?.leftFeatureGroup.id ?? null },
    condition,
    value,
  }
  return { type: 'SINGLE', leftFilter }
}

/** A database of that name, with the rows of the three groups as offline rows have them, or as online ones. */
function database(name: string, online: boolean): DatabaseSync {
  const db = new DatabaseSync(':memory:')
  db.exec(`ATTACH ':memory:' AS \`${name}\``)
  const time = (at: number) => (online ? `2026-01-01 00:00:0${at}` : Date.UTC(2026, 0, 1, 0, 0, at) * 1000)
  const fill = (table: string, columns: string, rows: readonly (readonly (string | number)[])[]) => {
    db.exec(`CREATE TABLE \`${name}\`.\`${table}\` (${columns})`)
    const slots = rows[0]!.map(() => '?').join(', ')
    for (const row of rows) db.prepare(`INSERT INTO \`${name}\`.\`${table}\` VALUES (${slots})`).run(...row)
  }
  fill('plays_1', 'who, at, song', [
    ['ann', time(2), "don't \\ stop"],
    ['ann', time(5), 'b'],
    ['bob', time(1), 'c'],
  ])
  fill('moods_1', 'who, mood, at', [
    ['ann', 'calm', time(1)],
    ['ann', 'glad', time(5)],
    ['ann', 'late', time(6)],
    ['bob', 'new', time(3)],
  ])
  fill('homes_1', 'who, since, old', [['ann', online ? '2025-12-31' : 20_453, 1]])
  return db
}

const rowsOf = (db: DatabaseSync, sql: string) =>
  db
    .prepare(sql)
    .all()
    .map((row) => Object.values(row))

test('tells a joined query in the words of the online store, once for all dialects', () => {
  const { query, queryOnline, pitQuery } = ask({
    ...plays,
    leftFeatures: [{ name: 'who' }, { name: 'song' }],
    joins: [{ query: { ...homes, filter: single('old', 'EQUALS', 'True') }, on: [{ name: 'who' }], prefix: null }],
    filter: {
      type: 'AND',
      leftFilter: { feature: { name: 'song' }, condition: 'NOT_EQUALS', value: "don't" },
      rightLogic: {
        type: 'OR',
        leftLogic: single('at', 'GREATER_THAN', '2026-01-01 00:00:00'),
        rightFilter: { feature: { name: 'since' }, condition: 'IN', value: '["2025-12-31"]' },
      },
    },
    limit: 7,
  })
  const condition = (time: string, date: string) =>
    `WHERE (\`fg1\`.\`song\` <> 'don''t' AND (\`fg1\`.\`at\` > ${time} OR \`fg0\`.\`since\` IN (${date}))) AND \`fg0\`.\`old\` = TRUE`
  assert.equal(
    queryOnline,
    [
      'SELECT `fg1`.`who` `who`, `fg1`.`song` `song`, `fg0`.`since` `since`, `fg0`.`old` `old`',
      'FROM `proj`.`plays_1` `fg1`',
      'LEFT JOIN `proj`.`homes_1` `fg0` ON `fg1`.`who` = `fg0`.`who`',
      condition("'2026-01-01 00:00:00'", "'2025-12-31'"),
      'LIMIT 7',
    ].join('\n'),
  )
  assert.match(query, /`proj_featurestore`\.`plays_1` `fg1`/)
  assert.match(query, /TIMESTAMP '2026-01-01 00:00:00'.*DATE '2025-12-31'/)
  assert.equal(pitQuery, null)
})

test('joins online rows by key, offline rows as of their time', () => {
  const joined: QueryDto = {
    ...plays,
    joins: [{ query: { ...moods, leftFeatures: [{ name: 'mood' }, { name: 'at' }] }, type: 'LEFT', prefix: 'm_' }],
  }
  const { queryOnline, hqsPayload, hqsPayloadSignature, pitQuery } = ask(joined)
  using online = database('proj', true)
  assert.equal(rowsOf(online, queryOnline).length, 7)

  assert.equal(hqsPayloadSignature, signatureOf(hqsPayload, 'secret'))
  assert.match(pitQuery!, /RANK\(\) OVER/)
  const { query_string, columns, tables } = JSON.parse(hqsPayload) as HqsPayload
  assert.deepEqual(
    columns.map(({ name }) => name),
    ['who', 'at', 'song', 'm_mood', 'm_at'],
  )
  assert.deepEqual(
    tables.map(({ database, table }) => `${database}.${table}`),
    ['proj_featurestore.plays_1', 'proj_featurestore.moods_1'],
  )
  using offline = database('proj_featurestore', false)
  const found = rowsOf(offline, query_string).map(([who, , song, mood]) => [who, song, mood])
  assert.deepEqual(found.toSorted(), [
    ['ann', 'b', 'glad'],
    ['ann', "don't \\ stop", 'calm'],
    ['bob', 'c', null],
  ])

  const calm = { ...joined.joins![0]!.query, filter: single('mood', 'NOT_EQUALS', 'glad', moods) }
  const filtered = ask({
    ...joined,
    joins: [{ ...joined.joins![0]!, query: calm }],
    filter: single('at', 'GREATER_THAN', '2026-01-01 00:00:02.5', plays),
  })
  const payload = JSON.parse(filtered.hqsPayload) as HqsPayload
  assert.deepEqual(
    rowsOf(offline, payload.query_string).map(([who, , song, mood]) => [who, song, mood]),
    [['ann', 'b', 'calm']],
  )
})

test('joins what is joined itself, and tells names apart that collide', () => {
  const { hqsPayload, queryOnline } = ask({
    ...homes,
    joins: [
      {
        query: { ...plays, joins: [{ query: moods, leftOn: [{ name: 'who' }], rightOn: [{ name: 'who' }] }] },
        type: 'INNER',
      },
    ],
  })
  const names = (JSON.parse(hqsPayload) as HqsPayload).columns.map(({ name }) => name)
  assert.deepEqual(names, ['who', 'since', 'old', 'proj_plays_1_at', 'song', 'mood', 'proj_moods_1_at'])
  using online = database('proj', true)
  assert.equal(rowsOf(online, queryOnline).length, 6)
})

test('payloads are ASCII, whatever is asked for', () => {
  const { hqsPayload } = ask({ ...plays, filter: single('song', 'EQUALS', 'naïve 🎵') })
  assert.match(hqsPayload, /^[ -~]+$/)
  assert.match((JSON.parse(hqsPayload) as HqsPayload).query_string, /'naïve 🎵'/)
})

test('refuses what there is not', () => {
  const refusal = (code: number) => (error: unknown) => error instanceof QueryRefusal && error.code === code
  const other = group('songs', null, [['song', 'string']])
  assert.throws(() => ask({ ...plays, leftFeatureGroup: { id: 999 } }), refusal(270_009))
  assert.throws(() => ask({ ...plays, leftFeatures: [{ name: 'none' }] }), refusal(270_188))
  assert.throws(() => ask({ ...plays, joins: [{ query: other }] }), refusal(270_096))
  assert.throws(() => ask({ ...plays, joins: [{ query: homes, leftOn: [{ name: 'who' }] }] }), refusal(270_097))
  assert.throws(() => ask({ ...plays, filter: single('none', 'EQUALS', '1') }), refusal(270_188))
  for (const value of ['1767225600000', "'; DROP TABLE x"])
    assert.throws(() => ask({ ...plays, filter: single('at', 'EQUALS', value) }), refusal(270_139))
})
