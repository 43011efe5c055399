/**
 * Exact nearest-neighbour search over unit vectors, in one memory shared by all threads: rows that are added, replaced and
 * deleted under a lock, and queries that read without one and notice when a row changed under them. Same bits on every
 * machine (no relaxed SIMD). The host (src/matching/index/shared-index.ts) checks all arguments.
 */
export { attach, detach, initialise, JOB_NAMES, NAMES_BYTES, OUT, OUT_NAMES_BYTES, VECTOR } from './job'
export { WAITS } from './lock'
export { serve } from './threads'
export { BUCKETS, DIRECTORY, ENDING, EPOCH, FAILED, HEAP, SIZE, TOP } from './memory'
export { list, put, read, remove, setFlags } from './rows'
export { search } from './query'
