import { mixed } from './chance.ts'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const rounds = 8
const letters = 22
const idForm = /^[0-9A-Za-z]{22}$/
const pairs = Array.from({ length: 62 ** 2 }, (_, value) => alphabet[Math.floor(value / 62)]! + alphabet[value % 62]!)
const eightLetters = 62n ** 8n
const most = 1n << 128n

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

function toBase62(words: readonly number[]): string {
  let number = words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n)
  let text = ''
  for (let part = 0; part < 3; part++) {
    const rest = number / eightLetters
    const value = Number(number - rest * eightLetters)
    const high = Math.floor(value / 62 ** 4)
    text = fourLetters(high) + fourLetters(value - high * 62 ** 4) + text
    number = rest
  }
  return text.slice(-letters)
}

function fourLetters(value: number): string {
  const high = Math.floor(value / 62 ** 2)
  return pairs[high]! + pairs[value - high * 62 ** 2]!
}

function fromBase62(text: string): number[] | undefined {
  if (!idForm.test(text)) return undefined
  let number = 0n
  for (const part of [text.slice(0, 6), text.slice(6, 14), text.slice(14)]) {
    let value = 0
    for (const letter of part) value = value * 62 + alphabet.indexOf(letter)
    number = number * eightLetters + BigInt(value)
  }
  if (number >= most) return undefined
  return [96n, 64n, 32n, 0n].map((shift) => Number((number >> shift) & 0xffffffffn))
}
