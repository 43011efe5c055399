/**
 * The network on real listeners, 30 % of them held out, with the configuration that `train` uses. Imports, trains and
 * measures in some minutes.
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { countArtists } from '../src/features/artist-statistics.ts'
import { artistCounts } from '../src/features/bags.ts'
import type { Corpus } from '../src/features/corpus.ts'
import { LinearModel } from '../src/features/linear-model.ts'
import { loadCorpus } from '../src/features/load.ts'
import { embeddingCosine } from '../src/features/scorers.ts'
import { ingest } from '../src/pipelines/ingest.ts'
import { noProgress } from '../src/pipelines/progress.ts'
import { openStore } from '../src/store/open.ts'
import { cutCorpus, selectListeners } from '../src/training/cut-corpus.ts'
import type { HalvingTask } from '../src/training/halving.ts'
import { measureHalves } from '../src/training/measure-halves.ts'
import { type FittedTwoTower, fitTwoTower } from '../src/training/network/two-tower-kind.ts'
import { draw } from '../src/training/split.ts'

const data = join(import.meta.dirname, '../../shared/data')
const isHeldOut = (listener: string) => draw(listener, 'test of the network', 1) < 0.3

let folder: string
let corpus: Corpus
before(async () => {
  assert.ok(existsSync(data), `${data} is missing: this test needs the real listeners in it`)
  folder = await mkdtemp(join(tmpdir(), 'consonance-network-'))
  const { store, close } = await openStore(undefined, folder, {}, { create: true })
  const paths = ['lastfm-2k', 'mpd', 'catalogue'].map((name) => join(data, name))
  await ingest(paths, { store, progress: noProgress, now: 0 })
  corpus = await loadCorpus(store, 'train')
  await close()
})
after(() => rm(folder, { recursive: true, force: true }))

describe('two-tower network on Last.fm 2K alone', () => {
  let trained: Trained
  before(async () => {
    trained = await train('lastfm-2k')
  })

  it('finds the other halves of listeners it has never seen', () => {
    const { all, unseen, mrr } = halves(trained, 'artists')
    assert.ok(all > 0.84 && unseen > 0.92 && mrr > 0.68, `R@10 ${all}, unseen ${unseen}, MRR ${mrr}`)
  })

  it('recommends hidden artists better than popularity and SVD do', () => {
    const { network, popularity, svd } = recallOfHiddenArtists(trained)
    assert.ok(network > popularity + 0.05 && network > svd, `${network} against ${popularity} and ${svd}`)
  })

  it('places artists that training never saw by their content', () => {
    const auc = areaOfUnknownArtists(trained)
    assert.ok(auc > 0.6, `AUC ${auc}`)
  })
})

describe('two-tower network on playlists alone', () => {
  let trained: Trained
  before(async () => {
    trained = await train('million-playlist')
  })

  it('finds the other halves of playlists it has never seen', () => {
    const tracks = halves(trained, 'tracks')
    assert.ok(tracks.all > 0.86 && tracks.unseen > 0.92 && tracks.mrr > 0.8, JSON.stringify(tracks))
    const artists = halves(trained, 'artists')
    assert.ok(artists.all > 0.66 && artists.unseen > 0.82 && artists.mrr > 0.56, JSON.stringify(artists))
  })
})

interface Trained {
  readonly own: Corpus
  readonly training: Corpus
  readonly model: FittedTwoTower
}

async function train(source: string): Promise<Trained> {
  const own = only(corpus, (_, row) => corpus.sources[row] === source)
  const training = only(own, (listener) => !isHeldOut(listener))
  const model = await fitTwoTower(training, { seed: 1, preset: 'standard' })
  return { own, training, model }
}

function only(of: Corpus, which: (listener: string, row: number) => boolean): Corpus {
  return selectListeners(
    of,
    [...of.listeners.keys()].filter((row) => which(of.listeners[row]!, row)),
  )
}

/** R@10 among all candidates, and R@10 and MRR among the unseen. */
function halves({ own, training, model }: Trained, task: HalvingTask): { all: number; unseen: number; mrr: number } {
  const { a, b } = cutCorpus(own, task, 1)
  const measured = measureHalves(
    { known: only(a, isHeldOut), hidden: b, stored: training, peers: training },
    embeddingCosine('', model),
  )
  const mean = (path: string) => {
    const column = measured.get(path)!
    return column.reduce((sum, value) => sum + value, 0) / column.length
  }
  return { all: mean('all.r10'), unseen: mean('unseen.r10'), mrr: mean('unseen.mrr') }
}

