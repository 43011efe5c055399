/**
 * The operations that a training step of the two towers is made of, on matrices in memory that the engine owns. Two
 * engines implement them: `engine/reference.ts` in plain TypeScript (float32 or float64, for checking gradients) and
 * `engine/wasm.ts` on SIMD kernels and threads. Every call is synchronous and returns when the result is in memory.
 *
 * Contract of every operation
 * - The order of summation is fixed by the shapes alone, so results are the same bits for any number of threads and on
 *   any machine. Row r of a result depends on row r of its row-wise inputs only, never on how many rows there are
 *   (`product` in forms `nn` and `nt`, `gather`, `gelu`, `normalise`): one listener and a batch get the same bits.
 * - NaN and infinity pass through to the results they belong to; nothing throws on them. Check the loss.
 * - A shape that does not fit throws a RangeError: a defect of the caller.
 * - In and out may be the same matrix where the operation says "in place"; otherwise they must not overlap.
 */
export interface Engine {
  readonly precision: Precision

  /** A matrix of zeros [rows, columns]. Lives until the end of the innermost open {@link scope}, or of the engine. */
  matrix(rows: number, columns: number): Matrix
  /**
   * A matrix of unknown values, cheaper than zeros, for a result that an operation writes whole; same lifetime as
   * {@link matrix}. In the reference engine all are NaN, so that reading one before it is written shows.
   */
  scratch(rows: number, columns: number): Matrix
  /** Unsigned integers, all zero; same lifetime as {@link matrix}. */
  integers(length: number): Uint32Array
  /** Bytes, all zero; same lifetime as {@link matrix}. */
  bytes(length: number): Uint8Array
  /** Room for `rows` bags with at most `entries` entries in all, to be filled in place; same lifetime as {@link matrix}. */
  bags(rows: number, entries: number): Bags
  /**
   * Runs `work` and then frees everything allocated in it. Parameters and optimiser states are allocated outside any
   * scope; one training step is one scope. Scopes nest.
   */
  scope<T>(work: () => T): T

  /**
   * out[m,n] (+)= op(a) · op(b):  `nn` a[m,k]·b[k,n],  `nt` a[m,k]·b[n,k]ᵀ,  `tn` a[k,m]ᵀ·b[k,n].
   * With `add` the product is added to what `out` holds. Sums run over ascending k.
   */
  product(form: ProductForm, a: Matrix, b: Matrix, out: Matrix, options?: { readonly add?: boolean }): void

  /**
   * out[r,:] = Σ_{e in bag r} weights[e] · table[indices[e],:]; an empty bag gives zeros. A mean is the sum with weights
   * 1/n. table [bags.columns, d], out [bags.rows, d].
   */
  gather(table: Matrix, bags: Bags, out: Matrix): void
  /**
   * Turns bags over table rows into bags over bag rows, for the gradient of {@link gather} with respect to the table:
   * `const t = transpose(bags, table.rows); gather(dOut, t.bags, gradient[t.rows.length, d])` is the gradient of the
   * touched rows `t.rows` (ascending), and all other rows have none. Allocates in the current scope.
   */
  transpose(bags: Bags, tableRows: number): TouchedRows

  /** out[r,c] = x[r,c] + bias[0,c]; in place. bias [1,n]. */
  addBias(x: Matrix, bias: Matrix, out: Matrix): void
  /**
   * out = dropout(GELU(x + bias)), GELU(u) = u/2 · (1 + tanh(√(2/π)(u + 0.044715 u³))) (Hendrycks & Gimpel 2016).
   * x, out [m,n], bias [1,n]. Not in place: the gradient needs x.
   */
  gelu(x: Matrix, bias: Matrix, out: Matrix, dropout?: Dropout): void
  /** dX = dropout(dOut) · GELU'(x + bias), in place in dOut. The gradient of the bias is `columnSums(dX, …)`. */
  geluGradient(x: Matrix, bias: Matrix, dOut: Matrix, dX: Matrix, dropout?: Dropout): void
  /**
   * out = x · keep/(1-rate), keep drawn per element; in place. Linear, so its gradient is the same call on the
   * gradient with the same `dropout`.
   */
  dropout(x: Matrix, out: Matrix, dropout: Dropout): void

