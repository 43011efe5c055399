import { argument } from './threads'
import { exp, log } from './exp'
import { read, sum, write } from './lanes'

/**
 * Sampled softmax cross-entropy of rows r of logits [m,n], replaced by its gradient. s_c = scale · logits[r,c] + offset[c];
 * excluded columns and the row's own targets get s = -infinity, so that e^s drops them from N = Σ_negatives e^s; then
 *   loss = Σ_t w_t (ln(e^{s_t} + N) - s_t),  d/ds_c = e^{s_c} Σ_t w_t / (e^{s_t} + N),  d/ds_t = w_t (e^{s_t}/(e^{s_t} + N) - 1),
 * all with the highest s taken off first. `saved` [entries] is room for the targets' s.
 */
export function crossEntropy(block: u32): void {
  const logits = argument<usize>(0)
  const logitsRow = argument<usize>(1) // bytes from row to row, as everywhere
  const offsets = argument<usize>(2)
  const targets = argument<usize>(3)
  const weights = argument<usize>(4)
  const saved = argument<usize>(5)
  const losses = argument<usize>(6)
  const lossesRow = argument<usize>(7)
  const rows = argument<u32>(8)
  const columns = argument<i32>(9)
  const blockRows = argument<u32>(10)
  const columnOffsets = argument<usize>(11) // 0: none, as for excluded
  const excluded = argument<usize>(12)
  const scale = argument<f32>(13)
  const last = min(rows, (block + 1) * blockRows)
  for (let r = <usize>(block * blockRows); r < last; r++) {
    const row = logits + r * logitsRow
    const first = <usize>load<u32>(offsets + (r << 2)) << 2
    const end = <usize>load<u32>(offsets + (r << 2), 4) << 2
    if (first == end) {
      memory.fill(row, 0, <usize>columns << 2)
      store<f32>(losses + r * lossesRow, 0)
      continue
    }

    let highest: f32 = -Infinity
    for (let e = first; e < end; e += 4) {
      const c = <usize>load<u32>(targets + e) << 2
      const s = scale * load<f32>(row + c) + (columnOffsets ? load<f32>(columnOffsets + c) : 0)
      store<f32>(saved + e, s)
      highest = max(highest, s)
    }
    scores(row, columns, scale, columnOffsets, excluded ? excluded + r * <usize>columns : 0)
    for (let e = first; e < end; e += 4) store<f32>(row + (<usize>load<u32>(targets + e) << 2), -Infinity)
    highest = max(highest, highestOf(row, columns))
    const negatives = exponentials(row, columns, highest)

    let loss: f64 = 0
    let factor: f32 = 0
    for (let e = first; e < end; e += 4) {
      const s = load<f32>(saved + e) - highest
      const weight = load<f32>(weights + e)
      const total = f32x4.extract_lane(exp(f32x4.splat(s)), 0) + negatives
      loss += <f64>weight * (log(total) - s)
      factor += weight / total
    }
    store<f32>(losses + r * lossesRow, <f32>loss)
    multiply(row, columns, scale * factor)
    for (let e = first; e < end; e += 4) {
      const likeness = f32x4.extract_lane(exp(f32x4.splat(load<f32>(saved + e) - highest)), 0)
      const gradient = load<f32>(weights + e) * (likeness / (likeness + negatives) - 1)
      const target = row + (<usize>load<u32>(targets + e) << 2)
      store<f32>(target, load<f32>(target) + scale * gradient)
    }
  }
}

/** row = scale · row + offsets, -infinity where excluded. */
function scores(row: usize, columns: i32, scale: f32, offsets: usize, excluded: usize): void {
  for (let c = 0; c < columns; c += 4) {
    const left = columns - c
    const place = <usize>c << 2
    let s = f32x4.mul(read(row + place, left), f32x4.splat(scale))
    if (offsets) s = f32x4.add(s, read(offsets + place, left))
    if (excluded) {
      const bytes = left >= 4 ? v128.load_zero<u32>(excluded + c) : lastBytes(excluded + c, left)
      const words = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes))
      s = v128.bitselect(s, f32x4.splat(-Infinity), i32x4.eq(words, i32x4.splat(0)))
    }
    write(row + place, s, left)
  }
}

function lastBytes(address: usize, left: i32): v128 {
  let bytes = <u32>load<u8>(address)
  if (left > 1) bytes |= <u32>load<u8>(address, 1) << 8
  if (left > 2) bytes |= <u32>load<u8>(address, 2) << 16
  return i32x4.replace_lane(i32x4.splat(0), 0, bytes)
}

/** The highest of a row; NaN does not count, it comes through in the sum of exponentials. */
function highestOf(row: usize, columns: i32): f32 {
  let even = f32x4.splat(-Infinity)
  let odd = f32x4.splat(-Infinity)
  let c = 0
  for (; c + 8 <= columns; c += 8) {
    even = f32x4.pmax(even, v128.load(row + (<usize>c << 2)))
    odd = f32x4.pmax(odd, v128.load(row + (<usize>c << 2), 16))
  }
  even = f32x4.pmax(even, odd)
  let highest = max(
    max(f32x4.extract_lane(even, 0), f32x4.extract_lane(even, 1)),
    max(f32x4.extract_lane(even, 2), f32x4.extract_lane(even, 3)),
  )
  for (; c < columns; c++) highest = max(highest, load<f32>(row + (<usize>c << 2)))
  return highest
}

