import { Branch, normalise, type ParameterValues } from './branch.ts'
import { type TowerShape, viewColumns } from './shape.ts'
import type { TowerInput, View } from './tower-input.ts'

export type { ParameterValues } from './branch.ts'

/**
 * The towers of an ensemble of networks of one shape:
 *   z = L2norm(Σ_m y_m P_m),  y_m [output] as member m computes it (docs/model.md)
 * A listener gets the same bits alone and in a batch. Some tenths of a millisecond a listener and member.
 */
export class Embedder {
  /** Columns of an embedding. */
  readonly dimensions: number
  readonly #branches: readonly { readonly branch: Branch; readonly from: number; readonly to: number }[]
  readonly #viewCount: number

  /**
   * @param projection [members · output x stored]: P_0, P_1 and so on, one below the other. Without one, the members'
   *   outputs stand side by side.
   */
  constructor(shape: TowerShape, members: readonly ParameterValues[], projection?: Float32Array) {
    const { output } = shape
    const stored = projection ? projection.length / (members.length * output) : 0
    this.dimensions = stored || members.length * output
    this.#viewCount = viewColumns(shape).length
    this.#branches = members.map((values, m) => {
      const [from, to] = projection ? [0, stored] : [m * output, (m + 1) * output]
      const own = projection?.subarray(m * output * stored, (m + 1) * output * stored)
      return { branch: new Branch(shape, values, own), from, to }
    })
  }

  /**
   * [rows x dimensions]: rows of unit length, or of zeros where no view knows anything.
   * @param only leaves all other views zero
   */
  embedListeners(input: TowerInput, only?: ReadonlySet<View>): Float32Array {
    return this.#embed(input, (branch, y, r) => {
      if (branch.read(input, r, only)) branch.addListener(y)
    })
  }

  /** [rows x dimensions]: each row is one item, as a listener of that item alone. */
  embedItems(input: TowerInput): Float32Array {
    return this.#embed(input, (branch, y, r) => {
      if (branch.read(input, r)) branch.addItem(y)
    })
  }

  /**
   * [2^views] of [rows x dimensions]: `embedListeners` with every subset of the views, bit v of a subset's place standing
   * for view v. What a view adds before the GELU is computed once, because it is the same in every subset.
   */
  embedListenersByViews(input: TowerInput): readonly Float32Array[] {
    const d = this.dimensions
    const subsets = Array.from({ length: 2 ** this.#viewCount }, () => new Float32Array(input.rows * d))
    const whole = this.embedListeners(input)
    const y = new Float64Array(d)
    for (let r = 0; r < input.rows; r++) {
      let known = 0
      const parts = this.#branches.map(({ branch }) => {
        known = branch.read(input, r)
        return branch.parts()
      })
      for (const [subset, out] of subsets.entries()) {
        const seen = subset & known
        if (seen === 0) continue
        if (seen === known) out.set(whole.subarray(r * d, (r + 1) * d), r * d)
        else if (seen !== subset) out.set(subsets[seen]!.subarray(r * d, (r + 1) * d), r * d)
        else {
          y.fill(0)
          for (const [m, { branch, from, to }] of this.#branches.entries())
            branch.addParts(y.subarray(from, to), parts[m]!, seen)
          normalise(y, 0, d, 1)
          out.set(y, r * d)
        }
      }
    }
    return subsets
  }

  /** [rows x dimensions]: sums over the members, before the length is taken. */
  outputs(input: TowerInput): Float64Array {
    return this.#sums(input, (branch, y, r) => {
      if (branch.read(input, r)) branch.addListener(y)
    })
  }

  #embed(input: TowerInput, add: Adding): Float32Array {
    const d = this.dimensions
    const sums = this.#sums(input, add)
    for (let r = 0; r < input.rows; r++) normalise(sums, r * d, d, 1)
    return Float32Array.from(sums)
  }

  #sums(input: TowerInput, add: Adding): Float64Array {
    const d = this.dimensions
    const sums = new Float64Array(input.rows * d)
    for (const { branch, from, to } of this.#branches)
      for (let r = 0; r < input.rows; r++) add(branch, sums.subarray(r * d + from, r * d + to), r)
    return sums
  }
}

type Adding = (branch: Branch, y: Float64Array, r: number) => void