  /**
   * out[r,:] = gate · mask[r] · x[r,:] / |x[r,:]|, and a row with |x[r,:]| < 1e-12 gives zeros. Gate and mask are 1 when
   * not given. `inverseNorms` [m,1] receives 1/|x[r,:]| (0 for such a row) for the gradient. x, out [m,n]; in place
   * only where no gradient is wanted.
   */
  normalise(x: Matrix, inverseNorms: Matrix, out: Matrix, scale?: RowScale): void
  /**
   * With u = x[r,:]/|x[r,:]| and g = dOut[r,:]:  dX[r,:] = gate · mask[r] · (g - u (u·g)) / |x[r,:]|, in place in dOut, and
   * gateGradient[0,0] += Σ_r mask[r] (u·g).
   */
  normaliseGradient(
    x: Matrix,
    inverseNorms: Matrix,
    dOut: Matrix,
    dX: Matrix,
    scale?: RowScale & { readonly gateGradient?: Matrix },
  ): void

  /**
   * Sampled softmax cross-entropy, `logits` [m,n] replaced by its gradient. With s_rc = scale · logits[r,c] + offsets[c],
   * and N(r) = the columns that are neither excluded for row r nor one of its targets, each target t of row r, of
   * weight w_t, adds
   *   loss_t = w_t · (log(exp s_rt + Σ_{c ∈ N(r)} exp s_rc) - s_rt)
   * to `losses`[r,0]. So several targets of a row never compete with each other; with one target and nothing excluded
   * this is plain cross-entropy. Rows without targets get loss 0 and gradient 0.
   * Offsets of -log q make it logQ-corrected (Yi et al., RecSys 2019).
   */
  crossEntropy(logits: Matrix, targets: Bags, losses: Matrix, options: CrossEntropyOptions): void
  /**
   * Symmetric contrastive loss of matching pairs (CLIP, Radford et al. 2021); `logits` [n,n] is replaced by its gradient. With
   * s = scale · logits:  losses[r,0] = weight/2 · (log Σ_c exp s_rc + log Σ_c exp s_cr - 2 s_rr).
   */
  matchingLoss(logits: Matrix, losses: Matrix, options: { readonly scale: number; readonly weight: number }): void

  /**
   * AdamW (Loshchilov & Hutter 2019) in place in the parameter [m,n] and its moments [m,n] each, which start at zero:
   *   p -= rate·decay·p;  m = β₁m + (1-β₁)g;  v = β₂v + (1-β₂)g²;
   *   p -= rate/(1-β₁ᵗ) · m / (√v/√(1-β₂ᵗ) + ε)
   * Without `touched`, gradient is [m,n]. With it, gradient is compact [touched.rows.length, n], and the other rows of
   * the table either keep still (`others: 'keep'`, lazy AdamW) or take a step with g = 0 (`others: 'decay'`, the exact one).
   */
  adamw(
    parameter: Matrix,
    gradient: Matrix,
    moments: Moments,
    settings: AdamwSettings,
    touched?: { readonly rows: Uint32Array; readonly others: 'keep' | 'decay' },
  ): void
  /**
   * Row-wise Adagrad (Duchi et al. 2011; one accumulator a row as in Mudigere et al. 2022), on the touched rows t:
   *   a[t] += mean_c g[t,c]²;  p[t,:] -= rate · g[t,:] / (√a[t] + ε).
   * gradient [rows.length, n] is compact, accumulators [m,1] start at zero.
   */
  adagrad(
    table: Matrix,
    gradient: Matrix,
    accumulators: Matrix,
    rows: Uint32Array,
    settings: { readonly rate: number; readonly epsilon: number },
  ): void

