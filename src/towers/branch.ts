import { concatenatedColumns, type TowerShape, viewColumns } from './shape.ts'
import { audioColumns, type TowerInput, type View } from './tower-input.ts'

/** Parameters by name, as they are saved. */
export type ParameterValues = ReadonlyMap<string, Float32Array>

/** What one view of a listener adds to y, and to u before the GELU. */
export interface ViewParts {
  readonly y: Float64Array
  readonly u: Float64Array
}

/**
 * One network of an ensemble without the training machinery: plain loops in float64 over one row at a time. What it says
 * of a row is added to a y that all branches share.
 */
export class Branch {
  readonly views: ReturnType<typeof viewColumns>
  readonly #shape: TowerShape
  readonly #values: ParameterValues
  readonly #columns: number
  readonly #W: Float64Array
  readonly #W1: Float64Array
  readonly #b1: Float64Array
  readonly #W2: Float64Array
  readonly #b2: Float64Array
  readonly #Wi: Float64Array
  readonly #h: Float64Array
  readonly #u: Float64Array

  /** @param projection [output x columns] is multiplied into the last layers, because both it and they are linear */
  constructor(shape: TowerShape, values: ParameterValues, projection?: Float32Array) {
    this.#shape = shape
    this.#values = values
    this.views = viewColumns(shape)
    this.#columns = projection ? projection.length / shape.output : shape.output
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
   * Takes in one row, for the methods below. Bit v of the result: whether there is anything in view v.
   * @param only leaves all other views zero
   */
  read(input: TowerInput, r: number, only?: ReadonlySet<View>): number {
    const h = this.#h.fill(0)
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

  /** y += the row as a listener. */
  addListener(y: Float64Array): void {
    this.#startListener(y)
    addProduct(y, this.#h, this.#W)
    addProduct(this.#u, this.#h, this.#W1)
    this.#endListener(y)
  }

  /** y += the row as an item. */
  addItem(y: Float64Array): void {
    addProduct(y, this.#h, this.#Wi)
  }

  /** What each view of the row adds, for `addParts`. */
  parts(): readonly ViewParts[] {
    return this.views.map(({ from, columns }) => {
      const [y, u] = [new Float64Array(this.#columns), new Float64Array(this.#u.length)]
      const x = this.#h.subarray(from, from + columns)
      addProduct(y, x, this.#W.subarray(from * y.length, (from + columns) * y.length))
      addProduct(u, x, this.#W1.subarray(from * u.length, (from + columns) * u.length))
      return { y, u }
    })
  }

  /** y += a listener of whom only the views of `subset` are seen. */
  addParts(y: Float64Array, parts: readonly ViewParts[], subset: number): void {
    this.#startListener(y)
    const u = this.#u
    for (const [v, part] of parts.entries()) {
      if (!(subset & (1 << v))) continue
      add(y, part.y)
      add(u, part.u)
    }
    this.#endListener(y)
  }

  #startListener(y: Float64Array): void {
    add(y, this.#b2)
    this.#u.set(this.#b1)
  }

  #endListener(y: Float64Array): void {
    const u = this.#u
    for (let k = 0; k < u.length; k++) u[k] = gelu(u[k] as number)
    addProduct(y, u, this.#W2)
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

/** x = scale · x / |x| within x[from .. from + count]; nothing but zeros stays zero. */
export function normalise(x: Float64Array, from: number, count: number, scale: number): void {
  let squares = 0
  for (let i = from; i < from + count; i++) squares += (x[i] as number) ** 2
  const factor = squares < 1e-24 ? 0 : scale / Math.sqrt(squares)
  for (let i = from; i < from + count; i++) x[i] = (x[i] as number) * factor
}

type Numbers = Float32Array | Float64Array

/** y += x. */
function add(y: Float64Array, x: Float64Array): void {
  for (let c = 0; c < y.length; c++) y[c] = (y[c] as number) + (x[c] as number)
}

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

/** The GELU of the engines: u/2 · (1 + tanh(√(2/π)(u + 0.044715 u³))). */
function gelu(u: number): number {
  return (u / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (u + 0.044715 * u * u * u)))
}
