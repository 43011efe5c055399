import assert from 'node:assert/strict'
import { test } from 'node:test'
import { completed, type FeatureGroupDto, subjectSchema } from '../groups/feature-group.ts'
import { RowDecoder } from './row-decoder.ts'

function group(features: Readonly<Record<string, string>>): FeatureGroupDto {
  const [key] = Object.keys(features)
  const asked = {
    name: 'profiles',
    timeTravelFormat: 'HUDI',
    features: Object.entries(features).map(([name, type]) => ({ name, type, primary: name === key })),
  }
  return completed(asked, { id: 15, version: 1, project: 'proj', projectId: 119, user: 'u', now: new Date(0) })
}

function decoder(features: Readonly<Record<string, string>>): RowDecoder {
  const made = group(features)
  return new RowDecoder(made, JSON.stringify(subjectSchema(made, 'proj_featurestore')))
}

const golden = { user_id: 'string', score: 'double', n: 'bigint', emb: 'array<double>', ts: 'timestamp' }

test("reads what Hopsworks' own client wrote", () => {
  const b =
    '0202620200000000000004400204023c0206029a9999999999d93f02000000000000e03f02333333333333e33f00028080bdbf8cd7a306'
  assert.deepEqual(decoder(golden).decode(Buffer.from(b, 'hex')).values, {
    user_id: 'b',
    score: 2.5,
    n: 2,
    emb: [0.4, 0.5, 0.6],
    ts: Date.UTC(2026, 0, 2) * 1000,
  })
  const a =
    '02026102000000000000f83f0202023c0206029a9999999999b93f029a9999999999c93f02333333333333d33f0002808082e288d2a306'
  const { values, complex } = decoder(golden).decode(Buffer.from(a, 'hex'))
  assert.deepEqual(values.emb, [0.1, 0.2, 0.3])
  assert.equal(complex.emb!.length, 30)
})

test('keeps integers exact beyond 2^53, and nulls', () => {
  const bytes = Buffer.concat([
    Buffer.from('02', 'hex'),
    Buffer.from('feffffffffffffffff01', 'hex'),
    Buffer.from('00', 'hex'),
  ])
  assert.deepEqual(decoder({ n: 'bigint', tags: 'array<string>' }).decode(bytes).values, {
    n: 2n ** 63n - 1n,
    tags: null,
  })
})

test('refuses a row with bytes to spare, and one cut short', () => {
  const rows = decoder({ n: 'bigint' })
  assert.throws(() => rows.decode(Buffer.from('020400', 'hex')))
  assert.throws(() => rows.decode(Buffer.from('02', 'hex')))
})

test('knows nested types', () => {
  const made = subjectSchema(
    group({ k: 'int', s: 'struct<a:int,b:array<map<string,decimal(10,2)>>>' }),
    'proj_featurestore',
  )
  const decimal = { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 2 }
  assert.deepEqual((made as { fields: unknown[] }).fields[1], {
    name: 's',
    type: [
      'null',
      {
        type: 'record',
        name: 's_record',
        fields: [
          { name: 'a', type: ['null', 'int'] },
          {
            name: 'b',
            type: ['null', { type: 'array', items: ['null', { type: 'map', values: ['null', decimal] }] }],
          },
        ],
      },
    ],
  })
})
