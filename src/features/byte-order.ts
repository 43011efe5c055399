/**
 * Orders two strings as their UTF-8 bytes do, which is how stores order keys. `<` on strings compares UTF-16 units and
 * differs where one string has a character past U+FFFF and the other one from U+E000 to U+FFFF.
 */
export function byteOrder(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return (isSurrogate(x) ? x + 0x10000 : x) - (isSurrogate(y) ? y + 0x10000 : y)
  }
  return a.length - b.length
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff
}

/** The numbers 0 to keys.length - 1 in the order of their keys; equal keys in the order given. */
export function orderOf(keys: readonly string[]): Uint32Array {
  const compare = keys.some((key) => pastSurrogates.test(key)) ? byteOrder : unitOrder
  return Uint32Array.from(keys.keys()).sort((i, j) => compare(keys[i]!, keys[j]!) || i - j)
}

/** Without these, UTF-16 units and UTF-8 bytes agree on the order, and comparing is several times as fast. */
const pastSurrogates = /[\ud800-\uffff]/

function unitOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
