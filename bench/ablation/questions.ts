import type { Corpus } from '../../src/features/corpus.ts'
import { embeddingCosine } from '../../src/features/scorers.ts'
import { random } from '../../src/towers/random.ts'
import { type Hidden, hide, on } from '../../src/training/hidden-knowledge.ts'
import { measureHalves } from '../../src/training/measure-halves.ts'
import { areaUnderCurve } from '../../src/training/metrics.ts'
import type { Towers } from '../../src/training/network/towers.ts'
import { reciprocalRanks, unseenHalves } from '../../src/training/unseen-ranks.ts'
import type { DataSet, Task } from './data.ts'
import { joined, remembered, severalInterests } from './interests.ts'

/** Answers by several ways to the same question: one measurement per listener each. */
export interface Question {
  readonly name: string
  readonly measure: string
  /** The first is what the others are compared with. */
  readonly answers: ReadonlyMap<string, ArrayLike<number>>
}

/** Whether several vectors for a listener find more than one does, also for listeners of several lists. */
export function askAboutInterests({ tasks }: DataSet, towers: Towers): readonly Question[] {
  const one = { dimensions: towers.dimensions, embed: remembered((corpus: Corpus) => towers.embed(corpus)) }
  const ways = [embeddingCosine('one vector', one), severalInterests(towers, 2), severalInterests(towers, 3)]
  return tasks.flatMap(({ kind, halves }) =>
    [1, 2, 3].flatMap((lists) => {
      const { known, hidden, ...others } = lists === 1 ? { ...halves, ...unseenHalves(halves) } : joined(halves, lists)
      const columns = ways.map((way) => [way.name, measureHalves({ known, hidden, ...others }, way)] as const)
      return ['unseen.mrr', 'transfer.recall50'].map((measure) => ({
        name: `${kind}, ${lists === 1 ? 'listeners as they are' : `${lists} put together`}`,
        measure,
        answers: new Map(columns.map(([name, column]) => [name, column.get(measure)!])),
      }))
    }),
  )
}

/** What the model makes of sound for listeners and tracks of whom less and less else is known. */
export function askAboutSound(set: DataSet, towers: Towers, name: string): readonly Question[] {
  const task = set.tasks.find(({ kind }) => kind === 'artists')
  if (!task) return []
  const { known, hidden } = unseenHalves(task.halves)
  const situations = { 'all is known': [], 'genre and sound': ['names'], 'sound alone': ['names', 'genres'] } as const
  const ranks = (hiding: readonly Hidden[]) => {
    const told = hide(known.catalogue, hiding)
    return reciprocalRanks({ known: on(told, known), hidden: on(told, hidden) }, embeddingCosine('embedding', towers))
  }
  const listeners = Object.entries(situations).map(([situation, hiding]) => ({
    name: `listeners of whom ${situation}`,
    measure: 'unseen.mrr',
    answers: new Map([
      [name, ranks(hiding)],
      [`${name}, not told the sound`, ranks([...hiding, 'sound'])],
    ]),
  }))
  const tracks = {
    name: 'tracks of which sound alone',
    measure: 'auc among random tracks',
    answers: new Map([[name, soundOfTracks(task, towers)]]),
  }
  return [...listeners, tracks]
}

const randomTracks = 200

/** By listener: how often a hidden track that is known by its sound alone is closer than a random one. */
function soundOfTracks({ halves }: Task, towers: Towers): Float64Array {
  const { known, hidden } = unseenHalves(halves)
  const { catalogue } = known
  const told = hide(catalogue, ['names', 'genres'])
  const heard = (item: number) => Number.isFinite(catalogue.items.audio[item * 10]!)
  const all = [...catalogue.items.keys.keys()].filter(heard)
  const draws = random(1, 0x50d)
  const others = Array.from({ length: randomTracks }, () => all[draws.below(all.length)]!)
  const z = towers.embed(known)
  const d = towers.dimensions
  return Float64Array.from(known.listeners.keys(), (row) => {
    const own = itemsOf(hidden, row).filter(heard)
    if (own.length === 0) return Number.NaN
    const items = [...own, ...others]
    const v = towers.embedItems(told, items)
    const scores = Float32Array.from(items, (_, i) => {
      let sum = 0
      for (let c = 0; c < d; c++) sum += z[row * d + c]! * v[i * d + c]!
      return sum
    })
    const wanted = Uint8Array.from(items, (_, i) => Number(i < own.length))
    return areaUnderCurve(scores, wanted, new Uint8Array(items.length).fill(1))
  })
}

function itemsOf({ counts }: Corpus, row: number): number[] {
  return [...counts.indices.subarray(counts.offsets[row]!, counts.offsets[row + 1]!)]
}
