import { mixed } from './chance.ts'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const rounds = 8
const letters = 22
const idForm = /^[0-9A-Za-z]{22}$/
const pairs = Array.from({ length: 62 ** 2 }, (_, value) => alphabet[Math.floor(value / 62)]! + alphabet[value % 62]!)
const threeLetters = 62 ** 3
const steps = Math.ceil(letters / 3)
const digits: readonly number[] = Array.from({ length: 123 }, (_, code) => alphabet.indexOf(String.fromCharCode(code)))

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

/** Four words of 32 bits at a time are divided by 62^3: what is left of one and the next one together stay below 2^53. */
function toBase62(words: readonly number[]): string {
  const rest = [...words]
  let text = ''
  for (let step = 0; step < steps; step++) {
    let remainder = 0
    for (let at = 0; at < rest.length; at++) {
      const value = remainder * 2 ** 32 + rest[at]!
      rest[at] = Math.floor(value / threeLetters)
      remainder = value % threeLetters
    }
    const high = Math.floor(remainder / 62 ** 2)
    text = alphabet[high]! + pairs[remainder - high * 62 ** 2]! + text
  }
  return text.slice(-letters)
}

function fromBase62(text: string): number[] | undefined {
  if (!idForm.test(text)) return undefined
  const words = [0, 0, 0, 0]
  for (let from = letters - 3 * steps; from < letters; from += 3) {
    let carry = 0
    for (let at = Math.max(0, from); at < from + 3; at++) carry = carry * 62 + digits[text.charCodeAt(at)]!
    const factor = from < 0 ? 62 : threeLetters
    for (let at = words.length - 1; at >= 0; at--) {
      const value = words[at]! * factor + carry
      carry = Math.floor(value / 2 ** 32)
      words[at] = value % 2 ** 32
    }
    if (carry > 0) return undefined
  }
  return words
}
