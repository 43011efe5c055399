import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { DescribedArtists } from '../description/description.ts'
import { NumberTable } from './number-table.ts'
import { OverlapIndex } from './overlap-index.ts'

const artists = fc
  .uniqueArray(fc.tuple(fc.nat(30), fc.float({ min: 0, max: 1, noNaN: true })), {
    selector: ([artist]) => artist,
    maxLength: 12,
  })
  .map(
    (pairs): DescribedArtists => ({
      // Numbers that fall on the same place of the table, too.
      hashes: Float64Array.from(pairs, ([artist]) => (artist % 5) + 1024 * 1024 * artist),
      overlap: Float32Array.from(pairs, ([, x]) => x),
    }),
  )

const step = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), slot: fc.nat(40), artists }),
  fc.record({ kind: fc.constant('delete' as const), slot: fc.nat(40) }),
)

/** The sum in the order of the query's artists. */
function slowOverlap(query: DescribedArtists, row: DescribedArtists): number {
  let sum = 0
  for (const [i, hash] of query.hashes.entries()) {
    const j = row.hashes.indexOf(hash)
    if (j >= 0) sum += query.overlap[i]! * row.overlap[j]!
  }
  return sum
}

test('after any changes, overlaps are to the last bit those of comparing with everybody', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), artists, fc.boolean(), (steps, query, crowded) => {
      const index = new OverlapIndex()
      // Among many more listeners, those with an overlap are few, which takes another way.
      if (!crowded) index.put(5_000, { hashes: Float64Array.of(7), overlap: Float32Array.of(1) })
      const rows = new Map<number, DescribedArtists>()
      for (const each of steps) {
        if (each.kind === 'put') {
          index.put(each.slot, each.artists)
          rows.set(each.slot, each.artists)
        } else {
          index.delete(each.slot)
          rows.delete(each.slot)
        }
      }
      const weights = Float64Array.from({ length: 41 }, (_, slot) => slot % 4)
      const excluded = new Set([1, 2, 3])
      for (let again = 0; again < 2; again++)
        index.search(query, ({ of, largest }) => {
          for (const [slot, row] of rows) assert.equal(of[slot], slowOverlap(query, row))
          const values = [...rows]
            .filter(([slot]) => !excluded.has(slot))
            .map(([slot, row]) => slowOverlap(query, row) * weights[slot]!)
            .filter((value) => value > 0)
            .sort((a, b) => b - a)
          for (const k of [0, 3, 41]) {
            const slots = [...largest(weights, k, { heaviest: 3, exclude: excluded })]
            assert.equal(new Set(slots).size, slots.length)
            assert.ok(slots.every((slot) => rows.has(slot) && !excluded.has(slot)))
            assert.deepEqual(
              slots.map((slot) => of[slot]! * weights[slot]!).sort((a, b) => b - a),
              values.slice(0, k),
            )
          }
        })
      for (const hash of query.hashes)
        assert.equal(index.listeners(hash), [...rows.values()].filter(({ hashes }) => hashes.includes(hash)).length)
    }),
    { numRuns: 200 },
  )
})

test('a list grows past a page, and churn takes no more memory', () => {
  const index = new OverlapIndex()
  const row = (slot: number) => ({
    hashes: Float64Array.of(1, 1000 + (slot % 997)),
    overlap: Float32Array.of(0.6, 0.8),
  })
  const listeners = 300_000
  for (let slot = 0; slot < listeners; slot++) index.put(slot, row(slot))
  assert.equal(index.listeners(1), listeners)
  const before = index.bytes
  for (let round = 0; round < 5_000; round++) {
    const slot = listeners - 1 - (round % 1000)
    if (round % 3 === 0) index.delete(slot)
    else index.put(slot, row(slot))
  }
  assert.ok(index.bytes <= 1.01 * before)
  for (let slot = listeners - 1000; slot < listeners; slot++) index.put(slot, row(slot))
  assert.equal(index.listeners(1), listeners)
  const ones = new Float64Array(listeners).fill(1)
  index.search({ hashes: Float64Array.of(1), overlap: Float32Array.of(1) }, ({ largest }) =>
    assert.equal(largest(ones, listeners, { heaviest: 1, exclude: new Set() }).length, listeners),
  )
})

test('a table of numbers holds what a Map would', () => {
  const change = fc.tuple(fc.boolean(), fc.nat(60))
  fc.assert(
    fc.property(fc.array(change, { maxLength: 300 }), (changes) => {
      const table = new NumberTable()
      const ids = new Map<number, number>()
      for (const [add, n] of changes) {
        const key = n * 2 ** 20 + (n % 3)
        if (add) {
          const id = table.add(key)
          assert.equal(ids.get(key) ?? id, id)
          assert.ok(ids.has(key) || ![...ids.values()].includes(id), 'no id stands for two')
          ids.set(key, id)
        } else {
          table.delete(key)
          ids.delete(key)
        }
      }
      assert.equal(table.size, ids.size)
      for (let n = 0; n <= 60; n++) {
        const key = n * 2 ** 20 + (n % 3)
        assert.equal(table.get(key), ids.get(key) ?? -1)
      }
    }),
  )
})
