import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Corpus } from '../features/corpus.ts'
import { type SmallListener, smallCorpora } from '../features/small-corpus.ts'
import { type Evaluation, evaluateFriends, evaluateHalves, type Score } from './evaluation.ts'
import { friendsTask } from './measure-friends.ts'
import type { HalvesTask } from './measure-halves.ts'
import type { Scorer } from './scorer.ts'

/** A score read from a table: rows by query, columns by candidate. Others score 0. */
function tableScore(name: string, table: Readonly<Record<string, Readonly<Record<string, number>>>>): Scorer {
  return {
    name,
    prepare: (queries, candidates) => (q, out) => {
      for (const [c, candidate] of candidates.listeners.entries())
        out[c] = table[queries.listeners[q]!]?.[candidate] ?? 0
    },
  }
}

const plays = (...artists: string[]) => Object.fromEntries(artists.map((artist) => [artist, 1]))
const numbers = (score: Score | undefined, group: string) => score?.[group]
const round = (value: unknown) =>
  JSON.parse(JSON.stringify(value), (_, x) => (typeof x === 'number' ? Number(x.toFixed(4)) : x))

/** Four candidates, of whom `one` and `two` are asked for; `old` and `far` are stored and were trained on. */
async function halvesTask(): Promise<HalvesTask> {
  const known: SmallListener[] = [
    { id: 'one', plays: plays('a', 'b') },
    { id: 'two', plays: plays('c', 'd') },
  ]
  const hidden: SmallListener[] = [
    { id: 'one', plays: plays('e', 'f', 'a') },
    { id: 'two', plays: plays('g', 'h') },
    { id: 'old', plays: plays('e') },
    { id: 'far', plays: plays('z') },
  ]
  const stored: SmallListener[] = [
    { id: 'old', plays: plays('a', 'e', 'g') },
    { id: 'far', plays: plays('z', 'y') },
  ]
  const [a, b, all] = (await smallCorpora([known, hidden, stored])) as [Corpus, Corpus, Corpus]
  return { known: a, hidden: b, stored: all, peers: all }
}

const scores = tableScore('embedding', {
  'test:one': { 'test:one': 3, 'test:two': 1, 'test:old': 5, 'test:far': 2 },
  'test:two': { 'test:one': 1, 'test:two': 1, 'test:old': 1, 'test:far': 0 },
})

test('halves by hand: ranks 2 and 2 among all, 1 and 1.5 among the unseen', async () => {
  const task = await halvesTask()
  const {
    queries,
    candidates,
    scores: measured,
  } = evaluateHalves(task, { scores: new Map([['embedding', scores]]), baselines: new Map() }, { seed: 1 })
  assert.deepEqual([queries, candidates], [2, 4])
  const { embedding } = measured
  assert.deepEqual(round(numbers(embedding, 'all')), { r1: 0, r10: 1, mrr: 0.5 })
  assert.deepEqual(round(numbers(embedding, 'unseen')), { r1: 0.5, r10: 1, mrr: round((1 + 1 / 1.5) / 2) })
  // Of three wrong answers, one is unseen, as is to be expected.
  assert.deepEqual(round(numbers(embedding, 'unseenShare')), { top10: 0.3333, expected: 0.3333 })
  // Both stored listeners vote; "e" and "g" come back, "f" and "h" can't.
  assert.deepEqual(numbers(embedding, 'transfer'), { recall50: 0.5, recall50With30: 0.5 })
})

test('intervals lie around their means, and differences are paired', async () => {
  const task = await halvesTask()
  const better = tableScore('pair', {
    'test:one': { 'test:one': 9 },
    'test:two': { 'test:two': 9 },
  })
  const evaluation = evaluateHalves(
    task,
    { scores: new Map([['pair', better]]), baselines: new Map([['table', scores]]) },
    { seed: 1 },
  )
  const { ci95 } = evaluation.scores.pair!
  assert.deepEqual(ci95.all, { r1: [1, 1], r10: [1, 1], mrr: [1, 1] })
  assert.deepEqual(evaluation.paired.pair?.table?.all, {
    r1: { difference: 1, ci95: [1, 1] },
    r10: { difference: 0, ci95: [0, 0] },
    mrr: { difference: 0.5, ci95: [0.5, 0.5] },
  })
  const { baselines, paired } = evaluation
  assert.deepEqual(Object.keys(baselines), ['table', 'popularity'])
  // Popularity ranks no listeners: it has transfer only.
  assert.deepEqual(Object.keys(baselines.popularity!), ['transfer', 'ci95'])
  assert.deepEqual(Object.keys(paired.pair!.popularity!), ['transfer'])
})

