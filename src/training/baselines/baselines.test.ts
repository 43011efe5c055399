import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Corpus } from '../../features/corpus.ts'
import { communities, smallCorpora } from '../../features/small-corpus.ts'
import type { Scorer } from '../scorer.ts'
import { fitBaselines, simpleWays } from './baselines.ts'
import { peersOf } from './peers.ts'

const listeners = communities(80)

function scores(scorer: Scorer, queries: Corpus, candidates: Corpus): readonly Float32Array[] {
  const score = scorer.prepare(queries, candidates)
  return queries.listeners.map((_, q) => {
    const out = new Float32Array(candidates.listeners.length)
    score(q, out)
    return out
  })
}

test('every simple way scores everybody, unknown and empty listeners too, with finite numbers', async () => {
  const strangers = [{ id: 'unknown', plays: { nobody: 3 } }, { id: 'empty' }, ...listeners.slice(0, 3)]
  const [training, candidates] = (await smallCorpora([listeners, strangers], { '0 artist 1': ['pop'] })) as [
    Corpus,
    Corpus,
  ]
  const baselines = fitBaselines(training, { seed: 1 })
  assert.deepEqual([...baselines.keys()], simpleWays)
  for (const [name, scorer] of baselines)
    for (const row of scores(scorer, candidates, candidates)) assert.ok(row.every(Number.isFinite), name)
})

test('what stands in the catalogue alone changes no score', async () => {
  const [alone, queries] = (await smallCorpora([listeners, listeners.slice(0, 5)])) as [Corpus, Corpus]
  const more = [{ id: 'w', plays: { '0 artist 1': 5, 'never heard': 9 } }]
  const [among, same] = (await smallCorpora([listeners, listeners.slice(0, 5), more])) as [Corpus, Corpus]
  const [one, other] = [fitBaselines(alone, { seed: 1 }), fitBaselines(among, { seed: 1 })]
  for (const name of simpleWays)
    assert.deepEqual(scores(one.get(name)!, queries, queries), scores(other.get(name)!, same, same), name)
})

test('chance is seeded, even, and the same for two listeners whoever else is there', async () => {
  const [all] = (await smallCorpora([listeners])) as [Corpus]
  const [some] = (await smallCorpora([listeners.slice(0, 10)])) as [Corpus]
  const random = (seed: number) => fitBaselines(some, { seed }).get('random')!
  const [few, many] = [scores(random(1), some, some), scores(random(1), some, all)]
  for (const [q, row] of few.entries()) assert.deepEqual(row, many[q]!.slice(0, 10))
  assert.notDeepEqual(scores(random(2), some, some), few)
  const numbers = many.flatMap((row) => [...row])
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length
  assert.ok(Math.abs(mean - 0.5) < 0.05, `${mean}`)
  assert.equal(new Set(numbers).size, numbers.length)
})

test('peers are the listeners of the sources asked for, or everybody where they are too few', async () => {
  const others = communities(30).map((listener) => ({ ...listener, source: 'other' }))
  const [stored] = (await smallCorpora([[...listeners, ...others]])) as [Corpus]
  assert.deepEqual(new Set(peersOf(stored, ['test']).sources), new Set(['test']))
  assert.equal(peersOf(stored, ['test']).listeners.length, 80)
  assert.equal(peersOf(stored, ['other']), stored)
  assert.equal(peersOf(stored, ['nowhere']), stored)
  assert.equal(peersOf(stored, ['test', 'other']), stored)
})
