/** On real listeners of two kinds: nobody with a high pair score is missed, and what scores are said to mean holds. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Corpus } from '../src/features/corpus.ts'
import { loadCorpus } from '../src/features/load.ts'
import { createSharedIndex } from '../src/matching/index/shared-index.ts'
import { Population } from '../src/matching/live/population.ts'
import { ingest } from '../src/pipelines/ingest.ts'
import { noProgress } from '../src/pipelines/progress.ts'
import { openStore } from '../src/store/open.ts'
import { calibrate } from '../src/training/calibration/calibrate.ts'
import { selectListeners } from '../src/training/cut-corpus.ts'
import { linearKind } from '../src/training/linear-kind.ts'
import type { FittedModel } from '../src/training/model.ts'
import { draw } from '../src/training/split.ts'

const shared = new URL('../../shared/data/', import.meta.url).pathname

let folder: string
let corpus: Corpus
let heldOut: Corpus
let training: Corpus
let model: FittedModel

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'consonance-rank-'))
  const { store, close } = await openStore(undefined, folder, {}, { create: true })
  const paths = ['lastfm-2k', 'mpd', 'catalogue/artist_genres.tsv.gz'].map((path) => join(shared, path))
  await ingest(paths, { store, progress: noProgress, now: 0 })
  corpus = await loadCorpus(store, 'train')
  await close()
  const rows = [...corpus.listeners.keys()]
  const isHeldOut = (row: number) => draw(corpus.listeners[row]!, 'test of ranking', 1) < 0.1
  heldOut = selectListeners(corpus, rows.filter(isHeldOut))
  training = selectListeners(
    corpus,
    rows.filter((row) => !isHeldOut(row)),
  )
  model = await linearKind.fit(training, { seed: 1, preset: 'quick' })
})

after(() => rm(folder, { recursive: true }))

test('the ten of the highest pair score are retrieved', async () => {
  const { pair } = model
  const described = (of: Corpus) => {
    const { overlap, weights, embeddings } = pair.rows(of)
    return (row: number) => {
      const [start, end] = [overlap.offsets[row]!, overlap.offsets[row + 1]!]
      const hashes = Float64Array.from(overlap.indices.subarray(start, end))
      const artists = { hashes, overlap: overlap.values.subarray(start, end) }
      const vector = embeddings.subarray(row * pair.dimensions, (row + 1) * pair.dimensions)
      return { vector, terms: { artists, known: 0, weight: weights[row]! } }
    }
  }
  const [everybodyAs, heldOutAs] = [described(corpus), described(heldOut)]
  const population = new Population(pair, await createSharedIndex(64))
  const consent = { findable: true, showName: true, showTracks: true, train: true }
  for (const [row, listener] of corpus.listeners.entries()) {
    const { vector, terms } = everybodyAs(row)
    population.set({ key: listener, listener, vector, consent, madeAt: 0 }, terms)
  }
  const everybody = [...corpus.listeners.keys()].filter((row) => population.isCandidate(corpus.listeners[row]!))
  const score = pair.prepare(heldOut, corpus)
  const scores = new Float32Array(corpus.listeners.length)
  let found = 0
  let asked = 0
  for (let q = 0; q < heldOut.listeners.length; q += 6) {
    const own = heldOut.listeners[q]!
    score(q, scores)
    const exact = everybody
      .filter((row) => corpus.listeners[row] !== own)
      .sort((a, b) => scores[b]! - scores[a]! || a - b)
      .slice(0, 10)
    const retrieved = population.retrieve(heldOutAs(q), { k: 10, exclude: new Set([own]) }).slice(0, 10)
    const keys = new Set(retrieved.map(({ key }) => key))
    found += exact.filter((row) => keys.has(corpus.listeners[row]!)).length
    asked += exact.length
  }
  population.close()
  assert.ok(asked >= 1_000)
  assert.ok(found / asked >= 0.99, `recall of the exact top 10: ${found / asked}`)
})

test('affinity and rarity hold on listeners whom neither the model nor they were learned from', () => {
  const { trust, hubness } = calibrate(model, heldOut, training)
  for (const { predicted, observed, pairs } of trust!.rarity.filter((point) => point.pairs >= 100)) {
    const factor = observed / predicted
    const allowed = pairs > 1_000 ? 1.2 : 2 // pairs of one listener are not independent
    assert.ok(factor > 1 / allowed && factor < allowed, `one in ${1 / predicted}: off by ${factor}, ${pairs} pairs`)
  }
  for (const { predicted, observed } of trust!.affinity) assert.ok(Math.abs(predicted - observed) < 0.06)
  for (const { affinity, firstTen } of trust!.nearest) {
    assert.equal(new Set(firstTen.map((value) => value.toFixed(3))).size, 10)
    assert.ok(affinity.filter((value) => value > 99.99).length < 0.05 * affinity.length)
  }
  const never = hubness.map((row) => row.never)
  assert.ok(never[1]! <= never[0]! && never[3]! <= never[2]!, `${never}`)
})
