import { artistCounts } from '../../features/bags.ts'
import type { Corpus } from '../../features/corpus.ts'
import { columnCounts, type SparseRows } from '../../features/sparse-rows.ts'
import { type DescribeOptions, TowerInputs } from '../../features/tower-inputs.ts'
import { type Random, random, shuffle } from '../../towers/random.ts'
import { type View, views } from '../../towers/tower-input.ts'
import type { TrainingBatch } from '../../towers/two-towers.ts'
import type { VocabularyIndex } from '../../towers/vocabulary.ts'
import type { HalvingTask } from '../halving.ts'
import type { NetworkConfiguration } from './configuration.ts'
import { drawHalves, type Halves } from './halves.ts'
import { type ListenerKind, listenerKinds } from './listener-kind.ts'

/** Names of the random streams. */
const [orderStream, batchStream] = [0x0e0c, 0xba7c]

/** One step's data and how it was halved. */
export interface Batch extends TrainingBatch {
  readonly task: HalvingTask
}

/**
 * The batches of a run: fresh halves of listeners of one kind in each. Batch `step` depends on the data, the
 * configuration, the seed and the step alone, so a run can be continued anywhere.
 */
export class Batches {
  /** Batches of the whole run. */
  readonly steps: number
  /** Batches in which every listener is seen about once. */
  readonly stepsPerEpoch: number
  readonly #training: Corpus
  readonly #configuration: NetworkConfiguration
  readonly #seed: number
  readonly #inputs: TowerInputs
  readonly #kinds: readonly KindPlan[]
  readonly #firstArtist: Uint32Array
  readonly #frequencies: Readonly<Record<HalvingTask, Frequencies>>
  /** [items or artists]: 1 + the column in the batch at hand, else 0. */
  readonly #columnOf: Uint32Array

