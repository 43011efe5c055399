import assert from 'node:assert/strict'
import { test } from 'node:test'
import { smallCorpora } from '../features/small-corpus.ts'
import { arbitrate, scoresOfAll, seenBy } from './arbitration.ts'
import type { FittedModel } from './model.ts'
import type { Scorer } from './scorer.ts'
import { measureTasks, validatedOf, validationMetrics, validationTasks } from './validation.ts'

/** A model that finds the other half of a share of the listeners, and scores the others in the order of their ids. */
function model(kind: string, finds: (row: number) => boolean): FittedModel {
  const numberOf = (id: string) => Number(id.split(':')[1])
  const pair: Scorer = {
    name: kind,
    prepare: (queries, candidates) => (q, out) => {
      const own = numberOf(queries.listeners[q]!)
      for (const [c, id] of candidates.listeners.entries())
        out[c] = numberOf(id) === own && finds(own) ? 1e6 : numberOf(id)
    },
  }
  const embed: FittedModel['embed'] = (corpus) =>
    Float32Array.from(corpus.listeners.flatMap((id) => (finds(numberOf(id)) ? vector(numberOf(id)) : [1, 0])))
  return { kind, dimensions: 2, pair, embed } as unknown as FittedModel
}

const vector = (number: number) => [Math.cos(number), Math.sin(number)]

async function measured(...models: readonly FittedModel[]) {
  const listeners = Array.from({ length: 40 }, (_, i) => ({
    id: `${i}`,
    plays: Object.fromEntries(Array.from({ length: 12 }, (_, a) => [`artist ${(i * 7 + a * a) % 60}`, 1 + a])),
  }))
  const [corpus] = await smallCorpora([listeners])
  const parts = new Map(corpus!.listeners.map((id, row) => [id, row % 2 ? 'validation' : 'train'] as const))
  return measureTasks(validationTasks(corpus!, parts, new Map()), scoresOfAll(models), { seed: 1 })
}

test('the kind with the better validation score wins, with the paired interval and the measures behind it', async () => {
  const [good, bad] = [model('network', () => true), model('line', () => false)]
  const tasks = await measured(good, bad)
  for (const [asked, simpler] of [
    ['network', 'line'],
    ['line', 'network'],
  ] as const) {
    const { winner, other, difference, scores, rulings } = arbitrate(tasks, asked, simpler, { seed: 1 })
    assert.deepEqual([winner, other], ['network', 'line'])
    assert.ok(Math.abs(difference.difference - (scores.network! - scores.line!)) < 1e-12)
    assert.ok(difference.ci95[0] > 0 && difference.ci95[0] <= difference.difference)
    assert.deepEqual(
      rulings.map(({ measure }) => measure),
      ['halves', 'transfer'],
    )
    assert.equal(rulings[0]!.means.network, 1)
  }
})

test('the asked kind must be ahead: between equals the simpler one wins', async () => {
  const tasks = await measured(
    model('network', (row) => row % 3 > 0),
    model('line', (row) => row % 3 > 0),
  )
  const { winner, difference } = arbitrate(tasks, 'network', 'line', { seed: 1 })
  assert.deepEqual([winner, difference], ['line', { difference: 0, ci95: [0, 0] }])
})

test('the scores are those of the cards', async () => {
  const tasks = await measured(
    model('network', (row) => row % 3 > 0),
    model('line', (row) => row % 5 > 0),
  )
  const { scores, winner, simple } = arbitrate(tasks, 'network', 'line', { seed: 1 })
  for (const kind of ['network', 'line']) {
    const metrics = validationMetrics(validatedOf(seenBy(kind, tasks), { seed: 1 }))
    assert.ok(Math.abs(metrics['validation.score']! - scores[kind]!) < 1e-5)
    if (kind === winner) assert.ok(Math.abs(metrics['validation.gain']! - simple.difference.difference) < 1e-5)
  }
})
