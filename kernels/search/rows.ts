import {
  addBlock, blockOf, changesOf, codesOf, errorOf, flagsOf, namesOf, nextOf, PRESENT, ROWS, scaleOf, TAKEN, valuesOf,
  VERSION, width,
} from './block'
import { BLOCKS, BUCKETS, FREE_ROW, MOST_BUCKETS, SIZE, blockPlace, bucketPlace } from './memory'
import { JOB_NAMES, NAMES_BYTES, OUT, OUT_NAMES_BYTES, reserveOut, vectorOf } from './job'
import { key, keyLength, listener, listenerLength, releaseNames, sameNames, storeNames } from './names'
import { lock, unlock } from './lock'
import { quantise } from './quantise'

/**
 * Rows are found by their keys: linear hashing (Litwin 1980), so that the table grows bucket by bucket and no insertion
 * waits for all others to be hashed again.
 */

const FAILED: i32 = -1
const ADDED: i32 = 1
const REPLACED: i32 = 2

/**
 * Adds or replaces the row whose key and listener's id are in the job's names and whose values are in its vector. Flags below
 * 0: as they were. Returns 1 when added, 2 when replaced, -1 when memory is full.
 */
export function put(job: usize, keyBytes: u32, listenerBytes: u32, flags: i32): i32 {
  const from = job + JOB_NAMES
  lock()
  let row = find(from, keyBytes)
  const result = row == NONE ? add(job, keyBytes, listenerBytes, flags) : replace(row, job, keyBytes, listenerBytes, flags)
  unlock()
  memory.fill(from, 0, keyBytes + listenerBytes)
  memory.fill(vectorOf(job), 0, width() << 2)
  return result
}

/** Deletes the row whose key is in the job's names: its bytes become zeros. Returns whether there was one. */
export function remove(job: usize, keyBytes: u32): bool {
  const from = job + JOB_NAMES
  lock()
  const row = find(from, keyBytes)
  if (row != NONE) {
    unlink(row, hash(from, keyBytes))
    const block = blockOf(row)
    const i = row % ROWS
    const names: usize = load<u32>(namesOf(block, i))
    begin(block)
    memory.fill(codesOf(block, i), 0, width())
    memory.fill(valuesOf(block, i), 0, width() << 2)
    store<f32>(scaleOf(block, i), 0)
    store<f32>(errorOf(block, i), -Infinity)
    store<u8>(flagsOf(block, i), 0)
    store<u32>(namesOf(block, i), 0)
    store<u32>(nextOf(block, i), load<u32>(FREE_ROW))
    store<u32>(block, load<u32>(block, TAKEN) - 1, TAKEN)
    end(block, i)
    store<u32>(FREE_ROW, row + 1)
    releaseNames(names)
    atomic.store<u32>(SIZE, load<u32>(SIZE) - 1)
  }
  unlock()
  memory.fill(from, 0, keyBytes)
  return row != NONE
}

/** The flags of the row whose key is in the job's names become `flags`, below 0 none. Returns what they were, -1 without a row. */
export function setFlags(job: usize, keyBytes: u32, flags: i32): i32 {
  const from = job + JOB_NAMES
  lock()
  const row = find(from, keyBytes)
  let former: i32 = -1
  if (row != NONE) {
    const block = blockOf(row)
    const place = flagsOf(block, row % ROWS)
    former = load<u8>(place) & ~PRESENT
    if (flags >= 0 && flags != former) {
      begin(block)
      store<u8>(place, <u8>flags | PRESENT)
      end(block, row % ROWS)
    }
  }
  unlock()
  memory.fill(from, 0, keyBytes)
  return former
}

/** Copies values and listener's id of the row whose key is in the job's names there. Returns its flags, -1 without a row. */
export function read(job: usize, keyBytes: u32): i32 {
  const from = job + JOB_NAMES
  lock()
  const row = find(from, keyBytes)
  let flags: i32 = -1
  if (row != NONE) {
    const block = blockOf(row)
    const names: usize = load<u32>(namesOf(block, row % ROWS))
    memory.copy(vectorOf(job), valuesOf(block, row % ROWS), width() << 2)
    memory.copy(from, listener(names), listenerLength(names))
    store<u32>(job, <u32>listenerLength(names), NAMES_BYTES)
    flags = load<u8>(flagsOf(block, row % ROWS)) & ~PRESENT
  }
  unlock()
  return flags
}

/**
 * Writes the keys of the rows of block `block` to the job's results, each followed by a line break. Returns how many bytes they
 * take, -1 when there is no such block, -2 when memory is full.
 */
export function list(job: usize, block: u32): i32 {
  if (block >= atomic.load<u32>(BLOCKS)) return -1
  lock()
  const from: usize = load<u32>(blockPlace(block))
  let bytes: usize = 0
  for (let i: usize = 0; i < ROWS; i++) {
    const names: usize = load<u32>(namesOf(from, i))
    if (names != 0) bytes += keyLength(names) + 1
  }
  if (!reserveOut(job, bytes)) bytes = -2
  else {
    let to: usize = load<u32>(job, OUT)
    for (let i: usize = 0; i < ROWS; i++) {
      const names: usize = load<u32>(namesOf(from, i))
      if (names == 0) continue
      memory.copy(to, key(names), keyLength(names))
      to += keyLength(names)
      store<u8>(to++, 10)
    }
    store<u32>(job, <u32>bytes, OUT_NAMES_BYTES)
  }
  unlock()
  return <i32>bytes
}

