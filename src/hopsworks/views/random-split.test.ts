import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RandomSplit } from './random-split.ts'

const shares = [
  { name: 'train', share: 0.7 },
  { name: 'validation', share: 0.1 },
  { name: 'test', share: 0.2 },
]
const rows = Array.from({ length: 5_000 }, (_, id) => ({ id, text: `row ${id}` }))

test('draws parts of about their shares, the same ones again for the same seed', () => {
  const split = new RandomSplit(42, shares, ['id'])
  const parts = rows.map((row) => split.partOf(row))
  for (const { name, share } of shares) {
    const drawn = parts.filter((part) => part === name).length / rows.length
    // Five standard deviations: fixed for this seed, so it holds or fails for good.
    assert.ok(Math.abs(drawn - share) < 5 * Math.sqrt((share * (1 - share)) / rows.length), `${name}: ${drawn}`)
  }
  const again = new RandomSplit(42, shares, ['id'])
  assert.deepEqual(
    rows.toReversed().map((row) => again.partOf({ id: BigInt(row.id), text: 'other' })),
    parts.toReversed(),
  )
  const other = new RandomSplit(43, shares, ['id'])
  assert.ok(rows.filter((row, i) => other.partOf(row) !== parts[i]).length > 1_000)
})

test('a key is all of its features, each by itself', () => {
  const split = new RandomSplit(1, shares, ['a', 'b'])
  const pairs = rows.map(({ id }) => [split.partOf({ a: `${id}`, b: '1' }), split.partOf({ a: `${id}1`, b: '' })])
  assert.ok(pairs.some(([one, other]) => one !== other))
})

test('shares that add up to a hair less than one leave nobody out', () => {
  const split = new RandomSplit(1, [{ name: 'all', share: 1 - 1e-9 }], ['id'])
  assert.ok(rows.every((row) => split.partOf(row) === 'all'))
})
