import { Branch, normalise, type ParameterValues, type ReadRows } from './branch.ts'
import { createInferenceEngine } from './engine/wasm.ts'
import { columnBlock, type Engine, type Matrix, rowBlock } from './engine.ts'
import { type TowerShape, viewColumns } from './shape.ts'
import type { TowerInput, View } from './tower-input.ts'

export type { ParameterValues } from './branch.ts'

/** Rows at a time: enough for the engine, and little memory. */
const chunk = 256

/**
 * The towers of an ensemble of networks of one shape:
 *   z = L2norm(Σ_m y_m P_m),  y_m [output] as member m computes it (docs/model.md)
 * A listener gets the same bits alone and in a batch.
 */
export class Embedder {
  /** Columns of an embedding. */
  readonly dimensions: number
  readonly #engine: Engine
  readonly #branches: readonly { readonly branch: Branch; readonly from: number; readonly columns: number }[]
  readonly #viewCount: number

  /**
   * @param projection [members · output x stored]: P_0, P_1 and so on, one below the other. Without one, the members'
   *   outputs stand side by side.
   * @param engine keeps the layers as long as it lives
   */
  constructor(
    shape: TowerShape,
    members: readonly ParameterValues[],
    projection?: Float32Array,
    engine: Engine = createInferenceEngine(),
  ) {
    const { output } = shape
    const stored = projection ? projection.length / (members.length * output) : 0
    this.dimensions = stored || members.length * output
    this.#engine = engine
    this.#viewCount = viewColumns(shape).length
    this.#branches = members.map((values, m) => {
      const [from, columns] = projection ? [0, stored] : [m * output, output]
      const own = projection?.subarray(m * output * stored, (m + 1) * output * stored)
      return { branch: new Branch(engine, shape, values, own), from, columns }
    })
  }

  /**
   * [rows x dimensions]: rows of unit length, or of zeros where no view knows anything.
   * @param only leaves all other views zero
   */
  embedListeners(input: TowerInput, only?: ReadonlySet<View>): Float32Array {
    return this.#unit(this.#sums(input, (branch, y, { h }) => branch.addListeners(y, h), only))
  }

  /** [rows x dimensions]: each row is one item, as a listener of that item alone. */
  embedItems(input: TowerInput): Float32Array {
    return this.#unit(this.#sums(input, (branch, y, { h }) => branch.addItems(y, h)))
  }

  /**
   * [2^views] of [rows x dimensions]: `embedListeners` with every subset of the views, bit v of a subset's place standing
   * for view v.
   */
  embedListenersByViews(input: TowerInput): readonly Float32Array[] {
    const d = this.dimensions
    const subsets = Array.from({ length: 2 ** this.#viewCount }, () => new Float32Array(input.rows * d))
    for (let r = 0; r < input.rows; r++) {
      const { known, places, vectors } = this.#bySubsets(input, r)
      for (const [subset, out] of subsets.entries()) {
        const seen = subset & known
        if (seen !== 0) out.set(vectors.subarray(places[seen]! * d, (places[seen]! + 1) * d), r * d)
      }
    }
    return subsets
  }

  /** [rows x dimensions]: sums over the members, before the length is taken. */
  outputs(input: TowerInput): Float32Array {
    return this.#sums(input, (branch, y, { h }) => branch.addListeners(y, h))
  }

  /** A row by each subset of the views that know something about it, all of them last; `places` says where a subset stands. */
  #bySubsets(input: TowerInput, r: number): { known: number; places: readonly number[]; vectors: Float32Array } {
    return this.#engine.scope(() => {
      const rows = this.#branches.map(({ branch }) => branch.read(input, r, r + 1))
      const known = rows[0]!.known[0]!
      const places: number[] = []
      let count = 0
      for (let subset = 0; subset < 2 ** this.#viewCount; subset++)
        places.push((subset & known) === subset ? count++ : -1)
      const seen = this.#engine.matrix(count, this.#viewCount)
      for (const [subset, place] of places.entries())
        for (let v = 0; place >= 0 && v < this.#viewCount; v++) seen.data[place * seen.stride + v] = (subset >> v) & 1
      const y = this.#engine.matrix(count, this.dimensions)
      const [some, all] = [rowBlock(y, 0, count - 1), rowBlock(y, count - 1, 1)]
      for (const [m, { branch, from, columns }] of this.#branches.entries()) {
        branch.addSubsets(columnBlock(some, from, columns), rows[m]!.h, rowBlock(seen, 0, count - 1))
        branch.addListeners(columnBlock(all, from, columns), rows[m]!.h) // to the bit as in embedListeners
      }
      return { known, places, vectors: this.#unit(Float32Array.from(y.data.subarray(0, count * this.dimensions))) }
    })
  }

  #sums(input: TowerInput, add: Adding, only?: ReadonlySet<View>): Float32Array {
    const d = this.dimensions
    const sums = new Float32Array(input.rows * d)
    for (let start = 0; start < input.rows; start += chunk)
      this.#engine.scope(() => {
        const end = Math.min(input.rows, start + chunk)
        const y = this.#engine.matrix(end - start, d)
        for (const { branch, from, columns } of this.#branches) {
          const rows = branch.read(input, start, end, only)
          add(branch, columnBlock(y, from, columns), rows)
          forget(columnBlock(y, from, columns), rows.known)
        }
        sums.set(y.data.subarray(0, y.rows * d), start * d)
      })
    return sums
  }

  /** Brings rows to unit length, in place. */
  #unit(rows: Float32Array): Float32Array {
    for (let from = 0; from < rows.length; from += this.dimensions) normalise(rows, from, this.dimensions, 1)
    return rows
  }
}

type Adding = (branch: Branch, y: Matrix, rows: ReadRows) => void

/** Nothing is said of rows of which nothing is known. */
function forget(y: Matrix, known: Uint8Array): void {
  for (let r = 0; r < y.rows; r++) if (known[r] === 0) rowBlock(y, r, 1).data.fill(0, 0, y.columns)
}
