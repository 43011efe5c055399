import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AudioEffect } from '../audio-effect.ts'
import type { Score } from '../evaluation.ts'
import type { Slice } from '../slices.ts'
import type { TuningTrail } from '../tuning/trail.ts'
import { html } from './markup.ts'
import { type ReportContents, trainingReport } from './report.ts'

const score = (value: number) =>
  ({
    unseen: { mrr: value, r10: value },
    transfer: { recall50: value },
    ci95: { unseen: { mrr: [value - 0.02, value + 0.02] }, transfer: { recall50: [value - 0.02, value + 0.02] } },
  }) as unknown as Score
const difference = (value: number) => ({ difference: value, ci95: [value - 0.01, value + 0.01] as const })

function contents(model: number, simple: number): ReportContents {
  const paired = { unseen: { mrr: difference(model - simple) }, transfer: { recall50: difference(model - simple) } }
  return {
    card: {
      kind: 'two-tower',
      trainedAt: 0,
      hash: 'abc',
      metrics: {},
      marks: ['research use only'],
      configuration: { seed: 1 },
    },
    promoted: true,
    why: 'no model was promoted before',
    data: {
      listeners: { train: 90, validation: 10, excluded: 0 },
      sources: [{ source: 'made <up>', listeners: 100 }],
    },
    trail: [
      { step: 1, half: 3, item: 6, validation: 0.5 },
      { step: 2, half: 2, item: 5, validation: 0.6 },
    ],
    validated: [
      {
        source: 'made <up>',
        kind: 'artists',
        evaluation: {
          task: 'halves',
          queries: 10,
          candidates: 100,
          scores: { embedding: score(model), pair: score(model) },
          baselines: { svd64: score(simple) },
          paired: { embedding: { svd64: paired }, pair: { svd64: paired } },
        },
      },
    ],
    slices: [],
    audio: [],
    notes: [],
    reproduction: { command: 'npx consonance train --exclude "a & b.txt"', versions: [] },
  }
}