test('the names and forms that scripts rely on', async () => {
  const task = await halvesTask()
  const contestants = { scores: new Map([['embedding', scores]]), baselines: new Map([['tf-idf', scores]]) }
  const shape = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(shape)
      : value !== null && typeof value === 'object'
        ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shape(part)]))
        : typeof value
  const interval = ['number', 'number']
  const evaluation = evaluateHalves(task, contestants, { seed: 1 })
  const three = (leaf: unknown) => ({ r1: leaf, r10: leaf, mrr: leaf })
  const expected = {
    all: three('number'),
    unseen: three('number'),
    unseenShare: { top10: 'number', expected: 'number' },
    transfer: { recall50: 'number', recall50With30: 'number' },
    ci95: {
      all: three(interval),
      unseen: three(interval),
      unseenShare: { top10: interval },
      transfer: { recall50: interval, recall50With30: interval },
    },
  }
  assert.deepEqual(shape(evaluation.scores.embedding), expected)
  assert.deepEqual(shape(evaluation.baselines['tf-idf']), expected)
  assert.deepEqual(Object.keys(evaluation), ['task', 'queries', 'candidates', 'scores', 'baselines', 'paired'])
})

test('a listener who was trained on is no neighbour of their own', async () => {
  const listeners: SmallListener[] = [
    { id: 'one', plays: plays('a', 'b') },
    { id: 'two', plays: plays('a') },
  ]
  const [known, hidden, stored] = (await smallCorpora([
    listeners,
    [
      { id: 'one', plays: plays('x') },
      { id: 'two', plays: plays('y') },
    ],
    [{ id: 'one', plays: plays('a', 'b', 'x') }],
  ])) as [Corpus, Corpus, Corpus]
  const evaluation = evaluateHalves(
    { known, hidden, stored, peers: stored },
    { scores: new Map([['s', tableScore('s', {})]]), baselines: new Map() },
    { seed: 1 },
  )
  assert.deepEqual(numbers(evaluation.scores.s, 'transfer'), { recall50: 0, recall50With30: 0 })
})

test('friends by hand', async () => {
  const everybody = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, plays: plays(id) }))
  const [profiles] = (await smallCorpora([everybody])) as [Corpus]
  const task = friendsTask(
    profiles,
    new Map([
      ['test:a', ['test:b', 'test:c', 'test:a', 'test:nobody']],
      ['test:b', ['test:e']],
      ['test:c', ['test:nobody']],
      ['test:nobody', ['test:a']],
    ]),
  )
  assert.deepEqual(task.queries, [
    { row: 0, friends: [1, 2] },
    { row: 1, friends: [4] },
  ])
  const score = tableScore('s', {
    // Of themselves listeners may say anything.
    'test:a': { 'test:a': 99, 'test:d': 5, 'test:b': 4, 'test:c': 2, 'test:e': 2 },
    'test:b': { 'test:a': 1, 'test:b': -7, 'test:c': 1, 'test:d': 1, 'test:e': 1 },
  })
  const evaluation = evaluateFriends(task, { scores: new Map([['pair', score]]), baselines: new Map() }, { seed: 1 })
  const { ci95: _, ...measured } = evaluation.scores.pair!
  assert.deepEqual([evaluation.queries, evaluation.candidates], [2, 5])
  // a: its first friend stands second; d beats both friends, e ties with one: (1 + .5) / 4. b: four tie.
  assert.deepEqual(round(measured), { recall10: 1, mrr: round((1 / 2 + 1 / 2.5) / 2), auc: round((1.5 / 4 + 0.5) / 2) })
})

test('everybody alike is chance, not luck', async () => {
  const same = Array.from({ length: 40 }, (_, i) => ({ id: String(i), plays: plays('a') }))
  const [known, hidden, stored] = (await smallCorpora([same, same, same])) as [Corpus, Corpus, Corpus]
  const contestants = { scores: new Map([['s', tableScore('s', {})]]), baselines: new Map() }
  const evaluation: Evaluation = evaluateHalves({ known, hidden, stored, peers: stored }, contestants, { seed: 1 })
  assert.deepEqual(round(numbers(evaluation.scores.s, 'all')), { r1: 0, r10: 0, mrr: round(1 / 20.5) })
  // Nobody hides an artist that the known half lacks.
  assert.deepEqual(numbers(evaluation.scores.s, 'transfer'), { recall50: null, recall50With30: null })
})

test('one candidate is found, and a score that is not finite is refused', async () => {
  const one = [{ id: '1', plays: plays('a') }]
  const [known, hidden, stored] = (await smallCorpora([one, one, []])) as [Corpus, Corpus, Corpus]
  const run = (score: Scorer) =>
    evaluateHalves(
      { known, hidden, stored, peers: stored },
      { scores: new Map([['s', score]]), baselines: new Map() },
      { seed: 1 },
    )
  assert.deepEqual(numbers(run(tableScore('s', {})).scores.s, 'all'), { r1: 1, r10: 1, mrr: 1 })
  assert.throws(() => run(tableScore('s', { 'test:1': { 'test:1': Number.NaN } })), /"s" is not finite/)
})
