import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Ordering, order } from './order.ts'
import type { Close } from './population.ts'

/** A candidate, how much its place loses, and where it lies on a line. */
interface Placed {
  readonly score: number
  readonly loss: number
  readonly at: number
}

const few = fc.integer({ min: 0, max: 12 })
const crowd = fc.array(fc.record({ score: few, loss: few, at: few }), { maxLength: 40 })

function ask(crowd: readonly Placed[], k: number, diversity = 0) {
  const candidates = crowd
    .map(({ score }, slot): Close => ({ key: `k${slot}`, listener: `x:${slot}`, score, slot }))
    .sort((a, b) => b.score - a.score)
  const asked: Close[] = []
  const ordering: Ordering = {
    k,
    diversity,
    correction(candidate) {
      asked.push(candidate)
      return crowd[candidate.slot]!.loss
    },
    leastCorrection: Math.min(...crowd.map(({ loss }) => loss)),
    closeness: (a, b) => -Math.abs(crowd[a.slot]!.at - crowd[b.slot]!.at),
  }
  return { candidates, chosen: order(candidates, ordering), asked }
}

test('without diversity, those with the highest corrected scores in the order of these', () => {
  fc.assert(
    fc.property(crowd, fc.integer({ min: 1, max: 15 }), (crowd, k) => {
      const { candidates, chosen } = ask(crowd, k)
      const all = candidates
        .map((candidate) => ({ candidate, score: candidate.score - crowd[candidate.slot]!.loss }))
        .sort((a, b) => b.score - a.score)
      assert.deepEqual(
        chosen,
        all.slice(0, k).map(({ candidate }) => candidate),
      )
    }),
  )
})

test('whoever cannot come among the k any more is not asked for the correction', () => {
  const crowd = Array.from({ length: 100 }, (_, i) => ({ score: 100 - i, loss: i === 0 ? 5.5 : 1, at: 0 }))
  const { asked, chosen } = ask(crowd, 10)
  assert.deepEqual(
    chosen.map(({ slot }) => slot),
    [1, 2, 3, 4, 0, 5, 6, 7, 8, 9],
  )
  assert.ok(asked.length <= 11, `${asked.length} were asked`)
})

test('with diversity, each place goes to whom the marginal relevance is the largest of', () => {
  fc.assert(
    fc.property(crowd, fc.integer({ min: 1, max: 4 }), fc.double({ min: 0.1, max: 1, noNaN: true }), (crowd, k, d) => {
      const { chosen } = ask(crowd, k, d)
      // As many as make no difference: the pool is five times as large as what is wanted.
      const pool = ask(crowd, 5 * k).chosen
      assert.equal(chosen.length, Math.min(k, crowd.length))
      assert.equal(new Set(chosen).size, chosen.length)
      for (const [place, { slot }] of chosen.entries()) {
        const before = chosen.slice(0, place)
        const worth = (slot: number) => {
          const { score, loss, at } = crowd[slot]!
          const nearest = Math.max(...before.map((other) => -Math.abs(at - crowd[other.slot]!.at)))
          return (1 - d) * (score - loss) - (place > 0 ? d * nearest : 0)
        }
        for (const other of pool)
          if (!chosen.slice(0, place + 1).some((one) => one.slot === other.slot))
            assert.ok(worth(slot) >= worth(other.slot) - 1e-12)
      }
    }),
  )
})