/** row = e^(row - highest), and their sum. */
function exponentials(row: usize, columns: i32, highest: f32): f32 {
  let total = f32x4.splat(0)
  let c = 0
  for (; c + 4 <= columns; c += 4) {
    const e = exp(f32x4.sub(v128.load(row + (<usize>c << 2)), f32x4.splat(highest)))
    v128.store(row + (<usize>c << 2), e)
    total = f32x4.add(total, e)
  }
  let rest: f32 = 0
  for (; c < columns; c++) {
    const e = f32x4.extract_lane(exp(f32x4.splat(load<f32>(row + (<usize>c << 2)) - highest)), 0)
    store<f32>(row + (<usize>c << 2), e)
    rest += e
  }
  return sum(total) + rest
}

function multiply(row: usize, columns: i32, factor: f32): void {
  for (let c = 0; c < columns; c += 4) {
    const place = row + (<usize>c << 2)
    write(place, f32x4.mul(read(place, columns - c), f32x4.splat(factor)), columns - c)
  }
}

/** log-sum-exp over the columns of rows r: out[r] = ln Σ_c e^(scale · logits[r,c]). */
export function rowTotals(block: u32): void {
  const logits = argument<usize>(0)
  const logitsRow = argument<usize>(1)
  const n = argument<i32>(2)
  const blockRows = argument<u32>(3)
  const out = argument<usize>(4)
  const scale = argument<f32>(5)
  const last = min(<u32>n, (block + 1) * blockRows)
  for (let r = <usize>(block * blockRows); r < last; r++) {
    const row = logits + r * logitsRow
    const highest = highestOf(row, n) * scale
    let total = f32x4.splat(0)
    let c = 0
    for (; c + 4 <= n; c += 4) {
      const s = f32x4.mul(v128.load(row + (<usize>c << 2)), f32x4.splat(scale))
      total = f32x4.add(total, exp(f32x4.sub(s, f32x4.splat(highest))))
    }
    let rest: f32 = 0
    for (; c < n; c++) {
      rest += f32x4.extract_lane(exp(f32x4.splat(load<f32>(row + (<usize>c << 2)) * scale - highest)), 0)
    }
    store<f32>(out + (r << 2), <f32>(<f64>highest + log(sum(total) + rest)))
  }
}

/** log-sum-exp over the rows of four columns c: out[c] = ln Σ_r e^(scale · logits[r,c]). One block is 4 columns. */
export function columnTotals(block: u32): void {
  const logits = argument<usize>(0) + (<usize>block << 4)
  const logitsRow = argument<usize>(1)
  const n = argument<i32>(2)
  const out = argument<usize>(4) + (<usize>block << 4)
  const scale = f32x4.splat(argument<f32>(5))
  const left = n - <i32>(block << 2)
  let high = f32x4.splat(-Infinity)
  for (let r = 0; r < n; r++) high = f32x4.pmax(high, read(logits + <usize>r * logitsRow, left))
  high = f32x4.mul(high, scale)
  let total = f32x4.splat(0)
  for (let r = 0; r < n; r++) {
    const s = f32x4.mul(read(logits + <usize>r * logitsRow, left), scale)
    total = f32x4.add(total, exp(f32x4.sub(s, high)))
  }
  for (let lane = 0; lane < min(4, left); lane++) {
    store<f32>(out + (lane << 2), <f32>(<f64>f32x4.extract_lane(high, 0) + log(f32x4.extract_lane(total, 0))))
    high = v128.shuffle<f32>(high, high, 1, 2, 3, 0)
    total = v128.shuffle<f32>(total, total, 1, 2, 3, 0)
  }
}

/**
 * Symmetric cross-entropy on the diagonal, given the totals R of rows and C of columns; logits [n,n] are replaced by the gradient:
 *   losses[r] = weight/2 (R_r + C_r - 2 s_rr),  d/dlogits[r,c] = scale weight/2 (e^(s_rc - R_r) + e^(s_rc - C_c) - 2 [r = c]).
 */
export function matchingLoss(block: u32): void {
  const logits = argument<usize>(0)
  const logitsRow = argument<usize>(1)
  const n = argument<i32>(2)
  const blockRows = argument<u32>(3)
  const ofRows = argument<usize>(4)
  const ofColumns = argument<usize>(5)
  const losses = argument<usize>(6)
  const lossesRow = argument<usize>(7)
  const scale = argument<f32>(8)
  const weight = argument<f32>(9)
  const factor = (scale * weight) / 2
  const last = min(<u32>n, (block + 1) * blockRows)
  for (let r = <usize>(block * blockRows); r < last; r++) {
    const row = logits + r * logitsRow
    const ofRow = load<f32>(ofRows + (r << 2))
    const own = load<f32>(row + (r << 2)) * scale
    store<f32>(losses + r * lossesRow, (weight / 2) * (ofRow - own + (load<f32>(ofColumns + (r << 2)) - own)))
    for (let c = 0; c < n; c += 4) {
      const left = n - c
      const place = <usize>c << 2
      const s = f32x4.mul(read(row + place, left), f32x4.splat(scale))
      const inRow = exp(f32x4.sub(s, f32x4.splat(ofRow)))
      const inColumn = exp(f32x4.sub(s, read(ofColumns + place, left)))
      write(row + place, f32x4.mul(f32x4.add(inRow, inColumn), f32x4.splat(factor)), left)
    }
    store<f32>(row + (r << 2), load<f32>(row + (r << 2)) - 2 * factor)
  }
}
