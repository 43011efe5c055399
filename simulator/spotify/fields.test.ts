import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseFields, selectFields } from './fields.ts'

const page = {
  total: 2,
  next: null,
  items: [
    {
      added_at: 1,
      track: { id: 'a', name: 'A', artists: [{ id: 'x', name: 'X', href: 'h' }], album: { id: 'l', href: 'm' } },
    },
    { added_at: 2, track: null },
  ],
}

const cases: readonly (readonly [fields: string, selected: unknown])[] = [
  ['total,next', { total: 2, next: null }],
  ['items(added_at)', { items: [{ added_at: 1 }, { added_at: 2 }] }],
  ['items(track(artists(name)))', { items: [{ track: { artists: [{ name: 'X' }] } }, { track: null }] }],
  ['items.track.name,total', { items: [{ track: { name: 'A' } }, { track: null }], total: 2 }],
  [
    'items(added_at,track.id)',
    {
      items: [
        { added_at: 1, track: { id: 'a' } },
        { added_at: 2, track: null },
      ],
    },
  ],
  ['items.track.album(!href)', { items: [{ track: { album: { id: 'l' } } }, { track: null }] }],
  ['!items', { total: 2, next: null }],
  ['items(track(!artists,album))', { items: [{ track: { id: 'a', name: 'A' } }, { track: null }] }],
  ['total,unknown,items(nothing)', { total: 2, items: [{}, {}] }],
  [
    'items.track.id,items.added_at',
    {
      items: [
        { track: { id: 'a' }, added_at: 1 },
        { track: null, added_at: 2 },
      ],
    },
  ],
  ['', page],
  [' total , next ', { total: 2, next: null }],
]

for (const [fields, selected] of cases)
  test(`selects ${fields}`, () => assert.deepEqual(selectFields(page, parseFields(fields)), selected))

test('reads anything, however broken', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ',', '.', '(', ')', '!', ' ') })
  fc.assert(
    fc.property(text, (fields) => {
      assert.ok(selectFields(page, parseFields(fields)))
    }),
  )
})
