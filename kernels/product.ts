import { argument, scratch } from './threads'

/** What one block computes: some rows x BLOCK_COLUMNS of the result, DEPTH terms of the sums at a time. */
export const BLOCK_COLUMNS: u32 = 64
const DEPTH: u32 = 512

/** Forms: a·b, a·bᵀ, aᵀ·b. */
const NT: u32 = 1
const TN: u32 = 2

/** Bytes of a packed panel of 8 columns of b, and of all panels of a block; then 4 rows of a; then a tile of the result. */
const PANEL: usize = <usize>DEPTH * 32
const PANELS: usize = PANEL * <usize>(BLOCK_COLUMNS / 8)
const ROWS: usize = <usize>DEPTH * 16

/**
 * out[m,n] (+)= op(a)[m,k] · op(b)[k,n], row-major float32. Blocked 4 x 8 so that the result stays in registers, over panels of b
 * packed to be read in order (Goto & van de Geijn, "Anatomy of high-performance matrix multiplication", 2008). Each
 * element is the sum over ascending k of DEPTH-long partial sums, wherever in the matrix it stands.
 */
export function product(block: u32): void {
  const form = argument<u32>(0)
  const a = argument<usize>(1)
  const aRow = argument<usize>(2) // bytes from row to row, as for b and out
  const b = argument<usize>(3)
  const bRow = argument<usize>(4)
  const out = argument<usize>(5)
  const outRow = argument<usize>(6)
  const m = argument<u32>(7)
  const n = argument<u32>(8)
  const k = argument<u32>(9)
  const blockRows = argument<u32>(10)
  let add = argument<u32>(11) != 0

  const across = (n + BLOCK_COLUMNS - 1) / BLOCK_COLUMNS
  const i0 = (block / across) * blockRows
  const j0 = (block % across) * BLOCK_COLUMNS
  const i1 = min(m, i0 + blockRows)
  const j1 = min(n, j0 + BLOCK_COLUMNS)
  const panels = scratch()
  const rows = panels + PANELS
  const tile = rows + ROWS

  let k0: u32 = 0
  do {
    const depth = min(DEPTH, k - k0)
    for (let j = j0; j < j1; j += 8) {
      const panel = panels + <usize>((j - j0) >> 3) * PANEL
      if (form == NT) packTransposed(panel, b + <usize>j * bRow + ((<usize>k0) << 2), bRow, depth, j1 - j)
      else pack(panel, b + <usize>k0 * bRow + ((<usize>j) << 2), bRow, depth, j1 - j)
    }
    for (let i = i0; i < i1; i += 4) {
      const height = min(4, i1 - i)
      let step: usize = 4
      let a0 = a + <usize>i * aRow + ((<usize>k0) << 2)
      let a1 = height > 1 ? a0 + aRow : a0
      let a2 = height > 2 ? a1 + aRow : a0
      let a3 = height > 3 ? a2 + aRow : a0
      if (form == TN) {
        packRows(rows, a + <usize>k0 * aRow + ((<usize>i) << 2), aRow, depth, height)
        step = 16
        a0 = rows
        a1 = rows + 4
        a2 = rows + 8
        a3 = rows + 12
      }
      for (let j = j0; j < j1; j += 8) {
        const panel = panels + <usize>((j - j0) >> 3) * PANEL
        const place = out + <usize>i * outRow + ((<usize>j) << 2)
        const width = min(8, j1 - j)
        const whole = height == 4 && width == 8
        const to = whole ? place : tile
        const toRow = whole ? outRow : 32
        multiplyTile(a0, a1, a2, a3, step, panel, depth, to, toRow, add && whole)
        if (!whole) storePart(tile, place, outRow, height, width, add)
      }
    }
    add = true
    k0 += DEPTH
  } while (k0 < k)
}

/** panel[k][0..8] = b[k, j..j+8], zeros beyond the matrix. */
function pack(panel: usize, b: usize, bRow: usize, depth: u32, width: u32): void {
  for (let l: u32 = 0; l < depth; l++) {
    if (width >= 8) {
      v128.store(panel, v128.load(b))
      v128.store(panel, v128.load(b, 16), 16)
    } else {
      for (let j: u32 = 0; j < 8; j++) store<f32>(panel + (j << 2), j < width ? load<f32>(b + (j << 2)) : 0)
    }
    panel += 32
    b += bRow
  }
}

