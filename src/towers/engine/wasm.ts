import { availableParallelism } from 'node:os'
import type {
  AdamwSettings,
  Bags,
  CrossEntropyOptions,
  Dropout,
  Engine,
  Matrix,
  Moments,
  ProductForm,
  RowScale,
  TouchedRows,
} from '../engine.ts'
import { Arena } from './arena.ts'
import { dropoutKey } from './random.ts'
import { productShape, requireBags, requireMask, requireRowScale, requireRows, requireShape } from './shapes.ts'
import { Threads } from './threads.ts'

/** About how many elements one block of a row-wise operation has: some microseconds of work. */
const BLOCK_ELEMENTS = 8192
const CLEAR_BYTES = 131072

/** Rows of a product that one block computes: as many as can be, so that packing pays, but enough blocks for all threads. */
const MOST_ROWS = 256
const LEAST_ROWS = 32
const FORMS: Readonly<Record<ProductForm, number>> = { nn: 0, nt: 1, tn: 2 }

/**
 * The engine on WASM SIMD kernels (kernels/) and `threads` threads, the calling one among them; by default one for each
 * core, at most 8. Float32.
 *
 * @throws Problem when the kernels are not built, or memory cannot be had.
 */
export async function createWasmEngine(options: { readonly threads?: number } = {}): Promise<Engine> {
  const threads = options.threads ?? Math.min(8, availableParallelism())
  if (!Number.isInteger(threads) || threads < 1 || threads > 64) {
    throw new RangeError(`createWasmEngine: ${threads} threads, not 1 to 64`)
  }
  return new WasmEngine(await Threads.start(threads), threads)
}

/** The same on the calling thread alone, at once: for a few rows at a time. It is freed with the last reference to it. */
export function createInferenceEngine(): Engine {
  return new WasmEngine(Threads.alone(), 1)
}

class WasmEngine implements Engine {
  readonly precision = 'float32'
  readonly #threads: Threads
  readonly #count: number
  readonly #arena: Arena
  readonly #code: (name: Uppercase<string>) => number