  constructor(training: Corpus, vocabulary: VocabularyIndex, configuration: NetworkConfiguration, seed: number) {
    this.#training = training
    this.#configuration = configuration
    this.#seed = seed
    this.#inputs = new TowerInputs(training.catalogue, vocabulary)
    const { credits } = training.catalogue.items
    this.#firstArtist = Uint32Array.from({ length: credits.rows }, (_, item) => firstArtist(credits, item))
    this.#frequencies = { artists: frequenciesOf(artistCounts(training)), tracks: frequenciesOf(training.counts) }
    this.#columnOf = new Uint32Array(Math.max(credits.rows, credits.columns))
    const kinds = listenerKinds(training)
    this.#kinds = (['artists', 'tracks'] as const).flatMap((kind) => {
      const listeners = Uint32Array.from(kinds.keys()).filter((row) => kinds[row] === kind && this.#separable(row))
      if (listeners.length === 0) return []
      const batches = Math.max(1, Math.round(listeners.length / configuration.batch))
      return [{ kind, listeners, batches, steps: batches * configuration.epochs[kind] }]
    })
    this.steps = this.#kinds.reduce((sum, { steps }) => sum + steps, 0)
    this.stepsPerEpoch = this.#kinds.reduce((sum, { batches }) => sum + batches, 0)
  }

  /** The data of a step, 1 to `steps`. */
  at(step: number): Batch {
    const { plan, place } = this.#placeOf(step - 1)
    const draws = random(this.#seed, batchStream, step)
    const byArtist = plan.kind === 'artists' || draws.uniform() < this.#configuration.artistBatches
    const task = byArtist ? 'artists' : 'tracks'
    const halved = this.#listenersAt(plan, place).flatMap((row) => {
      const halves = this.#halves(row, task, draws)
      return halves ? [{ row, halves }] : []
    })
    const { id, track, item: ofItems } = this.#configuration.entryDropout
    const cooccurrence = plan.kind === 'artists'
    const options = { dropout: { id, track, random: draws }, cooccurrence }
    for (const side of [0, 1] as const) for (const { row, halves } of halved) this.#addHalf(row, halves[side], options)
    const drawn = halved.map(({ row, halves }) => this.#drawItems(row, halves[1], task, draws))
    const columns = [...new Set([...drawn.flat(), ...this.#uniformItems(task, draws)])]
    const itemOptions = { dropout: { id: ofItems, track: ofItems, random: draws }, cooccurrence }
    for (const item of columns)
      if (task === 'artists') this.#inputs.addArtist(item, itemOptions)
      else this.#inputs.addItems([item], [1], itemOptions)
    const input = this.#inputs.take()
    return {
      task,
      listeners: halved.length,
      input,
      masks: this.#viewMasks(input.rows, draws),
      items: {
        targets: targetsOf(drawn, columns),
        owned: this.#owned(
          halved.map(({ row }) => row),
          columns,
          task,
        ),
        logQ: this.#logQ(columns, task, drawn.flat().length),
      },
    }
  }

  #separable(row: number): boolean {
    const { counts } = this.#training
    const [start, end] = [counts.offsets[row]!, counts.offsets[row + 1]!]
    for (let p = start + 1; p < end; p++)
      if (this.#firstArtist[counts.indices[p]!] !== this.#firstArtist[counts.indices[start]!]) return true
    return false
  }

  /** The kinds take turns in proportion to their steps (Bresenham's line); `place` counts within the kind. */
  #placeOf(step: number): { plan: KindPlan; place: number } {
    const [first, second] = this.#kinds as [KindPlan, KindPlan?]
    if (!second) return { plan: first, place: step }
    const ofSecond = (steps: number) => Math.floor((steps * second.steps) / this.steps)
    return ofSecond(step + 1) > ofSecond(step)
      ? { plan: second, place: ofSecond(step) }
      : { plan: first, place: step - ofSecond(step) }
  }

  #listenersAt({ kind, listeners, batches }: KindPlan, place: number): number[] {
    const epoch = Math.floor(place / batches)
    const order = shuffle(listeners.slice(), random(this.#seed, orderStream, kind === 'artists' ? 0 : 1, epoch))
    const cut = (batch: number) => Math.round((batch * order.length) / batches)
    const batch = place % batches
    return [...order.subarray(cut(batch), cut(batch + 1))]
  }

  #halves(row: number, task: HalvingTask, draws: Random): Halves | undefined {
    const { keptEntries: kept, mostEntries: most } = this.#configuration
    const items = this.#itemsOf(row)
    const artists = task === 'tracks' ? items : items.map((item) => this.#firstArtist[item]!)
    return drawHalves(artists, task, { kept, most }, draws)
  }

  #itemsOf(row: number): Uint32Array {
    const { offsets, indices } = this.#training.counts
    return indices.subarray(offsets[row]!, offsets[row + 1]!)
  }

  #addHalf(row: number, places: Uint32Array, options: DescribeOptions): void {
    const { offsets, indices, values } = this.#training.counts
    const start = offsets[row]!
    const items = new Uint32Array(places.length)
    const counts = new Float32Array(places.length)
    for (let i = 0; i < places.length; i++) {
      items[i] = indices[start + places[i]!]!
      counts[i] = values[start + places[i]!]!
    }
    this.#inputs.addItems(items, counts, options)
  }

  /** Distinct items, or artists, of a half. */
  #drawItems(row: number, places: Uint32Array, task: HalvingTask, draws: Random): number[] {
    const items = this.#itemsOf(row)
    const bag = Array.from(places, (place) => items[place]!)
    const distinct = task === 'tracks' ? bag : [...new Set(bag.map((item) => this.#firstArtist[item]!))]
    const n = Math.min(this.#configuration.itemsPerListener, distinct.length)
    for (let i = 0; i < n; i++) {
      const j = i + draws.below(distinct.length - i)
      const drawn = distinct[j]!
      distinct[j] = distinct[i]!
      distinct[i] = drawn
    }
    return distinct.slice(0, n)
  }

  /** [listeners * columns]: 1 where the listener has the item or artist anywhere. */
  #owned(rows: readonly number[], columns: readonly number[], task: HalvingTask): Uint8Array {
    const owned = new Uint8Array(rows.length * columns.length)
    const columnOf = this.#columnOf
    for (const [column, item] of columns.entries()) columnOf[item] = column + 1
    const { offsets, indices } = this.#training.catalogue.items.credits
    for (const [r, row] of rows.entries())
      for (const item of this.#itemsOf(row)) {
        if (task === 'tracks') mark(r, columnOf[item]!)
        else for (let p = offsets[item]!; p < offsets[item + 1]!; p++) mark(r, columnOf[indices[p]!]!)
      }
    for (const item of columns) columnOf[item] = 0
    return owned

    function mark(r: number, column: number): void {
      if (column > 0) owned[r * columns.length + column - 1] = 1
    }
  }

  #uniformItems(task: HalvingTask, draws: Random): readonly number[] {
    const { known } = this.#frequencies[task]
    return Array.from({ length: this.#configuration.uniformItems }, () => known[draws.below(known.length)]!)
  }

  /** log of how often an item is among those of a batch: drawn from listeners' bags, or as likely as any other. */
  #logQ(columns: readonly number[], task: HalvingTask, drawn: number): Float32Array {
    const { of, known, sum } = this.#frequencies[task]
    const uniform = this.#configuration.uniformItems / known.length
    return Float32Array.from(columns, (item) => Math.log((drawn * Math.max(1, of[item]!)) / sum + uniform))
  }

  #viewMasks(rows: number, draws: Random): ReadonlyMap<View, Float32Array> {
    const mask = () =>
      Float32Array.from({ length: rows }, () => (draws.uniform() < this.#configuration.viewDropout ? 0 : 1))
    return new Map(views.map((view) => [view, mask()]))
  }
}

interface KindPlan {
  readonly kind: ListenerKind
  readonly listeners: Uint32Array
  /** Per epoch. */
  readonly batches: number
  /** In the whole run. */
  readonly steps: number
}

/** How many training listeners have each item. */
interface Frequencies {
  readonly of: Uint32Array
  /** Items that anybody has. */
  readonly known: Uint32Array
  readonly sum: number
}

function frequenciesOf(counts: SparseRows): Frequencies {
  const of = columnCounts(counts)
  const known = Uint32Array.from(of.keys()).filter((item) => of[item]! > 0)
  return { of, known, sum: of.reduce((sum, n) => sum + n, 0) }
}

function firstArtist(credits: SparseRows, item: number): number {
  let best = credits.offsets[item]!
  for (let p = best + 1; p < credits.offsets[item + 1]!; p++) if (credits.values[p]! > credits.values[best]!) best = p
  return credits.indices[best]!
}

/** Each listener's drawn items as columns, all of them together weighing 1 / listeners. */
function targetsOf(
  drawn: readonly (readonly number[])[],
  columns: readonly number[],
): TrainingBatch['items']['targets'] {
  const columnOf = new Map(columns.map((item, column) => [item, column]))
  const offsets = new Uint32Array(drawn.length + 1)
  for (const [r, items] of drawn.entries()) offsets[r + 1] = offsets[r]! + items.length
  const weights = drawn.flatMap((items) => items.map(() => 1 / (items.length * drawn.length)))
  const indices = Uint32Array.from(drawn.flat(), (item) => columnOf.get(item)!)
  return { rows: drawn.length, offsets, indices, weights: Float32Array.from(weights) }
}
