import { resetBar } from './bar'
import { blockOf, changesOf, namesOf, PRESENT, ROWS, VERSION, width } from './block'
import {
  CODES_SLACK, FLOOR_COUNT, K, LENGTH, MASK, OUT, OUT_NAMES_BYTES, OUTDATED, PART_FENCE, partOf, QUERY_BLOCKS, queryCodes,
  queryDoubles, reserveOut, reserveParts, STEP, UNCLAIMED, VALUES_SLACK, vectorOf, WAITING_COUNT,
} from './job'
import { evenVersion, fence, lock, unlock } from './lock'
import { BLOCKS, BUSY, THREADS } from './memory'
import { changeAt, offer, rowAt, similarityAt, sort } from './nearest'
import { key, keyLength, listener, listenerLength } from './names'
import { lengthOf, leftOut, quantiseQuery } from './quantise'
import { close, open } from './threads'
import { work } from './work'

/** From how many blocks on it pays to wake helpers: some hundred microseconds of work. */
const LEAST_SHARED: u32 = 48

/** How often to repeat a query whose neighbours changed under it before holding up whoever changes them. */
const TRIES: i32 = 3

/** What ends a name. */
const BREAK: u8 = 10

const CHANGED: i32 = -1
const FULL: i32 = -2
const CRASHED: i32 = -3

/**
 * Finds the k nearest rows to the job's vector whose flags have all bits of the mask. Returns how many there are, with their
 * similarities (float64) and names (key, line break, listener, line break) in the job's results; -2 when memory is full, -3
 * when a helper crashed.
 */
export function search(job: usize, k: u32, mask: u32): i32 {
  prepare(job, mask)
  let result = CHANGED
  for (let i = 0; i < TRIES && result == CHANGED; i++) result = attempt(job, k, false)
  if (result == CHANGED) {
    lock()
    result = attempt(job, k, true)
    unlock()
  }
  memory.fill(vectorOf(job), 0, 14 * width())
  return result
}

function prepare(job: usize, mask: u32): void {
  const query = vectorOf(job)
  const step = quantiseQuery(query, queryCodes(job), queryDoubles(job))
  const length = lengthOf(query)
  const D = <f64>width()
  store<u32>(job, mask | PRESENT, MASK)
  store<f32>(job, step, STEP)
  store<f32>(job, <f32>(length * 1.000001), LENGTH)
  // |u| |s c|, where |s c| <= |x| + |r| < 2; and float32: docs/decisions/exact-nearest-by-codes.md.
  store<f32>(job, <f32>(2 * leftOut(query, queryCodes(job), step) + 4e-6), CODES_SLACK)
  store<f32>(job, <f32>((D / 4 + 8) * 6e-8 + 1e-6), VALUES_SLACK)
}

function attempt(job: usize, k: u32, locked: bool): i32 {
  const blocks = atomic.load<u32>(BLOCKS)
  const most = min(k, blocks * ROWS)
  if (most == 0) return 0
  if (!locked) lock()
  const room = reserveParts(job, most)
  if (!locked) unlock()
  if (!room) return FULL
  store<u32>(job, most, K)
  store<u32>(job, blocks, QUERY_BLOCKS)
  const threads = load<u32>(THREADS)
  for (let i: u32 = 0; i < threads; i++) {
    store<u32>(partOf(job, i), 0)
    store<u32>(partOf(job, i), 0, FLOOR_COUNT)
    store<u32>(partOf(job, i), 0, WAITING_COUNT)
  }
  resetBar(job)
  store<u32>(job, 0, OUTDATED)
  atomic.store<i32>(job, blocks, UNCLAIMED)
  const busy = atomic.add<i32>(BUSY, 1) + 1
  const shared = blocks >= LEAST_SHARED && busy < <i32>threads && !locked
  if (shared) open(job)
  work(job, 0)
  const whole = !shared || close(job)
  atomic.sub<i32>(BUSY, 1)
  if (!whole) return CRASHED
  if (atomic.load<u32>(job, OUTDATED) != 0) return CHANGED
  const part = partOf(job, 0)
  for (let i: u32 = 1; i < threads; i++) {
    const other = partOf(job, i)
    const count = load<u32>(other)
    for (let n: u32 = 0; n < count; n++) offer(part, most, similarityAt(other, n), rowAt(other, n), changeAt(other, n))
  }
  sort(part)
  return collect(job, part, locked)
}

/** Copies similarities and names of the neighbours to the results, unless one of them has changed since it was found. */
function collect(job: usize, part: usize, locked: bool): i32 {
  const count = load<u32>(part)
  let bytes: usize = 64 * <usize>count
  let copied = FULL
  while (copied == FULL) {
    if (!locked) lock()
    const room = reserveOut(job, bytes)
    if (!locked) unlock()
    if (!room) return FULL
    copied = copyNames(part, count, load<u32>(job, OUT), bytes)
    bytes <<= 1
  }
  if (copied == CHANGED) return CHANGED
  store<u32>(job, copied, OUT_NAMES_BYTES)
  return <i32>count
}

function copyNames(part: usize, count: u32, out: usize, bytes: usize): i32 {
  const first = out + 8 * <usize>count
  const end = out + bytes
  let to = first
  for (let i: u32 = 0; i < count; i++) {
    const row = rowAt(part, i)
    const block = blockOf(row)
    const change = changesOf(block, row % ROWS)
    let version: u32
    let length: usize
    do {
      version = evenVersion(block)
      if (load<u32>(change) != changeAt(part, i)) return CHANGED
      const names: usize = load<u32>(namesOf(block, row % ROWS))
      const keyBytes = keyLength(names)
      const listenerBytes = listenerLength(names)
      length = keyBytes + listenerBytes + 2
      if (to + length > end) return FULL
      memory.copy(to, key(names), keyBytes)
      store<u8>(to + keyBytes, BREAK)
      memory.copy(to + keyBytes + 1, listener(names), listenerBytes)
      store<u8>(to + length - 1, BREAK)
      fence(part + PART_FENCE)
    } while (atomic.load<u32>(block, VERSION) != version)
    store<f64>(out + 8 * <usize>i, similarityAt(part, i))
    to += length
  }
  return <i32>(to - first)
}
