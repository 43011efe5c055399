import type {
  AdamwSettings,
  Bags,
  CrossEntropyOptions,
  Dropout,
  Engine,
  Matrix,
  Moments,
  Precision,
  ProductForm,
  RowScale,
  TouchedRows,
} from '../engine.ts'
import { dropoutKey, hash } from './random.ts'
import { productShape, requireBags, requireMask, requireRowScale, requireRows, requireShape } from './shapes.ts'

/**
 * The engine in plain loops: slow, short, and right. Results are stored in the given precision and computed in float64.
 * In float64 it checks gradients by central differences; in float32 it is what the kernels are tested against.
 */
export function createReferenceEngine(options: { readonly precision: Precision }): Engine {
  return new ReferenceEngine(options.precision)
}

class ReferenceEngine implements Engine {
  readonly precision: Precision

  constructor(precision: Precision) {
    this.precision = precision
  }

  matrix(rows: number, columns: number): Matrix {
    return { rows, columns, stride: columns, data: this.#floats(rows * columns) }
  }

  scratch(rows: number, columns: number): Matrix {
    const matrix = this.matrix(rows, columns)
    matrix.data.fill(Number.NaN)
    return matrix
  }

  integers(length: number): Uint32Array {
    return new Uint32Array(length)
  }

  bytes(length: number): Uint8Array {
    return new Uint8Array(length)
  }

  bags(rows: number, entries: number): Bags {
    return {
      rows,
      offsets: new Uint32Array(rows + 1),
      indices: new Uint32Array(entries),
      weights: this.#floats(entries),
    }
  }

  scope<T>(work: () => T): T {
    return work()
  }

  product(form: ProductForm, a: Matrix, b: Matrix, out: Matrix, options: { add?: boolean } = {}): void {
    const { m, n, k } = productShape(form, a, b, out)
    const [aRow, aColumn] = form === 'tn' ? [1, a.stride] : [a.stride, 1]
    const [bRow, bColumn] = form === 'nt' ? [1, b.stride] : [b.stride, 1]
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0
        for (let l = 0; l < k; l++) sum += a.data[i * aRow + l * aColumn]! * b.data[l * bRow + j * bColumn]!
        const place = i * out.stride + j
        out.data[place] = options.add ? out.data[place]! + sum : sum
      }
    }
  }

  gather(table: Matrix, bags: Bags, out: Matrix): void {
    requireBags('gather', bags, out.rows, table.rows)
    requireShape('gather', out.rows, table.columns, out)
    for (let r = 0; r < out.rows; r++) {
      for (let c = 0; c < out.columns; c++) {
        let sum = 0
        for (let e = bags.offsets[r]!; e < bags.offsets[r + 1]!; e++) {
          sum += bags.weights[e]! * table.data[bags.indices[e]! * table.stride + c]!
        }
        out.data[r * out.stride + c] = sum
      }
    }
  }

  transpose(bags: Bags, tableRows: number): TouchedRows {
    requireBags('transpose', bags, bags.rows, tableRows)
    const entries: { row: number; source: number; weight: number }[] = []
    for (let r = 0; r < bags.rows; r++) {
      for (let e = bags.offsets[r]!; e < bags.offsets[r + 1]!; e++) {
        entries.push({ row: bags.indices[e]!, source: r, weight: bags.weights[e]! })
      }
    }
    entries.sort((x, y) => x.row - y.row)
    const rows = Uint32Array.from(new Set(entries.map((entry) => entry.row)))
    const transposed = this.bags(rows.length, entries.length)
    let touched = -1
    entries.forEach((entry, e) => {
      if (e === 0 || entry.row !== entries[e - 1]!.row) touched++
      transposed.offsets[touched + 1] = e + 1
      transposed.indices[e] = entry.source
      transposed.weights[e] = entry.weight
    })
    return { rows, bags: transposed }
  }

  addBias(x: Matrix, bias: Matrix, out: Matrix): void {
    requireShape('addBias', x.rows, x.columns, out)
    requireShape('addBias', 1, x.columns, bias)
    each(out, (r, c) => at(x, r, c) + at(bias, 0, c))
  }

  gelu(x: Matrix, bias: Matrix, out: Matrix, dropout?: Dropout): void {
    requireShape('gelu', x.rows, x.columns, out)
    requireShape('gelu', 1, x.columns, bias)
    const keep = keeper(dropout, x.columns)
    each(out, (r, c) => {
      const u = at(x, r, c) + at(bias, 0, c)
      return ((u * (1 + Math.tanh(geluArgument(u)))) / 2) * keep(r, c)
    })
  }

  geluGradient(x: Matrix, bias: Matrix, dOut: Matrix, dX: Matrix, dropout?: Dropout): void {
    requireShape('geluGradient', x.rows, x.columns, dOut, dX)
    requireShape('geluGradient', 1, x.columns, bias)
    const keep = keeper(dropout, x.columns)
    each(dX, (r, c) => {
      const u = at(x, r, c) + at(bias, 0, c)
      const t = Math.tanh(geluArgument(u))
      const slope = (1 + t) / 2 + (u / 2) * (1 - t * t) * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * u * u)
      return at(dOut, r, c) * keep(r, c) * slope
    })
  }

  dropout(x: Matrix, out: Matrix, dropout: Dropout): void {
    requireShape('dropout', x.rows, x.columns, out)
    const keep = keeper(dropout, x.columns)
    each(out, (r, c) => at(x, r, c) * keep(r, c))
  }

  normalise(x: Matrix, inverseNorms: Matrix, out: Matrix, scale: RowScale = {}): void {
    requireRowScale('normalise', x, inverseNorms, scale)
    requireShape('normalise', x.rows, x.columns, out)
    for (let r = 0; r < x.rows; r++) {
      const norm = Math.sqrt(dot(x, x, r))
      const inverse = norm < 1e-12 ? 0 : 1 / norm
      inverseNorms.data[r * inverseNorms.stride] = inverse
      const factor = factorOf(scale, r) * inverse
      for (let c = 0; c < x.columns; c++) out.data[r * out.stride + c] = at(x, r, c) * factor
    }
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
    let gateGradient = 0
    for (let r = 0; r < x.rows; r++) {
      const inverse = at(inverseNorms, r, 0)
      const along = inverse * dot(x, dOut, r)
      const factor = factorOf(scale, r) * inverse
      gateGradient += (scale.mask ? at(scale.mask, r, 0) : 1) * along
      for (let c = 0; c < x.columns; c++) {
        dX.data[r * dX.stride + c] = factor * (at(dOut, r, c) - at(x, r, c) * inverse * along)
      }
    }
    if (scale.gateGradient) scale.gateGradient.data[0]! += gateGradient
  }

  crossEntropy(logits: Matrix, targets: Bags, losses: Matrix, options: CrossEntropyOptions): void {
    const { rows, columns } = logits
    requireBags('crossEntropy', targets, rows, columns)
    requireShape('crossEntropy', rows, 1, losses)
    requireShape('crossEntropy', 1, columns, options.offsets)
    requireMask('crossEntropy', options.excluded, rows * columns)
    for (let r = 0; r < rows; r++) {
      const scores = Array.from({ length: columns }, (_, c) => {
        return options.scale * at(logits, r, c) + (options.offsets ? at(options.offsets, 0, c) : 0)
      })
      const own = targets.indices.subarray(targets.offsets[r]!, targets.offsets[r + 1]!)
      const isTarget = new Set(own)
      const negatives = scores.map((_, c) => options.excluded?.[r * columns + c] !== 1 && !isTarget.has(c))
      const highest = scores.reduce(
        (high, s, c) => (negatives[c] || isTarget.has(c) ? Math.max(high, s) : high),
        -Infinity,
      )
      const exponentials = scores.map((s) => Math.exp(s - highest))
      const negativeSum = exponentials.reduce((sum, e, c) => (negatives[c] ? sum + e : sum), 0)

      const gradient = new Float64Array(columns)
      let loss = 0
      let negativeFactor = 0
      own.forEach((t, i) => {
        const weight = targets.weights[targets.offsets[r]! + i]!
        const total = exponentials[t]! + negativeSum
        loss += weight * (Math.log(total) + highest - scores[t]!)
        gradient[t]! += weight * (exponentials[t]! / total - 1)
        negativeFactor += weight / total
      })
      losses.data[r * losses.stride] = loss
      for (let c = 0; c < columns; c++) {
        if (negatives[c]) gradient[c] = exponentials[c]! * negativeFactor
        logits.data[r * logits.stride + c] = own.length > 0 ? options.scale * gradient[c]! : 0
      }
    }
  }

  matchingLoss(logits: Matrix, losses: Matrix, { scale, weight }: { scale: number; weight: number }): void {
    const n = logits.rows
    requireShape('matchingLoss', n, n, logits)
    requireShape('matchingLoss', n, 1, losses)
    const scores = Array.from({ length: n }, (_, r) => Array.from({ length: n }, (_, c) => scale * at(logits, r, c)))
    const ofRows = scores.map(logSumExp)
    const ofColumns = scores.map((_, c) => logSumExp(scores.map((row) => row[c]!)))
    for (let r = 0; r < n; r++) {
      losses.data[r * losses.stride] = (weight / 2) * (ofRows[r]! + ofColumns[r]! - 2 * scores[r]![r]!)
      for (let c = 0; c < n; c++) {
        const both = Math.exp(scores[r]![c]! - ofRows[r]!) + Math.exp(scores[r]![c]! - ofColumns[c]!)
        logits.data[r * logits.stride + c] = ((scale * weight) / 2) * (both - (r === c ? 2 : 0))
      }
    }
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
    const places = touched && new Map([...touched.rows].map((row, place) => [row, place]))
    for (let r = 0; r < rows; r++) {
      const place = places ? places.get(r) : r
      if (place === undefined && touched?.others === 'keep') continue
      for (let c = 0; c < columns; c++) {
        const g = place === undefined ? 0 : at(gradient, place, c)
        const m = beta1 * at(first, r, c) + (1 - beta1) * g
        const v = beta2 * at(second, r, c) + (1 - beta2) * g * g
        const p = at(parameter, r, c) * (1 - rate * decay)
        first.data[r * first.stride + c] = m
        second.data[r * second.stride + c] = v
        const denominator = Math.sqrt(v) / Math.sqrt(1 - beta2 ** step) + epsilon
        parameter.data[r * parameter.stride + c] = p - (rate / (1 - beta1 ** step)) * (m / denominator)
      }
    }
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
    rows.forEach((row, t) => {
      const sum = at(accumulators, row, 0) + dot(gradient, gradient, t) / table.columns
      accumulators.data[row * accumulators.stride] = sum
      const factor = rate / (Math.sqrt(sum) + epsilon)
      for (let c = 0; c < table.columns; c++) table.data[row * table.stride + c]! -= factor * at(gradient, t, c)
    })
  }

  columnSums(x: Matrix, out: Matrix, options: { add?: boolean } = {}): void {
    requireShape('columnSums', 1, x.columns, out)
    for (let c = 0; c < x.columns; c++) {
      let sum = options.add ? out.data[c]! : 0
      for (let r = 0; r < x.rows; r++) sum += at(x, r, c)
      out.data[c] = sum
    }
  }

  axpy(alpha: number, x: Matrix, y: Matrix): void {
    requireShape('axpy', x.rows, x.columns, y)
    each(y, (r, c) => at(y, r, c) + alpha * at(x, r, c))
  }

  scale(alpha: number, x: Matrix): void {
    each(x, (r, c) => alpha * at(x, r, c))
  }

  multiply(a: Matrix, b: Matrix, out: Matrix): void {
    requireShape('multiply', a.rows, a.columns, b, out)
    each(out, (r, c) => at(a, r, c) * at(b, r, c))
  }

  squaredNorm(x: Matrix): number {
    let sum = 0
    for (let r = 0; r < x.rows; r++) sum += dot(x, x, r)
    return sum
  }

  close(): void {
    // Nothing outlives a reference engine.
  }

  #floats(length: number): Float32Array | Float64Array {
    return this.precision === 'float64' ? new Float64Array(length) : new Float32Array(length)
  }
}