function add(job: usize, keyBytes: u32, listenerBytes: u32, flags: i32): i32 {
  const from = job + JOB_NAMES
  if (load<u32>(FREE_ROW) == 0 && !freeRows()) return FAILED
  const names = storeNames(from, keyBytes, listenerBytes)
  if (names == 0) return FAILED
  const row = load<u32>(FREE_ROW) - 1
  const block = blockOf(row)
  const i = row % ROWS
  store<u32>(FREE_ROW, load<u32>(nextOf(block, i)))
  begin(block)
  write(block, i, job)
  store<u8>(flagsOf(block, i), <u8>max(flags, 0) | PRESENT)
  store<u32>(namesOf(block, i), <u32>names)
  store<u32>(block, load<u32>(block, TAKEN) + 1, TAKEN)
  end(block, i)
  link(row, hash(from, keyBytes))
  const size = load<u32>(SIZE) + 1
  atomic.store<u32>(SIZE, size)
  if (size > load<u32>(BUCKETS)) split()
  return ADDED
}

function replace(row: u32, job: usize, keyBytes: u32, listenerBytes: u32, flags: i32): i32 {
  const from = job + JOB_NAMES
  const block = blockOf(row)
  const i = row % ROWS
  const former: usize = load<u32>(namesOf(block, i))
  const same = sameNames(former, from, keyBytes, listenerBytes)
  const names = same ? former : storeNames(from, keyBytes, listenerBytes)
  if (names == 0) return FAILED
  begin(block)
  write(block, i, job)
  if (flags >= 0) store<u8>(flagsOf(block, i), <u8>flags | PRESENT)
  store<u32>(namesOf(block, i), <u32>names)
  end(block, i)
  if (!same) releaseNames(former)
  return REPLACED
}

function write(block: usize, i: usize, job: usize): void {
  memory.copy(valuesOf(block, i), vectorOf(job), width() << 2)
  quantise(valuesOf(block, i), codesOf(block, i), scaleOf(block, i), errorOf(block, i))
}

/** Whoever reads the block from here on will read it again. */
function begin(block: usize): void {
  atomic.add<u32>(block, 1, VERSION)
  // Nothing is stored before what this loads is there.
  atomic.load<u32>(block, VERSION)
}

function end(block: usize, i: usize): void {
  store<u32>(changesOf(block, i), load<u32>(changesOf(block, i)) + 1)
  atomic.add<u32>(block, 1, VERSION)
}

/** Another block's rows become free, the first of them first. */
function freeRows(): bool {
  const first = load<u32>(BLOCKS) * ROWS
  if (!addBlock()) return false
  const block = blockOf(first)
  for (let i: u32 = 0; i < ROWS; i++) store<u32>(nextOf(block, i), i + 1 < ROWS ? first + i + 2 : 0)
  store<u32>(FREE_ROW, first + 1)
  return true
}

const NONE: u32 = u32.MAX_VALUE

function find(from: usize, keyBytes: u32): u32 {
  let next = load<u32>(bucketPlace(bucket(hash(from, keyBytes))))
  while (next != 0) {
    const row = next - 1
    const block = blockOf(row)
    const names: usize = load<u32>(namesOf(block, row % ROWS))
    if (keyLength(names) == keyBytes && memory.compare(key(names), from, keyBytes) == 0) return row
    next = load<u32>(nextOf(block, row % ROWS))
  }
  return NONE
}

function link(row: u32, hashed: u32): void {
  const place = bucketPlace(bucket(hashed))
  store<u32>(nextOf(blockOf(row), row % ROWS), load<u32>(place))
  store<u32>(place, row + 1)
}

function unlink(row: u32, hashed: u32): void {
  let place = bucketPlace(bucket(hashed))
  while (load<u32>(place) != row + 1) {
    const other = load<u32>(place) - 1
    place = nextOf(blockOf(other), other % ROWS)
  }
  store<u32>(place, load<u32>(nextOf(blockOf(row), row % ROWS)))
}

/** The next bucket in turn gives those of its rows that belong there to a new bucket at the end. */
function split(): void {
  const buckets = load<u32>(BUCKETS)
  if (buckets == MOST_BUCKETS) return
  const half: u32 = 1 << (31 - clz<u32>(buckets))
  const place = bucketPlace(buckets - half)
  let next = load<u32>(place)
  store<u32>(place, 0)
  store<u32>(BUCKETS, buckets + 1)
  while (next != 0) {
    const row = next - 1
    const block = blockOf(row)
    const names: usize = load<u32>(namesOf(block, row % ROWS))
    next = load<u32>(nextOf(block, row % ROWS))
    link(row, hash(key(names), <u32>keyLength(names)))
  }
}

function bucket(hashed: u32): u32 {
  const buckets = load<u32>(BUCKETS)
  const half: u32 = 1 << (31 - clz<u32>(buckets))
  const place = hashed & (2 * half - 1)
  return place < buckets ? place : hashed & (half - 1)
}

/** FNV-1a, with the avalanche of MurmurHash3 at the end because buckets are chosen by the low bits. */
function hash(from: usize, bytes: u32): u32 {
  let hashed: u32 = 2166136261
  for (let i: u32 = 0; i < bytes; i++) hashed = (hashed ^ load<u8>(from + i)) * 16777619
  hashed = (hashed ^ (hashed >> 16)) * 0x85ebca6b
  hashed = (hashed ^ (hashed >> 13)) * 0xc2b2ae35
  return hashed ^ (hashed >> 16)
}
