import { argument } from './threads'
import { read, write } from './lanes'

/**
 * out[r,:] = Σ_{e in bag r} weights[e] · table[indices[e],:], rows r of one block. Thirty-two columns at a time stay in
 * registers while the bag is walked, so the sum is written once.
 */
export function gather(block: u32): void {
  const table = argument<usize>(0)
  const tableRow = argument<usize>(1) // bytes from row to row, as for out
  const offsets = argument<usize>(2)
  const indices = argument<usize>(3)
  const weights = argument<usize>(4)
  const out = argument<usize>(5)
  const outRow = argument<usize>(6)
  const rows = argument<u32>(7)
  const columns = argument<i32>(8)
  const blockRows = argument<u32>(9)
  const last = min(rows, (block + 1) * blockRows)
  for (let r = block * blockRows; r < last; r++) {
    const first = <usize>load<u32>(offsets + ((<usize>r) << 2)) << 2
    const end = <usize>load<u32>(offsets + ((<usize>r) << 2), 4) << 2
    const to = out + <usize>r * outRow
    let c = 0
    for (; c + 32 <= columns; c += 32) gather32(table + (c << 2), tableRow, indices, weights, first, end, to + (c << 2))
    for (; c < columns; c += 4) {
      let s = f32x4.splat(0)
      for (let e = first; e < end; e += 4) {
        const from = table + <usize>load<u32>(indices + e) * tableRow + (c << 2)
        s = f32x4.add(s, f32x4.mul(v128.load_splat<f32>(weights + e), read(from, columns - c)))
      }
      write(to + (c << 2), s, columns - c)
    }
  }
}

/** The same for 32 columns. */
function gather32(
  table: usize, tableRow: usize, indices: usize, weights: usize, first: usize, end: usize, out: usize,
): void {
  let s0 = f32x4.splat(0), s1 = f32x4.splat(0), s2 = f32x4.splat(0), s3 = f32x4.splat(0)
  let s4 = f32x4.splat(0), s5 = f32x4.splat(0), s6 = f32x4.splat(0), s7 = f32x4.splat(0)
  for (let e = first; e < end; e += 4) {
    const from = table + <usize>load<u32>(indices + e) * tableRow
    const w = v128.load_splat<f32>(weights + e)
    s0 = f32x4.add(s0, f32x4.mul(w, v128.load(from)))
    s1 = f32x4.add(s1, f32x4.mul(w, v128.load(from, 16)))
    s2 = f32x4.add(s2, f32x4.mul(w, v128.load(from, 32)))
    s3 = f32x4.add(s3, f32x4.mul(w, v128.load(from, 48)))
    s4 = f32x4.add(s4, f32x4.mul(w, v128.load(from, 64)))
    s5 = f32x4.add(s5, f32x4.mul(w, v128.load(from, 80)))
    s6 = f32x4.add(s6, f32x4.mul(w, v128.load(from, 96)))
    s7 = f32x4.add(s7, f32x4.mul(w, v128.load(from, 112)))
  }
  v128.store(out, s0)
  v128.store(out, s1, 16)
  v128.store(out, s2, 32)
  v128.store(out, s3, 48)
  v128.store(out, s4, 64)
  v128.store(out, s5, 80)
  v128.store(out, s6, 96)
  v128.store(out, s7, 112)
}

/** Whether offsets [rows + 1] ascend from 0 to at most `room`, and every index up to the last is below `columns`. */
export function bagsFit(offsets: usize, indices: usize, rows: u32, room: u32, columns: u32): bool {
  let previous: u32 = 0
  if (load<u32>(offsets) != 0) return false
  for (let r: usize = 1; r <= rows; r++) {
    const offset = load<u32>(offsets + (r << 2))
    if (offset < previous) return false
    previous = offset
  }
  if (previous > room) return false
  let e: u32 = 0
  let fits = i32x4.splat(-1)
  for (; e + 4 <= previous; e += 4) fits = v128.and(fits, i32x4.lt_u(v128.load(indices + ((<usize>e) << 2)), i32x4.splat(columns)))
  for (; e < previous; e++) if (load<u32>(indices + ((<usize>e) << 2)) >= columns) return false
  return i32x4.all_true(fits)
}

/**
 * Bags over table rows -> bags over bag rows, by counting sort: stable, so each new bag is in ascending order of old bags.
 * counts [tableRows] is zeroed memory; touched, newOffsets [entries + 1], newIndices and newWeights [entries]. Returns how
 * many table rows occur.
 */
export function transpose(
  offsets: usize, indices: usize, weights: usize, rows: u32, counts: usize, tableRows: u32,
  touched: usize, newOffsets: usize, newIndices: usize, newWeights: usize,
): u32 {
  const entries = <usize>load<u32>(offsets + ((<usize>rows) << 2))
  for (let e: usize = 0; e < entries; e++) {
    const count = counts + (<usize>load<u32>(indices + (e << 2)) << 2)
    store<u32>(count, load<u32>(count) + 1)
  }
  // counts[row] becomes the place of the row's next entry.
  let place: u32 = 0
  let t: usize = 0
  for (let row: u32 = 0; row < tableRows; row++) {
    const count = load<u32>(counts + ((<usize>row) << 2))
    if (count == 0) continue
    store<u32>(touched + (t << 2), row)
    store<u32>(newOffsets + (t << 2), place)
    store<u32>(counts + ((<usize>row) << 2), place)
    place += count
    t++
  }
  store<u32>(newOffsets + (t << 2), place)
  for (let r: u32 = 0; r < rows; r++) {
    const end = <usize>load<u32>(offsets + ((<usize>r) << 2), 4)
    for (let e = <usize>load<u32>(offsets + ((<usize>r) << 2)); e < end; e++) {
      const next = counts + (<usize>load<u32>(indices + (e << 2)) << 2)
      const to = <usize>load<u32>(next) << 2
      store<u32>(next, load<u32>(next) + 1)
      store<u32>(newIndices + to, r)
      store<f32>(newWeights + to, load<f32>(weights + (e << 2)))
    }
  }
  return <u32>t
}
