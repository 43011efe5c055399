import type { Bags } from '../src/towers/engine.ts'
import { gaussian, type Random, random } from '../src/towers/random.ts'
import { parameterShapes, type TowerShape } from '../src/towers/shape.ts'
import { audioColumns, bagViews, type TowerInput, views } from '../src/towers/tower-input.ts'
import type { TrainingBatch } from '../src/towers/two-towers.ts'
import { networkPresets } from '../src/training/network/configuration.ts'

/** What one run of the training step works on: initial parameters and batches, drawn at random from a seed. */
export interface Workload {
  readonly shape: TowerShape
  readonly values: ReadonlyMap<string, Float32Array>
  readonly batches: readonly TrainingBatch[]
}

const { batch, columns, itemsPerListener, tableScale } = networkPresets.standard

/** Rows of each table: about what Last.fm 2K and a few thousand playlists have. */
const shape: TowerShape = {
  tables: {
    id: [14_000, columns.id],
    genre: [2_000, columns.genre],
    tag: [2_000, columns.tag],
    track: [50_000, columns.track],
  },
  audio: columns.audio,
  hidden: columns.hidden,
  output: columns.output,
}

/** Entries of a listener's bag, and of a single item's, in each view. */
const entries = {
  id: [50, 1],
  genre: [50, 3],
  tag: [50, 5],
  cooccurrence: [0, 0],
  track: [50, 1],
} as const satisfies Record<(typeof bagViews)[number], readonly [number, number]>

/** The shipped step at its shipped sizes on `count` batches of made-up listeners, whose taste follows Zipf's law. */
export function createWorkload(seed: number, count: number): Workload {
  const draws = random(seed)
  const popularity = new Map(bagViews.map((view) => [view, zipf(shape.tables[view]?.[0] ?? 1)]))
  const bags = (view: (typeof bagViews)[number], listeners: number, items: readonly number[]): Bags => {
    const [most, ofItem] = entries[view]
    const sizes = [...Array.from({ length: listeners }, () => most), ...items.map(() => ofItem)]
    const offsets = new Uint32Array(sizes.length + 1)
    for (const [r, size] of sizes.entries()) offsets[r + 1] = offsets[r]! + size
    const indices = Uint32Array.from({ length: offsets[sizes.length]! }, () => drawn(popularity.get(view)!, draws))
    if (view === 'id') indices.set(items, offsets[listeners]!)
    return {
      rows: sizes.length,
      offsets,
      indices,
      weights: Float32Array.from(indices, () => 0.5 + 4 * draws.uniform()),
    }
  }
  const batches = Array.from({ length: count }, (): TrainingBatch => {
    const targets = Array.from({ length: batch }, () => {
      const own = new Set<number>()
      while (own.size < itemsPerListener) own.add(drawn(popularity.get('id')!, draws))
      return [...own]
    })
    const items = [...new Set(targets.flat())]
    const columnOf = new Map(items.map((item, column) => [item, column]))
    const owned = new Uint8Array(batch * items.length)
    for (const i of owned.keys()) owned[i] = draws.uniform() < 0.02 ? 1 : 0
    for (const [r, own] of targets.entries()) for (const item of own) owned[r * items.length + columnOf.get(item)!] = 1
    const rows = 2 * batch + items.length
    const hasAudio = Float32Array.from({ length: rows }, () => (draws.uniform() < 0.7 ? 1 : 0))
    const input: TowerInput = {
      rows,
      bags: Object.fromEntries(bagViews.map((view) => [view, bags(view, 2 * batch, items)])) as TowerInput['bags'],
      audio: gaussian(rows * audioColumns, draws).map((value, i) => value * hasAudio[Math.floor(i / audioColumns)]!),
      hasAudio,
    }
    const masks = new Map(
      views.map((view) => [view, Float32Array.from({ length: rows }, () => (draws.uniform() < 0.15 ? 0 : 1))]),
    )
    return {
      listeners: batch,
      input,
      masks,
      items: {
        targets: {
          rows: batch,
          offsets: Uint32Array.from({ length: batch + 1 }, (_, r) => r * itemsPerListener),
          indices: Uint32Array.from(targets.flat(), (item) => columnOf.get(item)!),
          weights: new Float32Array(batch * itemsPerListener).fill(1 / (batch * itemsPerListener)),
        },
        owned,
        logQ: Float32Array.from(items, (item) => Math.log(1 / (item + 10))),
      },
    }
  })
  return { shape, values: initialValues(draws), batches }
}

function initialValues(draws: Random): Map<string, Float32Array> {
  const values = new Map<string, Float32Array>()
  for (const [name, [rows, count]] of parameterShapes(shape)) {
    const scale = name.endsWith('.table') ? tableScale : 1 / Math.sqrt(rows)
    if (name.endsWith('.gate')) values.set(name, Float32Array.of(1))
    else if (rows > 1)
      values.set(
        name,
        gaussian(rows * count, draws).map((value) => value * scale),
      )
  }
  values.set('item.W', values.get('listener.W')!)
  values.set('listener.W2', new Float32Array(shape.hidden * shape.output))
  return values
}

/** Cumulative probabilities of ranks, p(rank) ~ 1 / (rank + 20) (Zipf and Mandelbrot), so that few ranks repeat in a bag. */
function zipf(count: number): Float64Array {
  const cumulative = new Float64Array(count)
  let total = 0
  for (let rank = 0; rank < count; rank++) {
    total += 1 / (rank + 20)
    cumulative[rank] = total
  }
  return cumulative.map((value) => value / total)
}

/** The first place whose cumulative probability reaches a uniform draw. */
function drawn(cumulative: Float64Array, draws: Random): number {
  const u = draws.uniform()
  let [low, high] = [0, cumulative.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (cumulative[middle]! < u) low = middle + 1
    else high = middle
  }
  return low
}
