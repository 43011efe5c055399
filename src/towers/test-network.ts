import type { Bags } from './engine.ts'
import type { Random } from './random.ts'
import type { TowerShape } from './shape.ts'
import { audioColumns, type TowerInput } from './tower-input.ts'

/** A network with every view, small enough for central differences. For tests. */
export const testShape: TowerShape = {
  tables: { id: [9, 4], genre: [5, 3], tag: [4, 2], cooccurrence: [6, 3], track: [7, 3] },
  audio: 3,
  hidden: 6,
  output: 4,
}

/** Random rows for it. The second knows nothing but how it sounds, every third has no sound. */
export function testInput(rows: number, draws: Random): TowerInput {
  const of = (view: 'id' | 'genre' | 'tag' | 'cooccurrence' | 'track') =>
    testBags(rows, testShape.tables[view]![0], draws)
  return {
    rows,
    bags: { id: of('id'), genre: of('genre'), tag: of('tag'), cooccurrence: of('cooccurrence'), track: of('track') },
    audio: Float32Array.from({ length: rows * audioColumns }, () => draws.uniform() - 0.5),
    hasAudio: Float32Array.from({ length: rows }, (_, r) => (r % 3 === 0 ? 0 : 1)),
  }
}

/** Bags of one to three entries; the second is empty. */
function testBags(rows: number, columns: number, draws: Random): Bags {
  const offsets = new Uint32Array(rows + 1)
  const indices: number[] = []
  for (let r = 0; r < rows; r++) {
    const entries = r === 1 ? 0 : 1 + draws.below(3)
    for (let e = 0; e < entries; e++) indices.push(draws.below(columns))
    offsets[r + 1] = indices.length
  }
  const weights = Float32Array.from(indices, () => 0.2 + draws.uniform())
  return { rows, offsets, indices: Uint32Array.from(indices), weights }
}
