import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Corpus } from '../../features/corpus.ts'
import { communities, smallCorpora } from '../../features/small-corpus.ts'
import { cutDown, listeningHalves } from './listening-halves.ts'

const tracks = Array.from({ length: 60 }, (_, t) => `artist ${t % 30}/title ${t}`)
const [corpus] = (await smallCorpora([
  [
    ...communities(60, { each: 30 }),
    ...Array.from({ length: 40 }, (_, i) => ({ id: `t${String(i).padStart(2, '0')}`, tracks })),
  ],
])) as [Corpus]

function row({ counts }: Corpus, r: number): Map<number, number> {
  const [start, end] = [counts.offsets[r]!, counts.offsets[r + 1]!]
  return new Map(Array.from(counts.indices.subarray(start, end), (item, i) => [item, counts.values[start + i]!]))
}

test('two halves are all that was listened to, and tracks are in one of them', () => {
  const { a, b } = listeningHalves(corpus, 0, 1)
  for (const [r, listener] of corpus.listeners.entries()) {
    const [left, right, whole] = [row(a, r), row(b, r), row(corpus, r)]
    for (const [item, plays] of whole) assert.equal((left.get(item) ?? 0) + (right.get(item) ?? 0), plays)
    assert.equal(new Set([...left.keys(), ...right.keys()]).size, whole.size)
    if (listener.startsWith('test:t')) assert.ok(![...left.keys()].some((track) => right.has(track)))
  }
})

test('two in five artists of a half are in the other where only plays are known', () => {
  const { a, b } = listeningHalves(corpus, 0, 1)
  let [shared, all] = [0, 0]
  for (let r = 0; r < 60; r++) {
    const [left, right] = [row(a, r), row(b, r)]
    all += left.size
    shared += [...left.keys()].filter((item) => right.has(item)).length
  }
  assert.ok(shared / all > 0.35 && shared / all < 0.45, `${shared / all}`)
})

test('the same listener is cut alike in any company, and anew by any other cut', () => {
  const { a } = listeningHalves(corpus, 1, 1)
  assert.deepEqual(listeningHalves(corpus, 1, 1).a.counts, a.counts)
  assert.notDeepEqual(listeningHalves(corpus, 2, 1).a.counts, a.counts)
})

test('further cuts and cut-down listeners have all sizes', () => {
  const small = cutDown(corpus, 1)
  const sizes = corpus.listeners.map((_, r) => row(small, r).size)
  assert.ok(Math.min(...sizes) < 12 && Math.max(...sizes) > 40)
  for (const [r, size] of sizes.entries()) assert.ok(size <= row(corpus, r).size)
  assert.equal(small.tagged.artists.length, 0)
  const { a, b } = listeningHalves(corpus, 1, 1)
  const kept = corpus.listeners.map((_, r) => new Set([...row(a, r).keys(), ...row(b, r).keys()]).size)
  assert.ok(Math.min(...kept) < 14 && Math.max(...kept) > 40)
})
