import { BLOCKS, DIMENSIONS, blockPlace, reserve, roomForBlock } from './memory'

/** Rows of a block. A query that finds a block changed reads it again. */
export const ROWS: u32 = 256

/**
 * A block: its version (odd while a row is written) and how many of its rows are taken; then by row the int8 codes [D],
 * the scale, the error (see scan.ts), the flags, a count of changes, the address of the names, the next row of a list
 * (counted from 1), and the float32 values [D].
 */
export const VERSION: usize = 0
export const TAKEN: usize = 4
export const CODES: usize = 64

let dimensions: usize = 0
let scales: usize = 0
let errors: usize = 0
let flags: usize = 0
let changes: usize = 0
let names: usize = 0
let nexts: usize = 0
let values: usize = 0
let bytes: usize = 0

/** A row that is taken; the other bits are the caller's. */
export const PRESENT: u8 = 128

/** To be called first in every thread. */
export function prepareBlocks(): void {
  dimensions = load<u32>(DIMENSIONS)
  scales = CODES + <usize>ROWS * dimensions
  errors = scales + 4 * <usize>ROWS
  flags = errors + 4 * <usize>ROWS
  changes = flags + <usize>ROWS
  names = changes + 4 * <usize>ROWS
  nexts = names + 4 * <usize>ROWS
  values = nexts + 4 * <usize>ROWS
  bytes = values + 4 * <usize>ROWS * dimensions
}

// @ts-ignore: decorator
@inline
export function width(): usize {
  return dimensions
}

// @ts-ignore: decorator
@inline
export function blockOf(row: u32): usize {
  return load<u32>(blockPlace(row / ROWS))
}

// @ts-ignore: decorator
@inline
export function codesOf(block: usize, i: usize): usize {
  return block + CODES + i * dimensions
}

// @ts-ignore: decorator
@inline
export function scaleOf(block: usize, i: usize): usize {
  return block + scales + (i << 2)
}

// @ts-ignore: decorator
@inline
export function errorOf(block: usize, i: usize): usize {
  return block + errors + (i << 2)
}

// @ts-ignore: decorator
@inline
export function flagsOf(block: usize, i: usize): usize {
  return block + flags + i
}

// @ts-ignore: decorator
@inline
export function changesOf(block: usize, i: usize): usize {
  return block + changes + (i << 2)
}

// @ts-ignore: decorator
@inline
export function namesOf(block: usize, i: usize): usize {
  return block + names + (i << 2)
}

// @ts-ignore: decorator
@inline
export function nextOf(block: usize, i: usize): usize {
  return block + nexts + (i << 2)
}

// @ts-ignore: decorator
@inline
export function valuesOf(block: usize, i: usize): usize {
  return block + values + ((i * dimensions) << 2)
}

/** A block more, all of its rows free; false when memory is full. Under the lock. */
export function addBlock(): bool {
  if (!roomForBlock()) return false
  const block = reserve(bytes, 64)
  if (block == 0) return false
  for (let i: u32 = 0; i < ROWS; i++) store<f32>(errorOf(block, i), -Infinity)
  const number = load<u32>(BLOCKS)
  store<u32>(blockPlace(number), <u32>block)
  atomic.store<u32>(BLOCKS, number + 1)
  return true
}