describe('training report', () => {
  it('says by how much the model is ahead, with the paired interval', () => {
    const text = trainingReport(contents(0.8, 0.7))
    assert.match(text, /MRR: \.800, \+\.100 \[\+\.090, \+\.110\] against svd64/)
    assert.match(text, /On none of the 2 measures/)
  })

  it('says where it is worse', () => {
    assert.match(trainingReport(contents(0.6, 0.7)), /made &lt;up&gt;: halves .* svd64 is ahead by \.100/)
  })

  it('escapes what comes from the data and loads nothing from elsewhere', () => {
    const text = trainingReport(contents(0.8, 0.7))
    assert.ok(!text.includes('<up>') && text.includes('&quot;a &amp; b.txt&quot;'))
    assert.doesNotMatch(text, /<script|<link|src=|href=|url\(|@import/)
  })

  it('gives every picture a sentence, a name and a table', () => {
    const text = trainingReport(contents(0.8, 0.7))
    const figures = text.match(/<figure>.*?<\/figure>/gs) ?? []
    assert.equal(figures.length, 4)
    for (const figure of figures) assert.match(figure, /<figcaption>.+?<\/figcaption>.*aria-label=.*<table>/s)
    assert.doesNotMatch(text, /NaN|undefined|Infinity/)
  })

  it('draws a curve for each network of an ensemble', () => {
    const trail = [1, 2].flatMap((network) =>
      [1, 2].map((step) => ({ step: 2 * (network - 1) + step, network, half: 4 - step, item: 5, validation: 0.5 })),
    )
    const text = trainingReport({ ...contents(0.8, 0.7), trail })
    assert.match(text, /each of 2 networks in turn/)
    const curves = [...text.matchAll(/<path class="line c[01]" [^>]*d="(M[^"]+)"/g)].map(([, path]) => path!)
    assert.equal(curves.filter((path) => path.split('M').length === 3).length, 3)
    assert.doesNotMatch(text, /NaN/)
  })

  it('does without curves and comparisons where there are none', () => {
    const text = trainingReport({ ...contents(0.8, 0.7), trail: [], validated: [] })
    assert.match(text, /Too few listeners were held out/)
    assert.doesNotMatch(text, /How it learned/)
  })
})

describe('sections of some trainings', () => {
  const difference = (value: number) => ({ difference: value, ci95: [value - 0.01, value + 0.01] as const })

  it('say which kind of model won, by how much and on what', () => {
    const text = trainingReport({
      ...contents(0.8, 0.7),
      arbitration: {
        ...{ winner: 'two-tower', other: 'linear', scores: { 'two-tower': 0.5, linear: 0.46 } },
        difference: difference(0.04),
        simple: { name: 'svd64', score: 0.41, difference: difference(0.09) },
        rulings: [
          {
            ...{ source: 'made <up>', task: 'artists', measure: 'halves' },
            means: { 'two-tower': 0.5, linear: 0.46 },
            difference: difference(0.04),
          },
        ],
      },
    })
    assert.match(text, /two-tower model is ahead of the linear one by \+\.040 \[\+\.030, \+\.050\]\./)
    assert.match(text, /svd64, the best of the simple ways, \.410/)
    assert.doesNotMatch(text, /NaN|undefined|Infinity|<up>/)
  })

  it('say for which listeners it is better, and where it is worse among them', () => {
    const slice = (name: string, gain: number): Slice => ({
      source: 'made <up>',
      task: 'artists',
      measure: 'halves',
      name,
      listeners: 25,
      model: 0.5 + gain,
      best: 'svd64',
      simple: 0.5,
      difference: difference(gain),
    })
    const slices = [slice('niche third', 0.1), slice('mainstream third', -0.005), slice('genres known', -0.2)]
    const text = trainingReport({ ...contents(0.8, 0.7), slices })
    assert.match(text, /ahead for 1 of 3 kinds of listener\./)
    assert.match(text, /<ul><li>[^<]*genres known: [^<]*svd64 is ahead by \.200 \[−\.210, −\.190\]<\/li><\/ul>/)
    assert.match(text, /within chance on 1 of 5 measures<.*mainstream third: [^<]*ahead by \.005 \[−\.015, \+\.005\]</s)
    assert.doesNotMatch(text, /NaN|undefined|Infinity|<up>/)
  })

  it('say what sound adds: sign and size, nothing where it is chance or not read', () => {
    const effect = (gain: number, ci95: readonly [number, number]): AudioEffect => ({
      source: 'made <up>',
      task: 'artists',
      situation: 'sound alone',
      listeners: 25,
      with: 0.3 + gain,
      without: 0.3,
      difference: { difference: gain, ci95 },
    })
    const section = (gain: number, ci95: readonly [number, number]) =>
      trainingReport({ ...contents(0.8, 0.7), audio: [effect(gain, ci95)] })
    assert.match(section(0.1, [0.05, 0.15]), /nothing but sound known, sound helps by \.100 \[\+\.050, \+\.150\]/)
    assert.match(section(-0.1, [-0.15, -0.05]), /sound hurts by \.100/)
    assert.match(section(-0.1, [-0.25, 0.05]), /makes no difference beyond chance \(−\.100/)
    assert.match(section(0, [0, 0]), /does not read audio features/)
  })

  it('show what tuning tried, what it gained, and where it was stopped', () => {
    const tuning: TuningTrail = {
      ...{ trials: 3, shares: [1 / 3, 1], winner: 2, share: 1 },
      changes: [{}, { itemTau: 0.2 }, { 'optimiser.rate': 0.004 }],
      results: [
        { trial: 0, share: 1 / 3, score: 0.4 },
        { trial: 1, share: 1 / 3, score: null },
        { trial: 2, share: 1 / 3, score: 0.45 },
        { trial: 0, share: 1, score: 0.5 },
        { trial: 2, share: 1, score: 0.53 },
      ],
    }
    const text = trainingReport({ ...contents(0.8, 0.7), tuning })
    assert.match(text, /trial 2, reached \.530, \+\.030 to the recipe/)
    assert.match(text, /optimiser\.rate 0\.004/)
    assert.doesNotMatch(text, /NaN|undefined|Infinity|was stopped/)
    const stopped = { ...tuning, winner: 0, share: 1 / 3, results: tuning.results.slice(0, 1) }
    assert.match(trainingReport({ ...contents(0.8, 0.7), tuning: stopped }), /was stopped: the model saw 33 %/)
  })
})

describe('html', () => {
  it('escapes text, keeps markup, joins lists, leaves out what is absent', () => {
    const inner = html`<b>${'<&"\'>'}</b>`
    assert.equal(html`${inner}|${[inner, 1]}|${false}|${undefined}`.markup, `${inner.markup}|${inner.markup}1||`)
    assert.equal(inner.markup, '<b>&lt;&amp;&quot;&#39;&gt;</b>')
  })
})
