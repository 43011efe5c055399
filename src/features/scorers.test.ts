import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Scorer } from '../training/scorer.ts'
import { LinearModel } from './linear-model.ts'
import { artistCosine, embeddingCosine, genreCosine, svdCosine, tfIdfCosine, tfIdfPlusSvd } from './scorers.ts'
import { communities, type SmallListener, smallCorpora } from './small-corpus.ts'

const queries = [{ id: 'q', plays: { a: 3, b: 4 } }]
const candidates: SmallListener[] = [
  { id: '1', plays: { a: 4, c: 3 } },
  { id: '2', plays: { c: 1 } },
  { id: '3', plays: {} },
]
const genres = { a: ['folk'], b: ['folk', 'jazz'], c: ['jazz'] }

async function scores(scorer: Scorer): Promise<number[]> {
  const [a, b] = await smallCorpora([queries, candidates], genres)
  const out = new Float32Array(candidates.length)
  scorer.prepare(a!, b!)(0, out)
  return [...out]
}

async function modelOf(listeners: readonly SmallListener[]): Promise<LinearModel> {
  const [corpus] = await smallCorpora([listeners], genres)
  return LinearModel.fit(corpus!, { seed: 1, dimensions: 4 })
}

function near(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length)
  for (const [i, value] of actual.entries())
    assert.ok(Math.abs(value - expected[i]!) < 1e-6, `${actual} is not ${expected}`)
}

test('artist cosine compares plays as they are', async () => {
  near(await scores(artistCosine()), [12 / 25, 0, 0])
})

test('TF-IDF weighs log1p(n) by ln((1 + N) / (1 + df))', async () => {
  const model = await modelOf([
    { id: 'x', plays: { a: 1 } },
    { id: 'y', plays: { a: 1, b: 1 } },
    { id: 'z', plays: { b: 1 } },
  ])
  const known = Math.log(4 / 3)
  const unknown = Math.log(4)
  const q = [Math.log1p(3) * known, Math.log1p(4) * known]
  const one = [Math.log1p(4) * known, Math.log1p(3) * unknown]
  near(await scores(tfIdfCosine(model)), [(q[0]! * one[0]!) / (Math.hypot(...q) * Math.hypot(...one)), 0, 0])
})

test('genre cosine spreads log1p(n) over the genres of an artist', async () => {
  const folk = Math.log1p(3) + Math.log1p(4) / 2
  const jazz = Math.log1p(4) / 2
  const length = Math.hypot(folk, jazz)
  const one = [Math.log1p(4), Math.log1p(3)] as const
  near(await scores(genreCosine()), [(folk * one[0] + jazz * one[1]) / (length * Math.hypot(...one)), jazz / length, 0])
})

test('the sum counts SVD by half', async () => {
  const model = await modelOf(communities(20))
  const [a, b] = await smallCorpora([communities(3), communities(9)], genres)
  const out = [tfIdfPlusSvd(model), tfIdfCosine(model), svdCosine(model)].map((scorer) => {
    const row = new Float32Array(9)
    scorer.prepare(a!, b!)(1, row)
    return row
  })
  near(
    [...out[0]!],
    Array.from(out[1]!, (value, c) => value + 0.5 * out[2]![c]!),
  )
  assert.equal(tfIdfPlusSvd(model).name, 'TF-IDF + .5 SVD4')
})

test('every score is finite, whoever is compared', async () => {
  const strange: SmallListener[] = [{ id: 'a' }, { id: 'b', plays: { unheard: 1 } }, { id: 'c', plays: { a: 352698 } }]
  for (const training of [[], communities(1), Array.from({ length: 4 }, (_, i) => ({ id: `${i}`, plays: { a: 1 } }))]) {
    const model = await modelOf(training)
    const [corpus] = await smallCorpora([[...strange, ...communities(3)]], genres)
    for (const scorer of [
      artistCosine(),
      tfIdfCosine(model),
      genreCosine(),
      tfIdfPlusSvd(model),
      embeddingCosine('z', model),
    ]) {
      const score = scorer.prepare(corpus!, corpus!)
      for (let q = 0; q < 6; q++) {
        const out = new Float32Array(6).fill(Number.NaN)
        score(q, out)
        assert.ok(out.every(Number.isFinite), scorer.name)
      }
    }
  }
})
