import { concatenatedColumns, type TowerShape, viewColumns } from './shape.ts'
import { audioColumns, type TowerInput, type View } from './tower-input.ts'

/** Parameters by name, as they are saved. */
export type ParameterValues = ReadonlyMap<string, Float32Array>

/** What one view adds to the output, and to the hidden layer before the GELU. */
interface ViewParts {
  readonly y: Float64Array
  readonly u: Float64Array
}

/**
 * The towers without the training machinery: plain loops in float64 over one row at a time, so that a listener gets the
 * same bits alone and in a batch. About 0.2 ms a listener.
 */
export class Embedder {
  /** Columns of an embedding. */
  readonly dimensions: number
  readonly #shape: TowerShape
  readonly #values: ParameterValues
  readonly #views: ReturnType<typeof viewColumns>
  readonly #W: Float64Array
  readonly #W1: Float64Array
  readonly #b1: Float64Array
  readonly #W2: Float64Array
  readonly #b2: Float64Array
  readonly #Wi: Float64Array
  readonly #h: Float64Array
  readonly #u: Float64Array

  /**
   * @param projection [output x stored] turns embeddings to fewer columns. It is multiplied into the last layers: both
   *   they and it are linear, and the length is taken afterwards.
   */
  constructor(shape: TowerShape, values: ParameterValues, projection?: Float32Array) {
    this.#shape = shape
    this.#values = values
    this.#views = viewColumns(shape)
    this.dimensions = projection ? projection.length / shape.output : shape.output
    const projected = (name: string) => {
      const matrix = this.#value(name)
      return projection ? product(matrix, projection, shape.output) : Float64Array.from(matrix)
    }
    this.#W = projected('listener.W')
    this.#W1 = Float64Array.from(this.#value('listener.W1'))
    this.#b1 = Float64Array.from(this.#value('listener.b1'))
    this.#W2 = projected('listener.W2')
    this.#b2 = projected('listener.b2')
    this.#Wi = projected('item.W')
    this.#h = new Float64Array(concatenatedColumns(shape))
    this.#u = new Float64Array(shape.hidden)
  }

