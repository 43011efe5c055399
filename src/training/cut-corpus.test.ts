import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Corpus } from '../features/corpus.ts'
import { communities, type SmallListener, smallCorpora } from '../features/small-corpus.ts'
import { cutCorpus, selectListeners } from './cut-corpus.ts'
import { halvingTasks } from './halving.ts'

/** Items of each listener by key, with their counts. */
function contents({ catalogue, listeners, counts }: Corpus): ReadonlyMap<string, ReadonlyMap<string, number>> {
  return new Map(
    listeners.map((listener, row) => {
      const items = [...counts.indices.subarray(counts.offsets[row]!, counts.offsets[row + 1]!)]
      const start = counts.offsets[row]!
      return [listener, new Map(items.map((item, i) => [catalogue.items.keys[item]!, counts.values[start + i]!]))]
    }),
  )
}

const tracksOf = (artists: number, each: number) =>
  Array.from({ length: artists * each }, (_, i) => `artist ${i % artists}/title ${i}`)
const listeners: readonly SmallListener[] = [
  ...communities(30),
  { id: 'tracks', tracks: tracksOf(20, 3) },
  { id: 'one artist', tracks: tracksOf(1, 30) },
  { id: 'tiny', plays: { one: 1, two: 2 } },
]

test('the halves of a listener add up to the listener and share nothing', async () => {
  const [corpus] = (await smallCorpora([listeners])) as [Corpus]
  const whole = contents(corpus)
  for (const task of halvingTasks) {
    const { a, b } = cutCorpus(corpus, task, 1)
    assert.equal(a.catalogue, corpus.catalogue)
    assert.deepEqual(a.listeners, b.listeners)
    const [inA, inB] = [contents(a), contents(b)]
    for (const listener of a.listeners)
      assert.deepEqual(
        new Map([...inA.get(listener)!, ...inB.get(listener)!].sort()),
        new Map([...whole.get(listener)!].sort()),
      )
    assert.ok(!a.listeners.includes('test:tiny'))
    assert.equal(a.listeners.includes('test:one artist'), task === 'tracks')
  }
})

test('a cut depends on the listener alone', async () => {
  const [corpus] = (await smallCorpora([listeners])) as [Corpus]
  const [fewer] = (await smallCorpora([listeners.filter((_, i) => i % 3 === 0)])) as [Corpus]
  for (const task of halvingTasks) {
    const all = contents(cutCorpus(corpus, task, 1).a)
    for (const [listener, half] of contents(cutCorpus(fewer, task, 1).a)) assert.deepEqual(half, all.get(listener))
    const other = contents(cutCorpus(corpus, task, 2).a)
    assert.ok([...all].some(([listener, half]) => String([...half]) !== String([...other.get(listener)!])))
  }
})

test('selected listeners keep their counts and tags', async () => {
  const [corpus] = (await smallCorpora([listeners])) as [Corpus]
  const tagged = {
    offsets: Uint32Array.from({ length: corpus.listeners.length + 1 }, (_, row) => row * 2),
    artists: Uint32Array.from({ length: corpus.listeners.length * 2 }, (_, i) => i),
    tags: Uint32Array.from({ length: corpus.listeners.length * 2 }, (_, i) => i + 100),
  }
  const some = selectListeners({ ...corpus, tagged }, [1, 4, 5])
  assert.deepEqual(
    some.listeners,
    [1, 4, 5].map((row) => corpus.listeners[row]),
  )
  assert.deepEqual(some.sources, ['test', 'test', 'test'])
  for (const [listener, items] of contents(some)) assert.deepEqual(items, contents(corpus).get(listener))
  assert.deepEqual([...some.tagged.offsets], [0, 2, 4, 6])
  assert.deepEqual([...some.tagged.artists], [2, 3, 8, 9, 10, 11])
  assert.deepEqual([...some.tagged.tags], [102, 103, 108, 109, 110, 111])
})
