import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Score } from '../training/evaluation.ts'
import { linearKind } from '../training/linear-kind.ts'
import { type EvaluateReport, evaluate } from './evaluate.ts'
import { type HalvesReport, halves } from './halves.ts'
import { ingest } from './ingest.ts'
import { noProgress } from './progress.ts'
import type { TrainReport } from './register-model.ts'
import { openSmallStore, type SmallStore } from './small-store.ts'
import { train } from './train.ts'

/** A real set in a store of its own: 30 % of its listeners are held out, the linear model knows the others. */
interface Trial {
  readonly world: SmallStore
  readonly written: HalvesReport
  readonly trained: TrainReport
  measure(task: string): Promise<EvaluateReport>
}

const shared = join(import.meta.dirname, '../../../shared/data')
let artists: Trial
let playlists: Trial

before(async () => {
  artists = await tryOut('lastfm-2k')
  playlists = await tryOut('mpd')
})
after(async () => {
  await artists?.world[Symbol.asyncDispose]()
  await playlists?.world[Symbol.asyncDispose]()
})

async function tryOut(set: string): Promise<Trial> {
  const world = await openSmallStore()
  const { store, registry, folder } = world
  const paths = [join(shared, set), join(shared, 'catalogue/artist_genres.tsv.gz')]
  await ingest(paths, { store, progress: noProgress, now: 1_790_000_000 })
  const deps = { store, registry, progress: noProgress }
  const written = await halves({ out: join(folder, 'halves'), share: 0.3, seed: 1 }, deps)
  const exclude = written.exclude.path
  const trained = await train({ seed: 1, preset: 'standard', exclude }, { ...deps, kind: linearKind })
  const measure = (task: string) => {
    const { path } = written.files.find((file) => file.task === task)!
    return evaluate({ task: task === 'friends' ? 'friends' : 'halves', file: path }, deps)
  }
  return { world, written, trained, measure }
}

function at(score: Score | undefined, path: string): number {
  return path
    .split('.')
    .reduce<unknown>((node, name) => (node as Readonly<Record<string, unknown>>)?.[name], score) as number
}

function within(what: string, value: number, [low, high]: readonly [number, number]): void {
  assert.ok(value >= low && value <= high, `${what}: ${value} is not within ${low} and ${high}`)
}

/** What the reference implementation of the same measures found, give or take the choice of the held-out listeners. */
const expected = {
  artists: { 'all.r10': [0.6, 0.73], 'unseen.r10': [0.74, 0.88], 'transfer.recall50': [0.31, 0.37] },
  tracks: { 'all.r10': [0.73, 0.82], 'unseen.r10': [0.81, 0.89], 'transfer.recall50': [0.28, 0.34] },
  artistsOfPlaylists: { 'all.r10': [0.32, 0.46], 'unseen.r10': [0.53, 0.67], 'transfer.recall50': [0.32, 0.38] },
} as const

function checkHalves(
  { scores, baselines, queries, candidates, broken, notes }: EvaluateReport,
  task: keyof typeof expected,
) {
  assert.deepEqual([broken, notes], [[], []])
  const { 'transfer.recall50': transfer, ...found } = expected[task]
  for (const [path, band] of Object.entries(found)) within(`SVD, ${path}`, at(baselines.svd64, path), band)
  within('transfer of TF-IDF + .5 SVD', at(baselines['tf-idf-svd64'], 'transfer.recall50'), transfer)
  assert.ok(at(baselines.popularity, 'transfer.recall50') < transfer[0] / 1.5)
  const chance = 10 / candidates
  within('random', at(baselines.random, 'all.r10'), [0, chance + 4 * Math.sqrt(chance / queries)])
  assert.ok(at(scores.pair, 'transfer.recall50') > at(baselines['artist-cosine'], 'transfer.recall50') + 0.02)
}

test('listeners known by artists: halves', async () => {
  const report = await artists.measure('artists')
  assert.ok(report.queries > 350 && report.candidates > 1_250)
  checkHalves(report, 'artists')
  within('popularity', at(report.baselines.popularity, 'transfer.recall50'), [0.15, 0.2])
  // The right answer shares no artist with the query: whoever counts shared artists does worse than chance.
  assert.ok(at(report.baselines['artist-cosine'], 'all.mrr') < at(report.baselines.random, 'all.mrr'))
})

test('listeners known by artists: friends', async () => {
  const { scores, baselines, paired, queries } = await artists.measure('friends')
  assert.ok(queries > 350)
  within('TF-IDF', at(baselines['tf-idf'], 'recall10'), [0.14, 0.2])
  within('pair score', at(scores.pair, 'recall10'), [0.18, 0.24])
  within('AUC of the pair score', at(scores.pair, 'auc'), [0.83, 0.87])
  within('AUC of chance', at(baselines.random, 'auc'), [0.46, 0.54])
  const { recall10 } = paired.pair!['tf-idf'] as { recall10: { difference: number; ci95: readonly [number, number] } }
  assert.ok(recall10.ci95[0] > 0, `the pair score is not ahead of TF-IDF: ${JSON.stringify(recall10)}`)
})

test('playlists: halves that share no track', async () => {
  const report = await playlists.measure('tracks')
  assert.ok(report.queries > 1_300 && report.candidates > 4_500)
  checkHalves(report, 'tracks')
})

test('playlists: halves that share no artist', async () => {
  const report = await playlists.measure('artists')
  assert.ok(report.queries > 1_300 && report.candidates > 4_300)
  checkHalves(report, 'artistsOfPlaylists')
})

test('training reports the same story from its own held-out listeners', () => {
  for (const { trained } of [artists, playlists]) {
    assert.deepEqual(trained.card.marks, ['research use only'])
    assert.ok(trained.promoted && trained.validated.length === 2)
    for (const { kind, evaluation } of trained.validated) {
      const path = kind === 'friends' ? 'auc' : 'transfer.recall50'
      assert.ok(at(evaluation.scores.pair, path) > at(evaluation.baselines.random, path) + 0.1)
    }
  }
})