function at(x: Matrix, r: number, c: number): number {
  return x.data[r * x.stride + c]!
}

function each(out: Matrix, value: (r: number, c: number) => number): void {
  for (let r = 0; r < out.rows; r++) {
    for (let c = 0; c < out.columns; c++) out.data[r * out.stride + c] = value(r, c)
  }
}

/** x[r,:] · y[r,:]. */
function dot(x: Matrix, y: Matrix, r: number): number {
  let sum = 0
  for (let c = 0; c < x.columns; c++) sum += at(x, r, c) * at(y, r, c)
  return sum
}

function geluArgument(u: number): number {
  return Math.sqrt(2 / Math.PI) * (u + 0.044715 * u * u * u)
}

function keeper(dropout: Dropout | undefined, columns: number): (r: number, c: number) => number {
  if (!dropout) return () => 1
  const key = dropoutKey(dropout)
  return (r, c) => (hash(r * columns + c, key) >= key.threshold ? key.scale : 0)
}

function factorOf(scale: RowScale, r: number): number {
  return (scale.gate ? at(scale.gate, 0, 0) : 1) * (scale.mask ? at(scale.mask, r, 0) : 1)
}

function logSumExp(scores: readonly number[]): number {
  const highest = scores.reduce((high, s) => Math.max(high, s), -Infinity)
  return highest + Math.log(scores.reduce((sum, s) => sum + Math.exp(s - highest), 0))
}
