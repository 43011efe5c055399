import { mixed } from './chance.ts'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const rounds = 8
const letters = 22
const limbs = 8
const chunks = 8
const chunkBase = 62 ** 3
const chunkTexts = Array.from(
  { length: chunkBase },
  (_, value) => alphabet[Math.floor(value / 3844)]! + alphabet[Math.floor(value / 62) % 62]! + alphabet[value % 62]!,
)

export type IdKind = 'artist' | 'track' | 'playlist' | 'album'
const markOf: Readonly<Record<IdKind, number>> = { artist: 1, track: 2, playlist: 3, album: 4 }

/**
 * An id as Spotify writes them, 128 bits as 22 characters of base 62, that hides `number` (below 2^32) under a Feistel
 * permutation. So the world needs no table of ids, however many listeners it has.
 */
export function idOf(seed: number, kind: IdKind, number: number): string {
  const words = [number >>> 0, markOf[kind], 0, 0]
  for (let round = 0; round < rounds; round++) turn(words, seed, round)
  return toBase62(words)
}

/** The number inside an id; undefined for an id that this world did not make. */
export function numberOf(seed: number, kind: IdKind, id: string): number | undefined {
  const words = fromBase62(id)
  if (!words) return undefined
  for (let round = rounds - 1; round >= 0; round--) turn(words, seed, round)
  return words[1] === markOf[kind] && words[2] === 0 && words[3] === 0 ? words[0] : undefined
}

/** One round: a word is changed by what the three others say, so the same round undoes it. */
function turn(words: number[], seed: number, round: number): void {
  const at = round % 4
  const others = mixed(seed, round, words[(at + 1) % 4]!, words[(at + 2) % 4]!, words[(at + 3) % 4]!)
  words[at] = (words[at]! ^ others) >>> 0
}

/** Three letters at a time, so that every product stays exact. */
function toBase62(words: readonly number[]): string {
  const number = limbsOf(words)
  let text = ''
  for (let chunk = 0; chunk < chunks; chunk++) {
    let remainder = 0
    for (let limb = 0; limb < limbs; limb++) {
      const value = remainder * 0x10000 + number[limb]!
      const quotient = Math.floor(value / chunkBase)
      number[limb] = quotient
      remainder = value - quotient * chunkBase
    }
    text = chunkTexts[remainder]! + text
  }
  return text.slice(-letters)
}

function fromBase62(text: string): number[] | undefined {
  if (text.length !== letters) return undefined
  const number = new Array<number>(limbs).fill(0)
  for (let at = 0; at < letters; at++) {
    let carry = alphabet.indexOf(text[at]!)
    if (carry < 0) return undefined
    for (let limb = limbs - 1; limb >= 0; limb--) {
      const value = number[limb]! * 62 + carry
      number[limb] = value & 0xffff
      carry = value >>> 16
    }
    if (carry > 0) return undefined
  }
  return [0, 2, 4, 6].map((limb) => number[limb]! * 0x10000 + number[limb + 1]!)
}

/** Sixteen bits each, the highest first. */
function limbsOf(words: readonly number[]): number[] {
  const number: number[] = []
  for (const word of words) number.push(word >>> 16, word & 0xffff)
  return number
}
