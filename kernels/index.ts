/**
 * The kernels that the towers train on: WASM SIMD (no relaxed operations, so the same bits on every machine), one memory
 * shared by all threads. Matrices are addresses; the host lays them out (src/towers/engine/wasm.ts) and checks shapes. Each
 * operation is a function of a block's number; `run` computes all blocks of one.
 */
import { addBias, dropout, gelu, geluGradient } from './activation'
import { adagrad, adamw } from './optimisers'
import { axpy, clear, columnSums, multiply, scale, squaredNorm } from './elementwise'
import { columnTotals, crossEntropy, matchingLoss, rowTotals } from './softmax'
import { gather } from './gather'
import { normalise, normaliseGradient } from './normalise'
import { product } from './product'

export { bagsFit, transpose } from './gather'
export { BLOCK_COLUMNS } from './product'
export { STRIP } from './softmax'
export { run, serve, heapStart, ENDING, FAILED, EPOCH, DONE, ARGUMENTS } from './threads'

export const CLEAR: i32 = 0
export const PRODUCT: i32 = 1
export const GATHER: i32 = 2
export const ADD_BIAS: i32 = 3
export const GELU: i32 = 4
export const GELU_GRADIENT: i32 = 5
export const DROPOUT: i32 = 6
export const NORMALISE: i32 = 7
export const NORMALISE_GRADIENT: i32 = 8
export const CROSS_ENTROPY: i32 = 9
export const ROW_TOTALS: i32 = 10
export const COLUMN_TOTALS: i32 = 11
export const MATCHING_LOSS: i32 = 12
export const ADAMW: i32 = 13
export const ADAGRAD: i32 = 14
export const COLUMN_SUMS: i32 = 15
export const AXPY: i32 = 16
export const SCALE: i32 = 17
export const MULTIPLY: i32 = 18
export const SQUARED_NORM: i32 = 19

/** Computes block number `block` of an operation whose arguments are in the control block. */
export function execute(operation: i32, block: u32): void {
  switch (operation) {
    case CLEAR: return clear(block)
    case PRODUCT: return product(block)
    case GATHER: return gather(block)
    case ADD_BIAS: return addBias(block)
    case GELU: return gelu(block)
    case GELU_GRADIENT: return geluGradient(block)
    case DROPOUT: return dropout(block)
    case NORMALISE: return normalise(block)
    case NORMALISE_GRADIENT: return normaliseGradient(block)
    case CROSS_ENTROPY: return crossEntropy(block)
    case ROW_TOTALS: return rowTotals(block)
    case COLUMN_TOTALS: return columnTotals(block)
    case MATCHING_LOSS: return matchingLoss(block)
    case ADAMW: return adamw(block)
    case ADAGRAD: return adagrad(block)
    case COLUMN_SUMS: return columnSums(block)
    case AXPY: return axpy(block)
    case SCALE: return scale(block)
    case MULTIPLY: return multiply(block)
    case SQUARED_NORM: return squaredNorm(block)
    default: unreachable()
  }
}
