import { buildCorpora } from '../features/build-corpus.ts'
import type { Corpus } from '../features/corpus.ts'
import { type LooseProfile, lookupsFor, looseRows, storedRows } from '../features/load.ts'
import type { FeatureStore } from '../store/feature-store.ts'
import type { ModelRegistry } from '../store/model-registry.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import { Problem } from '../taste/problem.ts'
import { fitBaselines } from '../training/baselines/baselines.ts'
import { peersOf } from '../training/baselines/peers.ts'
import { type ToldSimilarity, toldSimilarity } from '../training/baselines/told-similarity.ts'
import { type Contestants, type Evaluation, evaluateFriends, evaluateHalves, scoresOf } from '../training/evaluation.ts'
import { type BrokenLine, readFriends, readHalves } from '../training/evaluation-file.ts'
import { friendsTask } from '../training/measure-friends.ts'
import { openModel } from '../training/open-model.ts'
import type { Scorer } from '../training/scorer.ts'
import type { Progress } from './progress.ts'

export interface EvaluateOptions {
  readonly task: 'halves' | 'friends'
  readonly file: string
  /** Version; the promoted one when absent. */
  readonly model?: number
  /** Whether to measure the baselines too. Default true. */
  readonly baselines?: boolean
  /**
   * Asks a service whom it finds similar to these listeners, as one more baseline for friends, under this name; listeners
   * of others are left out.
   */
  readonly told?: { readonly name: string; ask(listeners: readonly ListenerId[]): Promise<ToldSimilarity> }
  /** Of the bootstrap, the random baseline and the SVD. Default 1. */
  readonly seed?: number
}

export interface EvaluateDeps {
  readonly store: FeatureStore
  readonly registry: ModelRegistry
  readonly progress: Progress
  readonly signal?: AbortSignal
}

export interface EvaluateReport extends Evaluation {
  /** Version. */
  readonly model: number
  /** What a reader of the numbers should know, one sentence each. */
  readonly notes: readonly string[]
  /** Lines of the file that were left out. */
  readonly broken: readonly BrokenLine[]
}

/**
 * Measures a registered model, and every simple way beside it, on an evaluation file. The file's listeners need not be
 * stored; those who vote in transfer are the stored listeners that the model was trained on.
 *
 * @throws Problem when there is no model, or the file can't be read, is of the other kind, or asks for nobody.
 */
export async function evaluate(options: EvaluateOptions, deps: EvaluateDeps): Promise<EvaluateReport> {
  const { card, model } = await openModel(deps.registry, options.model)
  const split = await deps.registry.split(card.version)
  const trained = new Set([...split].filter(([, part]) => part === 'train').map(([listener]) => listener))
  const read = options.task === 'halves' ? readHalvesTask : readFriendsTask
  const { stored, peers, asked, broken, evaluated } = await read(options.file, trained, deps)
  deps.signal?.throwIfAborted()

  const seed = options.seed ?? 1
  const baselines = new Map<string, Scorer>(options.baselines === false ? [] : fitBaselines(peers, { seed }))
  const told = options.task === 'friends' ? await options.told?.ask(asked) : undefined
  if (options.told && told) baselines.set(options.told.name, toldSimilarity(options.told.name, told))
  const contestants = { scores: scoresOf(model), baselines }
  using task = deps.progress.start('scoring', { unit: 'scores', total: contestants.scores.size + baselines.size })
  const evaluation = evaluated(contestants, { seed, progress: (name) => task.advance(1, name) })
  task.finish()

  const seen = asked.filter((listener) => trained.has(listener)).length
  const notes = [
    ...(seen > 0 ? [`${seen} of the ${asked.length} query listeners were trained on, which flatters the model.`] : []),
    ...(stored.listeners.length === 0 ? ['No listener that the model was trained on is stored any more.'] : []),
    ...(options.told && told
      ? [`${options.told.name} knows ${told.size} of the ${asked.length} query listeners.`]
      : []),
    ...(broken.length > 0 ? [`${broken.length} lines were left out, first ${broken[0]!.place}.`] : []),
  ]
  return { ...evaluation, model: card.version, notes, broken }
}

interface Read {
  /** Trained listeners that are stored. */
  readonly stored: Corpus
  /** Those of the sources of the file. */
  readonly peers: Corpus
  /** Query listeners. */
  readonly asked: readonly ListenerId[]
  readonly broken: readonly BrokenLine[]
  readonly evaluated: (
    contestants: Contestants,
    options: { readonly seed: number; readonly progress: (name: string) => void },
  ) => Evaluation
}

type ReadDeps = Pick<EvaluateDeps, 'store' | 'progress' | 'signal'>

async function readHalvesTask(file: string, trained: ReadonlySet<ListenerId>, deps: ReadDeps): Promise<Read> {
  const { store, signal } = deps
  using task = deps.progress.start(`reading ${file}`, { unit: 'listeners' })
  const broken: BrokenLine[] = []

  // Read twice, so that the memory it takes is that of numbers, not of names.
  async function* known(): AsyncGenerator<LooseProfile> {
    let queries = 0
    for await (const { listener, query, a } of readHalves(file, (line) => broken.push(line))) {
      signal?.throwIfAborted()
      task.advance(1)
      if (!query) continue
      queries++
      yield { id: listener, items: a }
    }
    if (queries === 0) throw asksNobody(file)
  }
  async function* hidden(): AsyncGenerator<LooseProfile> {
    for await (const { listener, b } of readHalves(file, () => {})) {
      signal?.throwIfAborted()
      yield { id: listener, items: b }
    }
  }
  const groups = [looseRows(store, known()), looseRows(store, hidden()), storedRows(store, 'train', { only: trained })]
  const [a, b, stored] = (await buildCorpora(groups, lookupsFor(store, 'train'))) as [Corpus, Corpus, Corpus]
  task.finish()
  const peers = peersOf(stored, a.sources)
  return {
    stored,
    peers,
    asked: a.listeners,
    broken,
    evaluated: (contestants, options) => evaluateHalves({ known: a, hidden: b, stored, peers }, contestants, options),
  }
}

async function readFriendsTask(file: string, trained: ReadonlySet<ListenerId>, deps: ReadDeps): Promise<Read> {
  const { store, signal } = deps
  using task = deps.progress.start(`reading ${file}`, { unit: 'listeners' })
  const broken: BrokenLine[] = []
  const friendsOf = new Map<ListenerId, readonly ListenerId[]>()
  async function* everybody(): AsyncGenerator<LooseProfile> {
    for await (const { listener, query, friends, items } of readFriends(file, (line) => broken.push(line))) {
      signal?.throwIfAborted()
      task.advance(1)
      if (query) friendsOf.set(listener, friends)
      yield { id: listener, items }
    }
  }
  const groups = [looseRows(store, everybody()), storedRows(store, 'train', { only: trained })]
  const [profiles, stored] = (await buildCorpora(groups, lookupsFor(store, 'train'))) as [Corpus, Corpus]
  const asked = friendsTask(profiles, friendsOf)
  if (asked.queries.length === 0) throw asksNobody(file)
  task.finish()
  return {
    stored,
    peers: peersOf(stored, profiles.sources),
    asked: asked.queries.map(({ row }) => profiles.listeners[row]!),
    broken,
    evaluated: (contestants, options) => evaluateFriends(asked, contestants, options),
  }
}

function asksNobody(file: string): Problem {
  return new Problem(`"${file}" asks for nobody`, {
    do: 'give at least one line "query": true (and in a file of friends, friends who have a line)',
  })
}
