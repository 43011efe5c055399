/**
 * Where things are. A header, the blocks' addresses, the buckets of the hash table, and then whatever is allocated. The last
 * two are sparse: pages that were never written to take no memory.
 */

/** 0 free, 1 taken, 2 taken and waited for. */
export const LOCK: usize = 0
/** Changes when there is work for helpers; what idle ones sleep on. */
export const EPOCH: usize = 64
export const SLEEPERS: usize = 68
/** Not 0: helpers are to end. */
export const ENDING: usize = 72
/** Not 0: a helper crashed. */
export const FAILED: usize = 76
/** How many threads are computing, and how many may. */
export const BUSY: usize = 128
export const THREADS: usize = 132
export const DIMENSIONS: usize = 192
/** How many rows there are. */
export const SIZE: usize = 196
export const BLOCKS: usize = 200
/** Nothing is allocated from here on. */
export const TOP: usize = 204
/** The first free row, counted from 1; each names the next. */
export const FREE_ROW: usize = 208
export const BUCKETS: usize = 212
export const JOBS: usize = 216
/** What to scan by (work.ts). */
export const MODE: usize = 220
/** Freed memory by size class: the first of each list. */
const FREE: usize = 256
export const JOB_LIST: usize = 512
export const MOST_JOBS: u32 = 128

export const DIRECTORY: usize = 1024
const MOST_BLOCKS: u32 = 1 << 18
const TABLE: usize = DIRECTORY + 4 * <usize>MOST_BLOCKS
export const MOST_BUCKETS: u32 = 1 << 24
export const HEAP: usize = TABLE + 4 * <usize>MOST_BUCKETS

/** Reading past the end of a name that is being overwritten stays within memory. */
const MARGIN: usize = 131072
const PAGE: usize = 65536
/** By how much memory grows at a time, in pages. */
const GROWTH: i32 = 256

/** To be called once. */
export function prepareMemory(dimensions: u32, threads: u32, mode: u32): void {
  store<u32>(DIMENSIONS, dimensions)
  store<u32>(THREADS, threads)
  store<u32>(MODE, mode)
  store<u32>(BUCKETS, 1024)
  store<u32>(TOP, <u32>HEAP)
}

// @ts-ignore: decorator
@inline
export function blockPlace(block: u32): usize {
  return DIRECTORY + (<usize>block << 2)
}

// @ts-ignore: decorator
@inline
export function bucketPlace(bucket: u32): usize {
  return TABLE + (<usize>bucket << 2)
}

export function roomForBlock(): bool {
  return load<u32>(BLOCKS) < MOST_BLOCKS
}

/** Zeros, at a multiple of `alignment`; 0 when memory is full. For what is never freed. Under the lock. */
export function reserve(bytes: usize, alignment: usize): usize {
  const address = (<usize>load<u32>(TOP) + alignment - 1) & ~(alignment - 1)
  const needed = <u64>address + bytes + MARGIN
  const have = <u64>memory.size() * PAGE
  if (needed > have) {
    const pages = <i32>((needed - have + PAGE - 1) / PAGE)
    if (memory.grow(max(pages, GROWTH)) < 0 && memory.grow(pages) < 0) return 0
  }
  store<u32>(TOP, <u32>(address + bytes))
  return address
}

/** Memory whose content is zeros; 0 when memory is full. Under the lock. */
export function allocate(bytes: usize): usize {
  const place = FREE + (sizeClass(bytes) << 2)
  const free: usize = load<u32>(place)
  if (free == 0) return reserve(classBytes(bytes), 16)
  store<u32>(place, load<u32>(free))
  store<u32>(free, 0)
  return free
}

/** Under the lock. */
export function release(address: usize, bytes: usize): void {
  const place = FREE + (sizeClass(bytes) << 2)
  memory.fill(address, 0, classBytes(bytes))
  store<u32>(address, load<u32>(place))
  store<u32>(place, <u32>address)
}

/** Steps of 16 bytes up to 512, powers of two from there. */
function sizeClass(bytes: usize): usize {
  return bytes <= 512 ? (bytes + 15) >> 4 : 55 - clz<u32>(<u32>bytes - 1)
}

function classBytes(bytes: usize): usize {
  return bytes <= 512 ? (bytes + 15) & ~15 : <usize>1 << (32 - clz<u32>(<u32>bytes - 1))
}
