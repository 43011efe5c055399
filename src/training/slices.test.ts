import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Corpus } from '../features/corpus.ts'
import { embeddingCosine, genreCosine } from '../features/scorers.ts'
import { scoresOfAll, seenBy } from './arbitration.ts'
import { audioEffects, situations } from './audio-effect.ts'
import { selectListeners } from './cut-corpus.ts'
import { hide, on } from './hidden-knowledge.ts'
import { linearKind } from './linear-kind.ts'
import { besideEachOther, testCorpus } from './network/test-corpus.ts'
import { namelessSlices, slicesOf } from './slices.ts'
import { measureTasks, validationTasks } from './validation.ts'

const both = besideEachOther(
  testCorpus({ listeners: 150, kind: 'artists' }),
  testCorpus({ listeners: 120, kind: 'tracks', seed: 2 }),
)
const corpus: Corpus = { ...both, sources: both.listeners.map((id) => (id.endsWith('~') ? 'listed' : 'played')) }
const parts = new Map(corpus.listeners.map((id, row) => [id, row % 2 ? 'validation' : 'train'] as const))
const training = selectListeners(
  corpus,
  [...corpus.listeners.keys()].filter((row) => row % 2 === 0),
)
const tasks = validationTasks(corpus, parts, new Map())
const model = await linearKind.fit(training, { seed: 1, preset: 'quick' })
const measured = seenBy('linear', measureTasks(tasks, scoresOfAll([model]), { seed: 1 }))

test('slices of a task: enough listeners each, a part of all, the best simple way for just them, paired', () => {
  const slices = slicesOf(measured, { seed: 1 })
  const names = new Set(slices.map(({ name }) => name))
  for (const name of ['niche third', 'mainstream third']) assert.ok(names.has(name), name)
  for (const { listeners, source, model: mean, simple, difference } of slices) {
    assert.ok(listeners >= 20 && listeners < (source === 'listed' ? 60 : 75))
    assert.ok(Math.abs(difference.difference - (mean - simple)) < 1e-12)
    assert.ok(difference.ci95[0] <= difference.difference && difference.difference <= difference.ci95[1])
  }
  const thirds = slices.filter(({ source, measure }) => source === 'played' && measure === 'halves')
  assert.deepEqual(
    thirds.filter(({ name }) => name.endsWith('third')).map(({ listeners }) => listeners),
    [25, 25],
  )
})

test('with names hidden, only genres tell listeners apart', () => {
  const byGenre = genreCosine()
  const slices = namelessSlices(measured, byGenre, { seed: 1 })
  assert.deepEqual(
    slices.map(({ source, task, listeners }) => [source, task, listeners]),
    [
      ['listed', 'artists', 60],
      ['played', 'artists', 75],
    ],
  )
  for (const { model: mean, simple } of slices) assert.ok(mean <= simple && mean > 0.05)
  // Who is known by neither is not asked for.
  const nothing = measured.map(({ task, ...rest }) => {
    if (task.kind === 'friends') return { task, ...rest }
    const catalogue = hide(task.halves.known.catalogue, ['genres', 'sound'])
    const halves = {
      ...task.halves,
      known: on(catalogue, task.halves.known),
      hidden: on(catalogue, task.halves.hidden),
    }
    return { task: { ...task, halves }, ...rest }
  })
  assert.deepEqual(namelessSlices(nothing, byGenre, { seed: 1 }), [])
  // What a model knows of names is of no use: it can't be better than by genre alone.
  const chance = (listeners: number) => 2 / (listeners + 1)
  for (const slice of namelessSlices(measured, embeddingCosine('embedding', deaf), { seed: 1 }))
    assert.ok(Math.abs(slice.model - chance(slice.listeners)) < 1e-6)
})

/** Knows artists by name and nothing else. */
const deaf = {
  dimensions: 1,
  embed: ({ catalogue, listeners, counts }: Corpus) =>
    Float32Array.from(listeners, (_, row) => {
      const items = counts.indices.subarray(counts.offsets[row]!, counts.offsets[row + 1]!)
      return items.some((item) => /^(artist )?name:/.test(catalogue.items.keys[item]!)) ? row + 1 : 0
    }),
}

/** Knows how loud the tracks are, and nothing else. */
const hearing = {
  dimensions: 2,
  embed: ({ catalogue, listeners, counts }: Corpus) =>
    Float32Array.from(
      listeners.flatMap((_, row) => {
        const items = counts.indices.subarray(counts.offsets[row]!, counts.offsets[row + 1]!)
        const heard = [...items].map((item) => catalogue.items.audio[item * 10]!).filter(Number.isFinite)
        const mean = heard.reduce((sum, value) => sum + value, 0) / heard.length
        return heard.length > 0 ? [Math.cos(mean), Math.sin(mean)] : [0, 0]
      }),
    ),
}

test('the effect of sound: by nothing else, it is all that there is; to a model that is deaf, nothing', () => {
  const effects = audioEffects(measured, hearing, { seed: 1 })
  assert.deepEqual(
    effects.map(({ source, task, situation }) => `${source} ${task} ${situation}`),
    [...Object.keys(situations).map((situation) => `listed artists ${situation}`), 'listed tracks everything'],
  )
  for (const { with: heard, without, listeners, difference } of effects) {
    assert.ok(heard > without && Math.abs(without - 2 / (listeners + 1)) < 1e-6)
    assert.ok(difference.ci95[0] > 0)
  }
  for (const { difference } of audioEffects(measured, model, { seed: 1 }))
    assert.deepEqual(difference, { difference: 0, ci95: [0, 0] })
})
