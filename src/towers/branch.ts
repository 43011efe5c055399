import { columnBlock, type Engine, type Matrix, rowBlock } from './engine.ts'
import { concatenatedColumns, type TowerShape, viewColumns } from './shape.ts'
import { audioColumns, type TowerInput, type View } from './tower-input.ts'

/** Parameters by name, as they are saved. */
export type ParameterValues = ReadonlyMap<string, Float32Array>

/** The views of some rows, side by side. */
export interface ReadRows {
  /** [rows x D] */
  readonly h: Matrix
  /** [rows]: bit v says whether there is anything in view v. */
  readonly known: Uint8Array
}

/** One network of an ensemble without the training machinery. Tables are read here, the layers are the engine's. */
export class Branch {
  readonly views: ReturnType<typeof viewColumns>
  readonly #engine: Engine
  readonly #shape: TowerShape
  readonly #values: ParameterValues
  readonly #W: Matrix
  readonly #W1: Matrix
  readonly #b1: Matrix
  readonly #W2: Matrix
  readonly #b2: Matrix
  readonly #Wi: Matrix
  readonly #row: Float64Array

  /** @param projection [output x columns] is multiplied into the last layers, because both it and they are linear */
  constructor(engine: Engine, shape: TowerShape, values: ParameterValues, projection?: Float32Array) {
    this.#engine = engine
    this.#shape = shape
    this.#values = values
    this.views = viewColumns(shape)
    const columns = projection ? projection.length / shape.output : shape.output
    const projected = (name: string) => {
      const matrix = this.#value(name)
      return projection ? product(matrix, projection, shape.output) : matrix
    }
    const D = concatenatedColumns(shape)
    this.#W = this.#matrix(D, columns, projected('listener.W'))
    this.#W1 = this.#matrix(D, shape.hidden, this.#value('listener.W1'))
    this.#b1 = this.#matrix(1, shape.hidden, this.#value('listener.b1'))
    this.#W2 = this.#matrix(shape.hidden, columns, projected('listener.W2'))
    this.#b2 = this.#matrix(1, columns, projected('listener.b2'))
    this.#Wi = this.#matrix(D, columns, projected('item.W'))
    this.#row = new Float64Array(D)
  }

  /**
   * Rows `from` to `to` of the input, in the engine's open scope.
   * @param only leaves all other views zero
   */
  read(input: TowerInput, from: number, to: number, only?: ReadonlySet<View>): ReadRows {
    const h = this.#engine.scratch(to - from, this.#row.length)
    const known = new Uint8Array(h.rows)
    for (let r = 0; r < h.rows; r++) {
      known[r] = this.#readRow(input, from + r, only)
      h.data.set(this.#row, r * h.stride)
    }
    return { h, known }
  }

  /** y += what the rows are as listeners: h·W + b2 + GELU(h·W1 + b1)·W2. y [rows x columns]. */
  addListeners(y: Matrix, h: Matrix): void {
    const u = this.#engine.scratch(h.rows, this.#shape.hidden)
    this.#engine.product('nn', h, this.#W, y, { add: true })
    this.#engine.product('nn', h, this.#W1, u)
    this.#addHidden(y, u)
  }

  /** y += what the rows are as items: h·Wi. y [rows x columns]. */
  addItems(y: Matrix, h: Matrix): void {
    this.#engine.product('nn', h, this.#Wi, y, { add: true })
  }

  /**
   * y += what one row is as a listener of whom only some views are seen. What a view adds before the GELU is computed once,
   * because it is the same in every subset.
   * @param h [1 x D]
   * @param seen [subsets x views]: 1 where a subset has a view
   */
  addSubsets(y: Matrix, h: Matrix, seen: Matrix): void {
    const engine = this.#engine
    const apart = engine.matrix(this.views.length, h.columns)
    for (const [v, { from, columns }] of this.views.entries())
      rowBlock(apart, v, 1).data.set(columnBlock(h, from, columns).data.subarray(0, columns), from)
    const linear = engine.scratch(this.views.length, y.columns)
    const hidden = engine.scratch(this.views.length, this.#shape.hidden)
    engine.product('nn', apart, this.#W, linear)
    engine.product('nn', apart, this.#W1, hidden)
    const u = engine.scratch(seen.rows, this.#shape.hidden)
    engine.product('nn', seen, linear, y, { add: true })
    engine.product('nn', seen, hidden, u)
    this.#addHidden(y, u)
  }

  #addHidden(y: Matrix, u: Matrix): void {
    const activated = this.#engine.scratch(u.rows, u.columns)
    this.#engine.gelu(u, this.#b1, activated)
    this.#engine.addBias(y, this.#b2, y)
    this.#engine.product('nn', activated, this.#W2, y, { add: true })
  }

  #readRow(input: TowerInput, r: number, only: ReadonlySet<View> | undefined): number {
    const h = this.#row.fill(0)
    let known = 0
    for (const [v, { view, from, columns }] of this.views.entries()) {
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
    const h = this.#row
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
    const x = this.#row.subarray(from, from + this.#shape.audio)
    x.set(this.#value('audio.bias'))
    addProduct(x, input.audio.subarray(r * audioColumns, (r + 1) * audioColumns), this.#value('audio.weight'))
    return true
  }

  #turn(from: number, columns: number): void {
    const x = this.#row.slice(from, from + columns)
    addProduct(this.#row.subarray(from, from + columns).fill(0), x, this.#value('cooccurrence.projection'))
  }

  #matrix(rows: number, columns: number, values: Float32Array): Matrix {
    const matrix = this.#engine.matrix(rows, columns)
    matrix.data.set(values)
    return matrix
  }

  #value(name: string): Float32Array {
    const value = this.#values.get(name)
    if (!value) throw new Error(`the network has no parameter ${name}`)
    return value
  }
}

/** x = scale · x / |x| within x[from .. from + count]; nothing but zeros stays zero. */
export function normalise(x: Float64Array | Float32Array, from: number, count: number, scale: number): void {
  let squares = 0
  for (let i = from; i < from + count; i++) squares += (x[i] as number) ** 2
  const factor = squares < 1e-24 ? 0 : scale / Math.sqrt(squares)
  for (let i = from; i < from + count; i++) x[i] = (x[i] as number) * factor
}

/** y[n] += x[m] · A[m, n]. */
function addProduct(y: Float64Array, x: Float32Array | Float64Array, a: Float32Array): void {
  const n = y.length
  for (let i = 0; i < x.length; i++) {
    const value = x[i] as number
    if (value === 0) continue
    const row = i * n
    for (let c = 0; c < n; c++) y[c] = (y[c] as number) + value * (a[row + c] as number)
  }
}

/** A[m, k] · B[k, n], summed in double precision. */
function product(a: Float32Array, b: Float32Array, k: number): Float32Array {
  const n = b.length / k
  const out = new Float64Array((a.length / k) * n)
  for (let i = 0; i < a.length / k; i++) addProduct(out.subarray(i * n, (i + 1) * n), a.subarray(i * k, (i + 1) * k), b)
  return Float32Array.from(out)
}
