import { allocate, release } from './memory'
import { blockOf, namesOf, ROWS } from './block'

/** Names of a row: the length of the key, that of the listener's id, then both as UTF-8. */
const KEY_LENGTH: usize = 0
const LISTENER_LENGTH: usize = 2
const BYTES: usize = 4

// @ts-ignore: decorator
@inline
export function keyLength(names: usize): usize {
  return load<u16>(names, KEY_LENGTH)
}

// @ts-ignore: decorator
@inline
export function listenerLength(names: usize): usize {
  return load<u16>(names, LISTENER_LENGTH)
}

// @ts-ignore: decorator
@inline
export function key(names: usize): usize {
  return names + BYTES
}

// @ts-ignore: decorator
@inline
export function listener(names: usize): usize {
  return names + BYTES + keyLength(names)
}

/** A copy of a key and, right behind it, a listener's id; 0 when memory is full. */
export function storeNames(from: usize, keyBytes: usize, listenerBytes: usize): usize {
  const names = allocate(BYTES + keyBytes + listenerBytes)
  if (names == 0) return 0
  store<u16>(names, <u16>keyBytes, KEY_LENGTH)
  store<u16>(names, <u16>listenerBytes, LISTENER_LENGTH)
  memory.copy(names + BYTES, from, keyBytes + listenerBytes)
  return names
}

export function releaseNames(names: usize): void {
  release(names, BYTES + keyLength(names) + listenerLength(names))
}

export function sameNames(names: usize, from: usize, keyBytes: usize, listenerBytes: usize): bool {
  return (
    keyLength(names) == keyBytes &&
    listenerLength(names) == listenerBytes &&
    memory.compare(names + BYTES, from, keyBytes + listenerBytes) == 0
  )
}

/** Below 0 when row a comes before row b: by the bytes of the listeners' ids, then of the keys. */
export function compareRows(a: u32, b: u32): i32 {
  const x: usize = load<u32>(namesOf(blockOf(a), a % ROWS))
  const y: usize = load<u32>(namesOf(blockOf(b), b % ROWS))
  // A row that went away meanwhile: the query will be repeated.
  if (x == 0 || y == 0) return 0
  const first = compareBytes(listener(x), listenerLength(x), listener(y), listenerLength(y))
  return first != 0 ? first : compareBytes(key(x), keyLength(x), key(y), keyLength(y))
}

function compareBytes(x: usize, xLength: usize, y: usize, yLength: usize): i32 {
  const first = memory.compare(x, y, min(xLength, yLength))
  return first != 0 ? first : <i32>xLength - <i32>yLength
}
