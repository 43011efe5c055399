import assert from 'node:assert/strict'
import { test } from 'node:test'
import { avroType } from './avro-type.ts'
import { schemaOfType } from './schema-of-type.ts'

test('writes the schema of every type, as subjects have them', () => {
  const schemas = [
    ['string', ['null', 'string']],
    ['array<float>', ['null', { type: 'array', items: ['null', 'float'] }]],
    ['MAP<STRING, ARRAY<INT>>', ['null', { type: 'map', values: ['null', { type: 'array', items: ['null', 'int'] }] }]],
    ['timestamp', ['null', { type: 'long', logicalType: 'timestamp-micros' }]],
    ['decimal(10,2)', ['null', { type: 'bytes', logicalType: 'decimal', scale: 2 }]],
    [
      'struct<a:bigint,b:map<string,decimal(3,1)>>',
      [
        'null',
        {
          type: 'record',
          name: 'r0',
          fields: [
            { name: 'a', type: ['null', 'long'] },
            {
              name: 'b',
              type: ['null', { type: 'map', values: ['null', { type: 'bytes', logicalType: 'decimal', scale: 1 }] }],
            },
          ],
        },
      ],
    ],
  ] as const
  for (const [type, schema] of schemas) assert.deepEqual(schemaOfType(type), schema)
})

test('compiles records within records', () => {
  const type = avroType(schemaOfType('array<struct<a:struct<b:int>,c:struct<b:int>>>'))
  const value = [{ a: { b: 1 }, c: null }]
  assert.deepEqual(JSON.parse(JSON.stringify(type.fromBuffer(type.toBuffer(value)))), value)
})

test('refuses what is no type', () => {
  for (const type of ['text', 'array<text>', 'array<int', 'map<string>', ''])
    assert.throws(() => schemaOfType(type), /is no feature type/)
})
