import { argument, scratch } from './threads'
import { exponentials, log } from './exp'
import { read, write } from './lanes'

/** Floats of a row that are worked on at a time in scratch memory. */
const PIECE: i32 = 1024

/**
 * Sampled softmax cross-entropy of rows r of logits [m,n], replaced by its gradient. s_c = scale · logits[r,c] + offset[c];
 * excluded columns and the row's own targets get s = -infinity, so that e^s drops them from N = Σ_negatives e^s; then
 *   loss = Σ_t w_t (ln(e^{s_t} + N) - s_t),  d/ds_c = e^{s_c} Σ_t w_t / (e^{s_t} + N),  d/ds_t = w_t (e^{s_t}/(e^{s_t} + N) - 1),
 * all with the highest s taken off first. `saved` [2 entries] is room for the targets' s and e^s.
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
  const likenesses = saved + (<usize>load<u32>(offsets + (<usize>rows << 2)) << 2)
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

    memory.copy(likenesses + first, saved + first, end - first)
    exponentials(likenesses + first, <i32>((end - first) >> 2), highest)

    let loss: f64 = 0
    let factor: f32 = 0
    for (let e = first; e < end; e += 4) {
      const weight = load<f32>(weights + e)
      const total = load<f32>(likenesses + e) + negatives
      loss += <f64>weight * (log(total) - (load<f32>(saved + e) - highest))
      factor += weight / total
    }
    store<f32>(losses + r * lossesRow, <f32>loss)
    scaled(row, row, columns, scale * factor)
    for (let e = first; e < end; e += 4) {
      const likeness = load<f32>(likenesses + e)
      const gradient = load<f32>(weights + e) * (likeness / (likeness + negatives) - 1)
      const target = row + (<usize>load<u32>(targets + e) << 2)
      store<f32>(target, load<f32>(target) + scale * gradient)
    }
  }
}

/** row = scale · row + offsets, -infinity where excluded. */
function scores(row: usize, columns: i32, scale: f32, offsets: usize, excluded: usize): void {
  scaled(row, row, columns, scale)
  if (offsets) {
    for (let c = 0; c < columns; c += 4) {
      const place = <usize>c << 2
      write(row + place, f32x4.add(read(row + place, columns - c), read(offsets + place, columns - c)), columns - c)
    }
  }
  if (excluded) {
    const none = f32x4.splat(-Infinity)
    for (let c = 0; c < columns; c += 4) {
      const left = columns - c
      const place = row + (<usize>c << 2)
      const bytes = left >= 4 ? v128.load_zero<u32>(excluded + c) : lastBytes(excluded + c, left)
      const words = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes))
      write(place, v128.bitselect(read(place, left), none, i32x4.eq(words, i32x4.splat(0))), left)
    }
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

/** out = factor · row; in place or not. */
function scaled(row: usize, out: usize, columns: i32, factor: f32): void {
  const factors = f32x4.splat(factor)
  for (let c = 0; c < columns; c += 4) {
    const place = <usize>c << 2
    write(out + place, f32x4.mul(read(row + place, columns - c), factors), columns - c)
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
  const piece = scratch()
  const last = min(<u32>n, (block + 1) * blockRows)
  for (let r = <usize>(block * blockRows); r < last; r++) {
    const row = logits + r * logitsRow
    const highest = highestOf(row, n) * scale
    let total: f32 = 0
    for (let c = 0; c < n; c += PIECE) {
      scaled(row + (<usize>c << 2), piece, min(PIECE, n - c), scale)
      total += exponentials(piece, min(PIECE, n - c), highest)
    }
    store<f32>(out + (r << 2), <f32>(<f64>highest + log(total)))
  }
}

/** Columns of one block of columnTotals. */
export const STRIP: i32 = 64

/** log-sum-exp over the rows of the columns c of one strip: out[c] = ln Σ_r e^(scale · logits[r,c]). */
export function columnTotals(block: u32): void {
  const strip = <usize>block * <usize>(STRIP << 2)
  const logits = argument<usize>(0) + strip
  const logitsRow = argument<usize>(1)
  const n = argument<i32>(2)
  const out = argument<usize>(4) + strip
  const scale = argument<f32>(5)
  const width = min(STRIP, n - <i32>block * STRIP)
  const highest = scratch()
  const totals = highest + <usize>(STRIP << 2)
  const piece = totals + <usize>(STRIP << 2)
  for (let c = 0; c < STRIP; c++) {
    store<f32>(highest + (<usize>c << 2), -Infinity)
    store<f32>(totals + (<usize>c << 2), 0)
  }
  for (let r = 0; r < n; r++) {
    scaled(logits + <usize>r * logitsRow, piece, width, scale)
    for (let c: usize = 0; c < <usize>(STRIP << 2); c += 16) {
      v128.store(highest + c, f32x4.pmax(v128.load(highest + c), v128.load(piece + c)))
    }
  }
  for (let r = 0; r < n; r++) {
    scaled(logits + <usize>r * logitsRow, piece, width, scale)
    for (let c: usize = 0; c < <usize>(STRIP << 2); c += 16) {
      v128.store(piece + c, f32x4.sub(v128.load(piece + c), v128.load(highest + c)))
    }
    exponentials(piece, width, 0)
    for (let c: usize = 0; c < <usize>(STRIP << 2); c += 16) {
      v128.store(totals + c, f32x4.add(v128.load(totals + c), v128.load(piece + c)))
    }
  }
  for (let c: usize = 0; c < <usize>(width << 2); c += 4) {
    store<f32>(out + c, <f32>(<f64>load<f32>(highest + c) + log(load<f32>(totals + c))))
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
    for (let c = 0; c < n; c += PIECE) {
      const place = <usize>c << 2
      likenesses(row + place, ofRow, ofColumns + place, min(PIECE, n - c), scale)
      scaled(row + place, row + place, min(PIECE, n - c), factor)
    }
    store<f32>(row + (r << 2), load<f32>(row + (r << 2)) - 2 * factor)
  }
}

/** row[c] = e^(scale row[c] - ofRow) + e^(scale row[c] - ofColumns[c]) over n floats. */
function likenesses(row: usize, ofRow: f32, ofColumns: usize, n: i32, scale: f32): void {
  const piece = scratch()
  scaled(row, row, n, scale)
  for (let c = 0; c < n; c += 4) {
    const place = <usize>c << 2
    write(piece + place, f32x4.sub(read(row + place, n - c), read(ofColumns + place, n - c)), n - c)
  }
  exponentials(row, n, ofRow)
  exponentials(piece, n, 0)
  for (let c = 0; c < n; c += 4) {
    const place = <usize>c << 2
    write(row + place, f32x4.add(read(row + place, n - c), read(piece + place, n - c)), n - c)
  }
}