/** panel[k][0..8] = b[j..j+8, k], zeros beyond the matrix. */
function packTransposed(panel: usize, b: usize, bRow: usize, depth: u32, width: u32): void {
  let l: u32 = 0
  if (width >= 8) {
    for (; l + 4 <= depth; l += 4) {
      const from = b + ((<usize>l) << 2)
      const to = panel + ((<usize>l) << 5)
      transpose4(from, bRow, to)
      transpose4(from + (bRow << 2), bRow, to + 16)
    }
  }
  for (; l < depth; l++) {
    for (let j: u32 = 0; j < 8; j++) {
      const value = j < width ? load<f32>(b + <usize>j * bRow + ((<usize>l) << 2)) : 0
      store<f32>(panel + ((<usize>l) << 5) + (j << 2), value)
    }
  }
}

/** The transpose of the 4 x 4 floats at `from`, into rows of 8 at `to`. */
// @ts-ignore: decorator
@inline
function transpose4(from: usize, fromRow: usize, to: usize): void {
  const r0 = v128.load(from)
  const r1 = v128.load(from + fromRow)
  const r2 = v128.load(from + 2 * fromRow)
  const r3 = v128.load(from + 3 * fromRow)
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5)
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5)
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7)
  v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5))
  v128.store(to, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7), 32)
  v128.store(to, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5), 64)
  v128.store(to, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7), 96)
}

/** rows[k][0..4] = a[k, i..i+4], zeros beyond the matrix. */
function packRows(rows: usize, a: usize, aRow: usize, depth: u32, height: u32): void {
  for (let l: u32 = 0; l < depth; l++) {
    if (height == 4) v128.store(rows, v128.load(a))
    else for (let i: u32 = 0; i < 4; i++) store<f32>(rows + (i << 2), i < height ? load<f32>(a + (i << 2)) : 0)
    rows += 16
    a += aRow
  }
}

/** to[4,8] (+)= Σ_k a[0..4,k] panel[k,0..8]; each row of a goes on by `step` bytes with k. */
function multiplyTile(
  a0: usize, a1: usize, a2: usize, a3: usize, step: usize, panel: usize, depth: u32, to: usize, toRow: usize, add: bool,
): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0)
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0)
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0)
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0)
  const end = panel + ((<usize>depth) << 5)
  while (panel < end) {
    const b0 = v128.load(panel), b1 = v128.load(panel, 16)
    let x = v128.load_splat<f32>(a0)
    c00 = f32x4.add(c00, f32x4.mul(x, b0)); c01 = f32x4.add(c01, f32x4.mul(x, b1))
    x = v128.load_splat<f32>(a1)
    c10 = f32x4.add(c10, f32x4.mul(x, b0)); c11 = f32x4.add(c11, f32x4.mul(x, b1))
    x = v128.load_splat<f32>(a2)
    c20 = f32x4.add(c20, f32x4.mul(x, b0)); c21 = f32x4.add(c21, f32x4.mul(x, b1))
    x = v128.load_splat<f32>(a3)
    c30 = f32x4.add(c30, f32x4.mul(x, b0)); c31 = f32x4.add(c31, f32x4.mul(x, b1))
    a0 += step; a1 += step; a2 += step; a3 += step
    panel += 32
  }
  if (add) {
    c00 = f32x4.add(v128.load(to), c00); c01 = f32x4.add(v128.load(to, 16), c01)
    c10 = f32x4.add(v128.load(to + toRow), c10); c11 = f32x4.add(v128.load(to + toRow, 16), c11)
    c20 = f32x4.add(v128.load(to + 2 * toRow), c20); c21 = f32x4.add(v128.load(to + 2 * toRow, 16), c21)
    c30 = f32x4.add(v128.load(to + 3 * toRow), c30); c31 = f32x4.add(v128.load(to + 3 * toRow, 16), c31)
  }
  v128.store(to, c00); v128.store(to, c01, 16)
  v128.store(to + toRow, c10); v128.store(to + toRow, c11, 16)
  v128.store(to + 2 * toRow, c20); v128.store(to + 2 * toRow, c21, 16)
  v128.store(to + 3 * toRow, c30); v128.store(to + 3 * toRow, c31, 16)
}

/** The part [height, width] of a tile that lies in the matrix: out (+)= tile. */
function storePart(tile: usize, out: usize, outRow: usize, height: u32, width: u32, add: bool): void {
  for (let i: u32 = 0; i < height; i++) {
    for (let j: u32 = 0; j < width; j++) {
      const to = out + <usize>i * outRow + (j << 2)
      const value = load<f32>(tile + (i << 5) + (j << 2))
      store<f32>(to, add ? load<f32>(to) + value : value)
    }
  }
}