/** Recall@50 of the artists of held-out halves that the other halves lack, among all artists that training knows. */
function recallOfHiddenArtists({ own, training, model }: Trained) {
  const cut = cutCorpus(own, 'artists', 1)
  const [a, b] = [only(cut.a, isHeldOut), only(cut.b, isHeldOut)]
  const { catalogue } = own
  const frequencies = new Float64Array(catalogue.artists.keys.length)
  for (const artist of artistCounts(training).indices) frequencies[artist]!++
  const known = [...frequencies.keys()].filter((artist) => frequencies[artist]! > 0)
  const column = new Map(known.map((artist, place) => [artist, place]))
  const linear = LinearModel.fit(training, { seed: 1, dimensions: 64 })
  const { projection } = linear.parameters
  const z = linear.embed(a)
  const scores = model.towers.artistScores(a, known)
  assert.deepEqual(
    countArtists(catalogue, artistCounts(training)).keys,
    known.map((artist) => catalogue.artists.keys[artist]),
  )

  const recall = { network: 0, popularity: 0, svd: 0 }
  let queries = 0
  for (let row = 0; row < a.listeners.length; row++) {
    const own = new Set(rowOf(a, row).flatMap((artist) => column.get(artist) ?? []))
    const hidden = rowOf(b, row).flatMap((artist) => column.get(artist) ?? [])
    if (hidden.length === 0) continue
    queries++
    const share = (score: (place: number) => number) => {
      const ranked = known.map((_, place) => place).filter((place) => !own.has(place))
      const values = known.map((_, place) => score(place))
      const top = new Set(ranked.sort((x, y) => values[y]! - values[x]!).slice(0, 50))
      return hidden.filter((place) => top.has(place)).length / Math.min(50, hidden.length)
    }
    recall.network += share((place) => scores[row * known.length + place]!)
    recall.popularity += share((place) => frequencies[known[place]!]!)
    recall.svd += share((place) => {
      let sum = 0
      for (let d = 0; d < 64; d++) sum += z[row * 64 + d]! * projection[place * 64 + d]!
      return sum
    })
  }
  return { network: recall.network / queries, popularity: recall.popularity / queries, svd: recall.svd / queries }
}

/** How often a held-out listener's own artist, unknown to training, scores above an unknown artist of somebody else. */
function areaOfUnknownArtists({ own, training, model }: Trained): number {
  const known = new Set(artistCounts(training).indices)
  const cut = cutCorpus(own, 'artists', 1)
  const [a, b] = [only(cut.a, isHeldOut), only(cut.b, isHeldOut)]
  const unknown = [...new Set(b.listeners.flatMap((_, row) => rowOf(b, row)))].filter((artist) => !known.has(artist))
  const { dimensions } = model
  const v = model.towers.embedArtists(own.catalogue, unknown)
  const z = model.embed(a)
  const described = unknown.map((_, place) =>
    v.subarray(place * dimensions, (place + 1) * dimensions).some((x) => x !== 0),
  )
  let wins = 0
  let pairs = 0
  for (let row = 0; row < a.listeners.length; row++) {
    const hidden = new Set(rowOf(b, row))
    const cosines = unknown.map((_, place) => {
      let sum = 0
      for (let d = 0; d < dimensions; d++) sum += z[row * dimensions + d]! * v[place * dimensions + d]!
      return sum
    })
    const mine = [...cosines.keys()].filter((place) => described[place] && hidden.has(unknown[place]!))
    const others = [...cosines.keys()].filter((place) => described[place] && !hidden.has(unknown[place]!))
    for (const i of mine)
      for (const j of others) wins += cosines[i]! > cosines[j]! ? 1 : cosines[i]! === cosines[j]! ? 0.5 : 0
    pairs += mine.length * others.length
  }
  return wins / pairs
}

function rowOf(corpus: Corpus, row: number): number[] {
  const { offsets, indices } = artistCounts(corpus)
  return [...indices.subarray(offsets[row]!, offsets[row + 1]!)]
}