  /** out[0,c] (+)= Σ_r x[r,c]. x [m,n], out [1,n]. */
  columnSums(x: Matrix, out: Matrix, options?: { readonly add?: boolean }): void
  /** y += alpha · x. Same shape. */
  axpy(alpha: number, x: Matrix, y: Matrix): void
  /** x = alpha · x, in place. */
  scale(alpha: number, x: Matrix): void
  /** out = a ∘ b, element by element; in place in either. */
  multiply(a: Matrix, b: Matrix, out: Matrix): void
  /** Σ x[r,c]², summed in float64; for clipping gradients. */
  squaredNorm(x: Matrix): number

  /** Ends the engine's threads; its matrices must not be used afterwards. Closing twice is fine. */
  close(): void
}

export type Precision = 'float32' | 'float64'
export type ProductForm = 'nn' | 'nt' | 'tn'

/**
 * A dense row-major matrix, or a block of one: element [r,c] is `data[r * stride + c]`. `data` is the engine's own
 * memory, so writing to it is how values come in and reading it how they come out.
 */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  /** Elements from one row to the next, >= columns. */
  readonly stride: number
  readonly data: Float32Array | Float64Array
}

/** Weighted bags in compressed sparse rows: bag r holds the entries from `offsets[r]` to `offsets[r + 1]`. */
export interface Bags {
  readonly rows: number
  /** [rows + 1], ascending from 0. */
  readonly offsets: Uint32Array
  /** Of each entry: a row of the table, or a column. An index may repeat within a bag. */
  readonly indices: Uint32Array
  readonly weights: Float32Array | Float64Array
}

/** The table rows that a batch touched, and for each its bag of batch rows. */
export interface TouchedRows {
  /** Ascending, distinct. */
  readonly rows: Uint32Array
  /** rows.length bags over the rows of the original bags. */
  readonly bags: Bags
}

/**
 * Which elements a dropout keeps: a function of these numbers and of the element's place (r · columns + c) alone, by a
 * counter-based generator. 0 <= rate < 1; the others are integers, taken modulo 2^32.
 */
export interface Dropout {
  readonly rate: number
  readonly seed: number
  readonly step: number
  /** Tells apart the dropouts of one step. */
  readonly stream: number
}

/** gate [1,1], mask [m,1]. */
export interface RowScale {
  readonly gate?: Matrix
  readonly mask?: Matrix
}

export interface CrossEntropyOptions {
  /** 1 / temperature. */
  readonly scale: number
  /** [1,n], added to the scaled logits. */
  readonly offsets?: Matrix
  /** [m * n], 1 where column c is no negative of row r. */
  readonly excluded?: Uint8Array
}

/** Running means of the gradient and of its square. */
export interface Moments {
  readonly first: Matrix
  readonly second: Matrix
}

export interface AdamwSettings {
  readonly rate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly decay: number
  /** t of the bias corrections: 1 at the first update. */
  readonly step: number
}

/** Columns `from` to `from + count` of a matrix, as a view on the same memory: how views are concatenated without copying. */
export function columnBlock(matrix: Matrix, from: number, count: number): Matrix {
  if (from < 0 || count < 0 || from + count > matrix.columns) {
    throw new RangeError(`columns ${from} to ${from + count} of a matrix with ${matrix.columns}`)
  }
  return { rows: matrix.rows, columns: count, stride: matrix.stride, data: matrix.data.subarray(from) }
}

/** Rows `from` to `from + count` of a matrix, as a view on the same memory. */
export function rowBlock(matrix: Matrix, from: number, count: number): Matrix {
  if (from < 0 || count < 0 || from + count > matrix.rows) {
    throw new RangeError(`rows ${from} to ${from + count} of a matrix with ${matrix.rows}`)
  }
  return {
    rows: count,
    columns: matrix.columns,
    stride: matrix.stride,
    data: matrix.data.subarray(from * matrix.stride),
  }
}
