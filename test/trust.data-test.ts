/** On real listeners of two kinds: nobody with a high pair score is missed, and what scores are said to mean holds. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Corpus } from '../src/features/corpus.ts'
import { loadCorpus } from '../src/features/load.ts'
import { rank } from '../src/matching/rank.ts'
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

test('the ten of the highest pair score are retrieved', () => {
  const { pair } = model
  const rows = pair.rows(corpus)
  const mine = pair.rows(heldOut)
  const everybody = [...corpus.listeners.keys()]
  const score = pair.prepare(heldOut, corpus)
  const scores = new Float32Array(everybody.length)
  let found = 0
  let asked = 0
  for (let q = 0; q < heldOut.listeners.length; q += 6) {
    const eligible = Uint8Array.from(corpus.listeners, (listener) => Number(listener !== heldOut.listeners[q]))
    score(q, scores)
    const exact = everybody
      .filter((row) => eligible[row])
      .sort((a, b) => scores[b]! - scores[a]! || a - b)
      .slice(0, 10)
    const retrieved = new Set(rank(pair, mine, q, rows, 10, eligible))
    found += exact.filter((row) => retrieved.has(row)).length
    asked += exact.length
  }
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
