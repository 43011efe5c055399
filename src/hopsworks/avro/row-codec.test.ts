import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { HopsworksError } from '../error.ts'
import type { FeatureDefinition } from '../groups/definition.ts'
import type { AvroSchema } from './avro-type.ts'
import { RowCodec } from './row-codec.ts'

const orNull = (type: AvroSchema): AvroSchema => ['null', type]

const schema: AvroSchema = {
  type: 'record',
  name: 'profiles_1',
  fields: [
    { name: 'user_id', type: orNull('string') },
    { name: 'score', type: orNull('double') },
    { name: 'n', type: orNull('long') },
    { name: 'emb', type: orNull({ type: 'array', items: orNull('double') }) },
    { name: 'ts', type: orNull({ type: 'long', logicalType: 'timestamp-micros' }) },
  ],
} as AvroSchema

const features: readonly FeatureDefinition[] = [
  { name: 'user_id', type: 'string' },
  { name: 'score', type: 'double' },
  { name: 'n', type: 'bigint' },
  { name: 'emb', type: 'array<double>' },
  { name: 'ts', type: 'timestamp' },
]

const codec = new RowCodec(schema, { name: 'profiles', features, primaryKey: ['user_id'], hasTable: false })

// Captured from the official Python client, 5.1.0.
const golden = [
  [
    { user_id: 'b', score: 2.5, n: 2, emb: [0.4, 0.5, 0.6], ts: new Date('2026-01-02T00:00:00Z') },
    '0202620200000000000004400204023c0206029a9999999999d93f02000000000000e03f02333333333333e33f00028080bdbf8cd7a306',
  ],
  [
    { user_id: 'a', score: 1.5, n: 1, emb: [0.1, 0.2, 0.3], ts: new Date('2026-01-01T00:00:00Z') },
    '02026102000000000000f83f0202023c0206029a9999999999b93f029a9999999999c93f02333333333333d33f0002808082e288d2a306',
  ],
] as const

test('writes the bytes that the official client writes', () => {
  for (const [row, hex] of golden) {
    const { key, value } = codec.encode(row, 0)
    assert.equal(value.toString('hex'), hex)
    assert.equal(key.toString(), row.user_id)
    assert.deepEqual(codec.decode(value), row)
  }
})

test('writes a null array as a null within the bytes, and other nulls as nothing', () => {
  const { value } = codec.encode({ user_id: 'a' }, 0)
  // user_id, score, n null; emb: present, one byte, which is null; ts null.
  assert.equal(value.toString('hex'), '020261' + '00' + '00' + '020200' + '00')
  const removal = codec.encodeRemoval({ user_id: 'a', score: 1, emb: [1] }, 0)
  assert.deepEqual(removal.value, value)
})

const everything: readonly (readonly [FeatureDefinition, AvroSchema, fc.Arbitrary<unknown>])[] = [
  [{ name: 'id', type: 'string' }, 'string', fc.string({ unit: 'grapheme' })],
  [{ name: 'yes', type: 'boolean' }, 'boolean', fc.boolean()],
  [{ name: 'whole', type: 'int' }, 'int', fc.integer()],
  [{ name: 'big', type: 'bigint' }, 'long', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(handy)],
  [{ name: 'single', type: 'float' }, 'float', fc.float({ noNaN: true, noDefaultInfinity: true })],
  [{ name: 'twice', type: 'double' }, 'double', fc.double({ noNaN: true, noDefaultInfinity: true })],
  [{ name: 'bytes', type: 'binary' }, 'bytes', fc.uint8Array().map((bytes) => Buffer.from(bytes))],
  [
    { name: 'day', type: 'date' },
    { type: 'int', logicalType: 'date' },
    fc.integer({ min: -20_000, max: 40_000 }).map((days) => new Date(days * 86_400_000)),
  ],
  [
    { name: 'at', type: 'timestamp' },
    { type: 'long', logicalType: 'timestamp-micros' },
    fc.date({ noInvalidDate: true, min: new Date(-2e12), max: new Date(8e12) }),
  ],
  [
    { name: 'price', type: 'decimal(20,2)' },
    { type: 'bytes', logicalType: 'decimal', scale: 2 },
    fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }).map((n) => `${n}.25`),
  ],
  [
    { name: 'words', type: 'map<string,array<int>>' },
    { type: 'map', values: orNull({ type: 'array', items: orNull('int') }) },
    fc.dictionary(
      fc.string().filter((name) => name !== '__proto__'),
      fc.array(fc.option(fc.integer())),
      { noNullPrototype: true },
    ),
  ],
  [
    { name: 'pair', type: 'struct<a:bigint,b:string>' },
    {
      type: 'record',
      fields: [
        { name: 'a', type: orNull('long') },
        { name: 'b', type: orNull('string') },
      ],
      ...{ name: 'r1' },
    },
    fc.record({ a: fc.option(fc.integer()), b: fc.option(fc.string()) }, { noNullPrototype: true }),
  ],
]

