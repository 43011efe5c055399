import type { Corpus } from '../../src/features/corpus.ts'
import { loadCorpus } from '../../src/features/load.ts'
import { openStore } from '../../src/store/open.ts'
import { Problem } from '../../src/taste/problem.ts'
import { cutCorpus, selectListeners } from '../../src/training/cut-corpus.ts'
import type { HalvingTask } from '../../src/training/halving.ts'
import type { HalvesTask } from '../../src/training/measure-halves.ts'
import { draw } from '../../src/training/split.ts'

/** Listeners of one source, to train on and to ask for. */
export interface DataSet {
  readonly source: string
  readonly training: Corpus
  readonly tasks: readonly Task[]
}

export interface Task {
  readonly kind: HalvingTask
  readonly halves: HalvesTask
}

/** Seeds and share of the test listeners that `npm run bench -- held-out` asks for, so that nothing is chosen by them. */
const tests = { seeds: [1, 2, 3], share: 0.3 }
const mostQueries = 1000

/**
 * The sources of a store, each on its own. Validated are the listeners who are in none of the three test sets, about a third;
 * the others are trained on.
 * @param most of the training listeners of a source
 */
export async function readDataSets(folder: string, most: number): Promise<readonly DataSet[]> {
  const { store, close } = await openStore(undefined, folder, {}, { create: false })
  const corpus = await loadCorpus(store, 'train')
  await close()
  const sets = [...new Set(corpus.sources)].sort().map((source) => dataSetOf(corpus, source, most))
  if (sets.every(({ tasks }) => tasks.length === 0))
    throw new Problem(`bench: no listener in "${folder}" can be cut in two halves`, { do: 'import a data set first' })
  return sets
}

function dataSetOf(corpus: Corpus, source: string, most: number): DataSet {
  const rows = [...corpus.listeners.keys()].filter((row) => corpus.sources[row] === source)
  const isValidation = (row: number) =>
    tests.seeds.every((seed) => draw(corpus.listeners[row]!, 'test', seed) >= tests.share)
  const asked = rows.filter(isValidation).slice(0, mostQueries)
  const trained = rows.filter((row) => !isValidation(row)).slice(0, most)
  const training = selectListeners(corpus, trained)
  const together = selectListeners(
    corpus,
    [...trained, ...asked].sort((a, b) => a - b),
  )
  const ids = new Set(asked.map((row) => corpus.listeners[row]!))
  const knowsTracks = training.counts.indices.some((item) => corpus.catalogue.items.tracks[item] !== undefined)
  const tasks = (knowsTracks ? (['artists', 'tracks'] as const) : (['artists'] as const)).flatMap((kind) => {
    const { a, b } = cutCorpus(together, kind, 1)
    const known = selectListeners(
      a,
      [...a.listeners.keys()].filter((row) => ids.has(a.listeners[row]!)),
    )
    if (known.listeners.length === 0) return []
    return [{ kind, halves: { known, hidden: b, stored: training, peers: training } }]
  })
  return { source, training, tasks }
}
