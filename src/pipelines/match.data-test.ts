import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Corpus } from '../features/corpus.ts'
import { LinearModel } from '../features/linear-model.ts'
import { loadCorpus } from '../features/load.ts'
import { tfIdfCosine } from '../features/scorers.ts'
import { calibrationFile, writeCalibration } from '../matching/calibration.ts'
import { type OpenStore, openStore } from '../store/open.ts'
import { calibrate } from '../training/calibration/calibrate.ts'
import { linearKind } from '../training/linear-kind.ts'
import { highest } from '../training/metrics.ts'
import type { FittedModel } from '../training/model.ts'
import type { Scorer } from '../training/scorer.ts'
import { ingest } from './ingest.ts'
import { match } from './match.ts'
import { noProgress } from './progress.ts'

const shared = new URL('../../../shared/data/', import.meta.url).pathname
const now = 1_790_000_000

let folder: string
let stored: OpenStore
let corpus: Corpus
let model: FittedModel

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'consonance-match-'))
  stored = await openStore(undefined, folder, {}, { create: true })
  const paths = ['lastfm-2k', 'catalogue/artist_genres.tsv.gz'].map((path) => join(shared, path))
  await ingest(paths, { store: stored.store, progress: noProgress, now })
  corpus = await loadCorpus(stored.store, 'train')
  model = await linearKind.fit(corpus, { seed: 1, preset: 'quick' })
  const card = { kind: 'linear', trainedAt: now, hash: model.hash, metrics: {}, marks: [], configuration: {} }
  const split = new Map(corpus.listeners.map((listener) => [listener, 'train'] as const))
  const { calibration } = calibrate(model, corpus, corpus)
  const files = new Map([...model.save(), [calibrationFile, writeCalibration(calibration!)]])
  await stored.registry.promote(await stored.registry.register(card, files, split))
})

after(async () => {
  await stored.close()
  await rm(folder, { recursive: true })
})

test('a real listener gets ten matches whose reasons are true', async () => {
  const { matches, notes, candidates } = await match({ listener: 'lastfm-2k:2' }, 10, stored)
  assert.equal(matches.length, 10)
  assert.deepEqual(notes, [])
  assert.ok(candidates > 1300)
  const mine = (await stored.store.profile('lastfm-2k:2', 'keep'))!.playlists.flatMap(({ entries }) => entries)
  const names = new Set(
    (await stored.store.artists(mine.flatMap(({ artists }) => artists))).map((artist) => artist!.name),
  )
  for (const { reason, artists, genres, confidence } of matches) {
    assert.match(reason, /^You both (keep|listen to) .+\.$/)
    assert.ok(artists.length > 0 && artists.every(({ name, knownBy }) => names.has(name) && knownBy > 0))
    assert.deepEqual(
      artists.map(({ knownBy }) => knownBy),
      artists.map(({ knownBy }) => knownBy).toSorted((a, b) => a - b),
    )
    assert.ok(genres.length > 0)
    assert.equal(confidence.word, 'sure')
  }
})

test('friends of real listeners are found more often by the pair score than by TF-IDF', async () => {
  const friends = new Map<string, Set<string>>()
  let after: string | undefined
  do {
    const page = await stored.store.friends('match', after === undefined ? {} : { after })
    for (const [a, b] of page.rows) {
      friends.set(a, (friends.get(a) ?? new Set()).add(b))
      friends.set(b, (friends.get(b) ?? new Set()).add(a))
    }
    after = page.next
  } while (after !== undefined)
  const recall = (scorer: Scorer) => {
    const score = scorer.prepare(corpus, corpus)
    const out = new Float32Array(corpus.listeners.length)
    let sum = 0
    for (const [q, listener] of corpus.listeners.entries()) {
      const theirs = friends.get(listener)
      if (!theirs) continue
      score(q, out)
      const found = [...highest(out, 10, q)].filter((row) => theirs.has(corpus.listeners[row]!)).length
      sum += found / theirs.size
    }
    return sum / friends.size
  }
  const pair = recall(model.pair)
  const tfIdf = recall(tfIdfCosine(LinearModel.fit(corpus, { seed: 1 })))
  assert.ok(pair > tfIdf + 0.02 && pair > 0.18, `pair score ${pair}, TF-IDF ${tfIdf}`)
})