function handy(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

test('reads back what it wrote, of every type', () => {
  const fields = everything.map(([{ name }, type]) => ({ name, type: orNull(type) }))
  const record = { type: 'record', name: 'all_1', fields } as unknown as AvroSchema
  const definitions = everything.map(([feature]) => feature)
  const all = new RowCodec(record, { name: 'all', features: definitions, primaryKey: ['id'], hasTable: false })
  const rows = fc.record(
    Object.fromEntries(
      everything.map(([{ name }, , values], i) => [name, i === 0 ? values : fc.option(values)]),
    ) as Record<string, fc.Arbitrary<never>>,
  )
  fc.assert(
    fc.property(rows, (row) => {
      assert.deepEqual({ ...all.decode(all.encode(row, 0).value) }, { ...row })
    }),
    { examples: [[{ ...row0(definitions), id: '', big: 2n ** 62n + 1n } as never]] },
  )
})

test('refuses a key of a map that would be lost', () => {
  const record = {
    type: 'record',
    name: 'm_1',
    fields: [{ name: 'm', type: orNull({ type: 'map', values: orNull('int') }) }],
  }
  const maps = new RowCodec(record as AvroSchema, {
    name: 'm',
    features: [{ name: 'm', type: 'map<string,int>' }],
    primaryKey: [],
    hasTable: false,
  })
  assert.throws(() => maps.encode({ m: JSON.parse('{"__proto__":1}') }, 0), /"__proto__" can't be a key of a map/)
})

function row0(features: readonly FeatureDefinition[]): Record<string, null> {
  return Object.fromEntries(features.map(({ name }) => [name, null]))
}

test('takes typed arrays as arrays', () => {
  const exact = codec.encode({ user_id: 'a', emb: [0.5, 0.25] }, 0)
  assert.deepEqual(codec.encode({ user_id: 'a', emb: Float32Array.of(0.5, 0.25) }, 0), exact)
  assert.deepEqual(codec.encode({ user_id: 'a', emb: Float64Array.of(0.5, 0.25) }, 0), exact)
})

test('joins the parts of a key in the order of their names, as Python writes them', () => {
  const names = ['z', 'a', 'at', 'ok'] as const
  const types: Record<string, AvroSchema> = {
    z: 'string',
    a: 'long',
    at: { type: 'long', logicalType: 'timestamp-micros' },
    ok: 'boolean',
  }
  const keys = new RowCodec(
    { type: 'record', fields: names.map((name) => ({ name, type: orNull(types[name]!) })), ...{ name: 'k_1' } },
    { name: 'k', features: [], primaryKey: names, hasTable: false },
  )
  const at = new Date('2026-01-02T03:04:05.006Z')
  assert.equal(keys.encode({ z: 'é', a: 12, at, ok: true }, 0).key.toString(), '122026-01-02 03:04:05.006000Trueé')
  const even = new Date('2026-01-02T03:04:05Z')
  assert.equal(
    keys.encode({ z: '', a: 2n ** 60n, at: even, ok: false }, 0).key.toString(),
    `${2n ** 60n}2026-01-02 03:04:05False`,
  )
})

test('says which row and feature is wrong, and not the value', () => {
  const limits = new RowCodec(schema, {
    name: 'profiles',
    features: [{ name: 'user_id', type: 'string', onlineType: 'varchar(5)' }, ...features.slice(1)],
    primaryKey: ['user_id'],
    hasTable: true,
  })
  const wrong = [
    [{ user_id: null }, /row 7, "user_id": a primary key must not be null/],
    [{ user_id: 'secret' }, /row 7, "user_id": 6 characters are more than the 5 it holds online/],
    [{ user_id: 'a', emb: Array.from({ length: 12 }, () => 1) }, /"emb": 111 bytes are more than the 100/],
    [{ user_id: 'a', n: 1.5 }, /"n": expected a whole number .* got a fraction/],
    [{ user_id: 'a', n: 2n ** 63n }, /"n": expected a whole number/],
    [{ user_id: 'a', score: Number.NaN }, /"score": expected a finite number/],
    [{ user_id: 'a', ts: 5 }, /"ts": expected a valid Date, got a number/],
    [{ user_id: 'a', emb: 'secret' }, /"emb": expected an array, got a string/],
    [{ user_id: 'a', other: 'secret' }, /"other": there is no such feature/],
  ] as const
  for (const [row, message] of wrong)
    assert.throws(
      () => limits.encode(row as never, 7),
      (error) => error instanceof HopsworksError && message.test(error.message) && !/secret/.test(error.message),
      `${message}`,
    )
})
