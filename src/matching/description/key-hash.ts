import { hash } from 'node:crypto'

const known = new Map<string, number>()
/** Of these, the hashes are kept in memory. */
const mostKnown = 200_000

/**
 * 52 bits that stand for the key of an artist or track, as a whole number. Two of ten million keys meet with a probability
 * of about 1 %, and then one shared thing too many is seen. Cryptographic, so that nobody can make up a name that meets
 * another.
 */
export function keyHash(key: string): number {
  const before = known.get(key)
  if (before !== undefined) return before
  const value = Number.parseInt(hash('sha1', key).slice(0, 13), 16)
  if (known.size >= mostKnown) known.clear()
  known.set(key, value)
  return value
}