  /**
   * [rows x dimensions]: rows of unit length, or of zeros where no view knows anything.
   * @param only leaves all other views zero
   */
  embedListeners(input: TowerInput, only?: ReadonlySet<View>): Float32Array {
    return this.#embed(input, only, (y) => {
      y.set(this.#b2)
      addProduct(y, this.#h, this.#W)
      this.#u.set(this.#b1)
      addProduct(this.#u, this.#h, this.#W1)
      for (let k = 0; k < this.#u.length; k++) this.#u[k] = gelu(this.#u[k] as number)
      addProduct(y, this.#u, this.#W2)
    })
  }

  /**
   * [2^views] of [rows x dimensions]: `embedListeners` with every subset of the views, bit v of a subset's place standing
   * for view v. What a view adds before the GELU is computed once, because it is the same in every subset.
   */
  embedListenersByViews(input: TowerInput): readonly Float32Array[] {
    const d = this.dimensions
    const subsets = Array.from({ length: 2 ** this.#views.length }, () => new Float32Array(input.rows * d))
    const whole = this.embedListeners(input)
    const y = new Float64Array(d)
    for (let r = 0; r < input.rows; r++) {
      const known = this.#describe(input, r)
      const parts = this.#views.map(({ from, columns }) => this.#partsOf(from, columns))
      for (const [subset, out] of subsets.entries()) {
        const seen = subset & known
        if (seen === 0) continue
        if (seen === known) out.set(whole.subarray(r * d, (r + 1) * d), r * d)
        else if (seen !== subset) out.set(subsets[seen]!.subarray(r * d, (r + 1) * d), r * d)
        else {
          this.#sum(y, parts, seen)
          normalise(y, 0, d, 1)
          out.set(y, r * d)
        }
      }
    }
    return subsets
  }

  /** [rows x dimensions]: each row is one item, as a listener of that item alone. */
  embedItems(input: TowerInput): Float32Array {
    return this.#embed(input, undefined, (y) => addProduct(y.fill(0), this.#h, this.#Wi))
  }

  #embed(input: TowerInput, only: ReadonlySet<View> | undefined, head: (y: Float64Array) => void): Float32Array {
    const d = this.dimensions
    const out = new Float32Array(input.rows * d)
    const y = new Float64Array(d)
    for (let r = 0; r < input.rows; r++) {
      if (!this.#describe(input, r, only)) continue
      head(y)
      normalise(y, 0, d, 1)
      out.set(y, r * d)
    }
    return out
  }

  /** What one view of h adds to y, and to u before the GELU. */
  #partsOf(from: number, columns: number): ViewParts {
    const [y, u] = [new Float64Array(this.dimensions), new Float64Array(this.#u.length)]
    const x = this.#h.subarray(from, from + columns)
    addProduct(y, x, this.#W.subarray(from * y.length, (from + columns) * y.length))
    addProduct(u, x, this.#W1.subarray(from * u.length, (from + columns) * u.length))
    return { y, u }
  }

  /** y of a listener of whom only the views of `subset` are seen. */
  #sum(y: Float64Array, parts: readonly ViewParts[], subset: number): void {
    y.set(this.#b2)
    const u = this.#u
    u.set(this.#b1)
    for (const [v, part] of parts.entries()) {
      if (!(subset & (1 << v))) continue
      for (let c = 0; c < y.length; c++) y[c] = (y[c] as number) + (part.y[c] as number)
      for (let k = 0; k < u.length; k++) u[k] = (u[k] as number) + (part.u[k] as number)
    }
    for (let k = 0; k < u.length; k++) u[k] = gelu(u[k] as number)
    addProduct(y, u, this.#W2)
  }

  /** Writes the concatenated views of one row to h. Bit v of the result: whether there is anything in view v. */
  #describe(input: TowerInput, r: number, only?: ReadonlySet<View>): number {
    const h = this.#h.fill(0)
    let known = 0
    for (const [v, { view, from, columns }] of this.#views.entries()) {
      if (only && !only.has(view)) continue
      const any = view === 'audio' ? this.#hear(input, r, from) : this.#addBag(input, view, r, from, columns)
      if (!any) continue
      known |= 1 << v
      if (view === 'cooccurrence') this.#turn(from, columns)
      normalise(h, from, columns, this.#value(`${view}.gate`)[0] as number)
    }
    return known
  }

  #addBag(input: TowerInput, view: Exclude<View, 'audio'>, r: number, from: number, columns: number): boolean {
    const { offsets, indices, weights } = input.bags[view]
    const table = this.#value(`${view}.table`)
    const h = this.#h
    const [start, end] = [offsets[r] as number, offsets[r + 1] as number]
    for (let e = start; e < end; e++) {
      const row = (indices[e] as number) * columns
      const weight = weights[e] as number
      for (let c = 0; c < columns; c++) h[from + c] = (h[from + c] as number) + weight * (table[row + c] as number)
    }
    return end > start
  }

  #hear(input: TowerInput, r: number, from: number): boolean {
    if (input.hasAudio[r] === 0) return false
    const x = this.#h.subarray(from, from + this.#shape.audio)
    x.set(this.#value('audio.bias'))
    addProduct(x, input.audio.subarray(r * audioColumns, (r + 1) * audioColumns), this.#value('audio.weight'))
    return true
  }

  #turn(from: number, columns: number): void {
    const x = this.#h.slice(from, from + columns)
    addProduct(this.#h.subarray(from, from + columns).fill(0), x, this.#value('cooccurrence.projection'))
  }

  #value(name: string): Float32Array {
    const value = this.#values.get(name)
    if (!value) throw new Error(`the network has no parameter ${name}`)
    return value
  }
}

type Numbers = Float32Array | Float64Array

/** y[n] += x[m] · A[m, n]. */
function addProduct(y: Float64Array, x: Numbers, a: Numbers): void {
  const n = y.length
  for (let i = 0; i < x.length; i++) {
    const value = x[i] as number
    if (value === 0) continue
    const row = i * n
    for (let c = 0; c < n; c++) y[c] = (y[c] as number) + value * (a[row + c] as number)
  }
}

/** A[m, k] · B[k, n]. */
function product(a: Float32Array, b: Float32Array, k: number): Float64Array {
  const n = b.length / k
  const out = new Float64Array((a.length / k) * n)
  for (let i = 0; i < a.length / k; i++) addProduct(out.subarray(i * n, (i + 1) * n), a.subarray(i * k, (i + 1) * k), b)
  return out
}

/** x = scale · x / |x| within x[from .. from + count]; nothing but zeros stays zero. */
function normalise(x: Float64Array, from: number, count: number, scale: number): void {
  let squares = 0
  for (let i = from; i < from + count; i++) squares += (x[i] as number) ** 2
  const factor = squares < 1e-24 ? 0 : scale / Math.sqrt(squares)
  for (let i = from; i < from + count; i++) x[i] = (x[i] as number) * factor
}

/** The GELU of the engines: u/2 · (1 + tanh(√(2/π)(u + 0.044715 u³))). */
function gelu(u: number): number {
  return (u / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (u + 0.044715 * u * u * u)))
}