  constructor(threads: Threads, count: number) {
    this.#threads = threads
    this.#count = count
    this.#arena = new Arena(threads.memory, threads.kernels.heapStart(count), (address, bytes) =>
      this.#run('CLEAR', Math.ceil(bytes / CLEAR_BYTES), [address, bytes, CLEAR_BYTES]),
    )
    this.#code = (name) => threads.kernels[name]!.value
  }

  matrix(rows: number, columns: number): Matrix {
    return { rows, columns, stride: columns, data: this.#arena.floats(rows * columns) }
  }

  scratch(rows: number, columns: number): Matrix {
    return { rows, columns, stride: columns, data: this.#arena.scratch(rows * columns) }
  }

  integers(length: number): Uint32Array {
    return this.#arena.integers(length)
  }

  bytes(length: number): Uint8Array {
    return this.#arena.bytes(length)
  }

  bags(rows: number, entries: number): Bags {
    return {
      rows,
      offsets: this.integers(rows + 1),
      indices: this.integers(entries),
      weights: this.#arena.floats(entries),
    }
  }

  scope<T>(work: () => T): T {
    return this.#arena.scope(work)
  }

  product(form: ProductForm, a: Matrix, b: Matrix, out: Matrix, options: { add?: boolean } = {}): void {
    const { m, n, k } = productShape(form, a, b, out)
    const across = Math.ceil(n / this.#code('BLOCK_COLUMNS'))
    const down = Math.max(
      Math.ceil(m / MOST_ROWS),
      Math.min(Math.ceil(m / LEAST_ROWS), Math.ceil((2 * this.#count) / across)),
    )
    const blockRows = 4 * Math.ceil(m / down / 4)
    const shape = [...this.#arena.place(a), ...this.#arena.place(b), ...this.#arena.place(out), m, n, k, blockRows]
    const blocks = m === 0 ? 0 : Math.ceil(m / blockRows) * across
    this.#run('PRODUCT', blocks, [FORMS[form], ...shape, options.add ? 1 : 0])
  }

  gather(table: Matrix, bags: Bags, out: Matrix): void {
    requireShape('gather', out.rows, table.columns, out)
    this.#requireBags('gather', bags, out.rows, table.rows)
    const entries = bags.offsets[bags.rows]!
    const blockRows = rowsOfBlock(((entries + out.rows) / Math.max(1, out.rows)) * table.columns, 4 * BLOCK_ELEMENTS)
    const { offsets, indices, weights } = bags
    const lists = [this.#arena.address(offsets), this.#arena.address(indices), this.#arena.address(weights)]
    this.#run('GATHER', Math.ceil(out.rows / blockRows), [
      ...this.#arena.place(table),
      ...lists,
      ...this.#arena.place(out),
      out.rows,
      out.columns,
      blockRows,
    ])
  }

  transpose(bags: Bags, tableRows: number): TouchedRows {
    this.#requireBags('transpose', bags, bags.rows, tableRows)
    const entries = bags.offsets[bags.rows]!
    const touched = this.integers(Math.min(entries, tableRows))
    const transposed = this.bags(touched.length, entries)
    const count = this.scope(() =>
      this.#threads.kernels.transpose(
        this.#arena.address(bags.offsets),
        this.#arena.address(bags.indices),
        this.#arena.address(bags.weights),
        bags.rows,
        this.#arena.address(this.integers(tableRows)),
        tableRows,
        this.#arena.address(touched),
        this.#arena.address(transposed.offsets),
        this.#arena.address(transposed.indices),
        this.#arena.address(transposed.weights),
      ),
    )
    return { rows: touched.subarray(0, count), bags: { ...transposed, rows: count } }
  }

  addBias(x: Matrix, bias: Matrix, out: Matrix): void {
    requireShape('addBias', x.rows, x.columns, out)
    requireShape('addBias', 1, x.columns, bias)
    this.#runRows('ADD_BIAS', x, [...this.#arena.place(x), this.#arena.address(bias.data), ...this.#arena.place(out)])
  }

  gelu(x: Matrix, bias: Matrix, out: Matrix, dropout?: Dropout): void {
    requireShape('gelu', x.rows, x.columns, out)
    requireShape('gelu', 1, x.columns, bias)
    const places = [...this.#arena.place(x), this.#arena.address(bias.data), ...this.#arena.place(out)]
    this.#runRows('GELU', x, places, ...keyArguments(dropout))
  }

  geluGradient(x: Matrix, bias: Matrix, dOut: Matrix, dX: Matrix, dropout?: Dropout): void {
    requireShape('geluGradient', x.rows, x.columns, dOut, dX)
    requireShape('geluGradient', 1, x.columns, bias)
    const places = [
      ...this.#arena.place(x),
      this.#arena.address(bias.data),
      ...this.#arena.place(dOut),
      ...this.#arena.place(dX),
    ]
    this.#runRows('GELU_GRADIENT', x, places, ...keyArguments(dropout))
  }

  dropout(x: Matrix, out: Matrix, dropout: Dropout): void {
    requireShape('dropout', x.rows, x.columns, out)
    this.#runRows('DROPOUT', x, [...this.#arena.place(x), ...this.#arena.place(out)], ...keyArguments(dropout))
  }

  normalise(x: Matrix, inverseNorms: Matrix, out: Matrix, scale: RowScale = {}): void {
    requireRowScale('normalise', x, inverseNorms, scale)
    requireShape('normalise', x.rows, x.columns, out)
    const places = [...this.#arena.place(x), ...this.#arena.place(inverseNorms), ...this.#arena.place(out)]
    this.#runRows('NORMALISE', x, places, [...this.#arena.place(scale.mask), this.#arena.place(scale.gate)[0]])
  }

  normaliseGradient(
    x: Matrix,
    inverseNorms: Matrix,
    dOut: Matrix,
    dX: Matrix,
    scale: RowScale & { gateGradient?: Matrix } = {},
  ): void {
    requireRowScale('normaliseGradient', x, inverseNorms, scale)
    requireShape('normaliseGradient', x.rows, x.columns, dOut, dX)
    requireShape('normaliseGradient', 1, 1, scale.gateGradient)
    this.scope(() => {
      const alongs = this.#arena.scratch(x.rows)
      const places = [
        ...this.#arena.place(x),
        ...this.#arena.place(inverseNorms),
        ...this.#arena.place(dOut),
        ...this.#arena.place(dX),
      ]
      const scales = [...this.#arena.place(scale.mask), this.#arena.place(scale.gate)[0], this.#arena.address(alongs)]
      this.#runRows('NORMALISE_GRADIENT', x, places, scales)
      if (scale.gateGradient) scale.gateGradient.data[0]! += alongs.reduce((total, along) => total + along, 0)
    })
  }

  crossEntropy(logits: Matrix, targets: Bags, losses: Matrix, options: CrossEntropyOptions): void {
    const { rows, columns } = logits
    this.#requireBags('crossEntropy', targets, rows, columns)
    requireShape('crossEntropy', rows, 1, losses)
    requireShape('crossEntropy', 1, columns, options.offsets)
    requireMask('crossEntropy', options.excluded, rows * columns)
    this.scope(() => {
      const { offsets, indices, weights } = targets
      const saved = this.#arena.scratch(2 * targets.offsets[rows]!)
      const lists = [offsets, indices, weights, saved].map((list) => this.#arena.address(list))
      const excluded = options.excluded ? this.#arena.address(options.excluded) : 0
      this.#runRows(
        'CROSS_ENTROPY',
        logits,
        [...this.#arena.place(logits), ...lists, ...this.#arena.place(losses)],
        [this.#arena.place(options.offsets)[0], excluded],
        [options.scale],
      )
    })
  }

  matchingLoss(logits: Matrix, losses: Matrix, { scale, weight }: { scale: number; weight: number }): void {
    const n = logits.rows
    requireShape('matchingLoss', n, n, logits)
    requireShape('matchingLoss', n, 1, losses)
    this.scope(() => {
      const ofRows = this.#arena.address(this.#arena.scratch(n))
      const ofColumns = this.#arena.address(this.#arena.scratch(n))
      const blockRows = rowsOfBlock(n)
      const blocks = Math.ceil(n / blockRows)
      const common = [...this.#arena.place(logits), n, blockRows]
      this.#run('ROW_TOTALS', blocks, [...common, ofRows], [scale])
      this.#run('COLUMN_TOTALS', Math.ceil(n / this.#code('STRIP')), [...common, ofColumns], [scale])
      this.#run('MATCHING_LOSS', blocks, [...common, ofRows, ofColumns, ...this.#arena.place(losses)], [scale, weight])
    })
  }

  adamw(
    parameter: Matrix,
    gradient: Matrix,
    { first, second }: Moments,
    { rate, beta1, beta2, epsilon, decay, step }: AdamwSettings,
    touched?: { rows: Uint32Array; others: 'keep' | 'decay' },
  ): void {
    const { rows, columns } = parameter
    requireShape('adamw', rows, columns, first, second)
    requireShape('adamw', touched ? touched.rows.length : rows, columns, gradient)
    if (touched) requireRows('adamw', touched.rows, rows)
    this.scope(() => {
      const all = touched?.others === 'decay'
      const list = touched && !all ? this.#arena.address(touched.rows) : 0
      const places = touched && all ? this.#arena.address(this.#placesOf(touched.rows, rows)) : 0
      const zeros = all ? this.#arena.address(this.#arena.floats(columns)) : 0
      const updated = touched && !all ? touched.rows.length : rows
      const blockRows = rowsOfBlock(columns)
      this.#run(
        'ADAMW',
        Math.ceil(updated / blockRows),
        [
          ...this.#arena.place(parameter),
          ...this.#arena.place(first),
          ...this.#arena.place(second),
          ...this.#arena.place(gradient),
          updated,
          columns,
          blockRows,
          list,
          places,
          zeros,
        ],
        [
          1 - rate * decay,
          rate / (1 - beta1 ** step),
          beta1,
          1 - beta1,
          beta2,
          1 - beta2,
          1 / Math.sqrt(1 - beta2 ** step),
          epsilon,
        ],
      )
    })
  }

  adagrad(
    table: Matrix,
    gradient: Matrix,
    accumulators: Matrix,
    rows: Uint32Array,
    { rate, epsilon }: { rate: number; epsilon: number },
  ): void {
    requireShape('adagrad', rows.length, table.columns, gradient)
    requireShape('adagrad', table.rows, 1, accumulators)
    requireRows('adagrad', rows, table.rows)
    const blockRows = rowsOfBlock(table.columns)
    this.#run(
      'ADAGRAD',
      Math.ceil(rows.length / blockRows),
      [
        ...this.#arena.place(table),
        ...this.#arena.place(gradient),
        ...this.#arena.place(accumulators),
        rows.length,
        table.columns,
        blockRows,
        this.#arena.address(rows),
      ],
      [rate, epsilon],
    )
  }

  columnSums(x: Matrix, out: Matrix, options: { add?: boolean } = {}): void {
    requireShape('columnSums', 1, x.columns, out)
    const blockColumns = 4 * Math.ceil(Math.max(1, BLOCK_ELEMENTS / Math.max(1, x.rows)) / 4)
    const shape = [x.rows, x.columns, blockColumns, options.add ? 1 : 0]
    this.#run('COLUMN_SUMS', Math.ceil(x.columns / blockColumns), [
      ...this.#arena.place(x),
      this.#arena.address(out.data),
      ...shape,
    ])
  }

  axpy(alpha: number, x: Matrix, y: Matrix): void {
    requireShape('axpy', x.rows, x.columns, y)
    this.#runRows('AXPY', x, [...this.#arena.place(x), ...this.#arena.place(y)], [], [alpha])
  }

  scale(alpha: number, x: Matrix): void {
    this.#runRows('SCALE', x, this.#arena.place(x), [], [alpha])
  }

  multiply(a: Matrix, b: Matrix, out: Matrix): void {
    requireShape('multiply', a.rows, a.columns, b, out)
    this.#runRows('MULTIPLY', a, [...this.#arena.place(a), ...this.#arena.place(b), ...this.#arena.place(out)])
  }

  squaredNorm(x: Matrix): number {
    return this.scope(() => {
      const blocks = Math.ceil(x.rows / rowsOfBlock(x.columns))
      const partial = this.#arena.doubles(blocks)
      this.#runRows('SQUARED_NORM', x, this.#arena.place(x), [this.#arena.address(partial)])
      return partial.reduce((total, part) => total + part, 0)
    })
  }

  close(): void {
    this.#threads.close()
  }

  /** A row-wise operation over all rows of x; its arguments are `places`, rows, columns, rows of a block, then the rest. */
  #runRows(
    name: Uppercase<string>,
    x: Matrix,
    places: readonly number[],
    integers: readonly number[] = [],
    floats: readonly number[] = [],
  ): void {
    const blockRows = rowsOfBlock(x.columns)
    const shape = [x.rows, x.columns, blockRows]
    this.#run(name, Math.ceil(x.rows / blockRows), [...places, ...shape, ...integers], floats)
  }

  #run(name: Uppercase<string>, blocks: number, integers: readonly number[], floats: readonly number[] = []): void {
    if (blocks > 0) this.#threads.run(this.#code(name), blocks, integers, floats)
  }

  /** Of each of `count` rows, 1 + its place among `rows`, or 0. */
  #placesOf(rows: Uint32Array, count: number): Uint32Array {
    const places = this.integers(count)
    for (let t = 0; t < rows.length; t++) places[rows[t]!] = t + 1
    return places
  }

  #requireBags(operation: string, bags: Bags, rows: number, columns: number): void {
    const offsets = this.#arena.address(bags.offsets)
    const indices = this.#arena.address(bags.indices)
    const fit = this.#threads.kernels.bagsFit(offsets, indices, bags.rows, bags.indices.length, columns)
    if (!fit || bags.rows !== rows) requireBags(operation, bags, rows, columns)
  }
}

function keyArguments(dropout: Dropout | undefined): [integers: readonly number[], floats: readonly number[]] {
  if (!dropout) return [[0, 0, 0], [1]]
  const key = dropoutKey(dropout)
  return [[key.key0, key.key1, key.threshold], [key.scale]]
}

/** How many rows one block has: a function of the shape alone. */
function rowsOfBlock(columns: number, elements = BLOCK_ELEMENTS): number {
  return Math.max(1, Math.floor(elements / Math.max(1, columns)))
}
