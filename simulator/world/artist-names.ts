import { mixed } from './chance.ts'

const onsets = 'v br th k dr m fl gr s l p tr n b st d t w gl f'.split(' ')
const middles = 'lv nd rv l m r n v mb rl st lm sk ld nt th'.split(' ')
const laterMiddles = 'l r n m v d st nd k th b z'.split(' ')
const ends = 'n l r m nd v th d s x lk z'.split(' ')
const vowels = ['a', 'e', 'i', 'o', 'u']
const codas = ['', '', '', '', 'n', 's', 'l', 'r']

/** How many invented words there are. Each is read back in one way only, being runs of consonants and vowels by turns. */
const syllables = [onsets, vowels, middles, vowels, laterMiddles, vowels, ends, vowels]
const words = syllables.reduce((product, list) => product * list.length, 1)

const companions =
  `Lanterns Kilometres Ferries Teacups Satellites Orchards Umbrellas Staircases Postcards Herons Engines Tramlines
  Gardens Telegraphs Windows Barometers Archipelago Ensemble Orchestra Quartet Collective Laboratory Observatory`.split(
    /\s+/,
  )
const adjectives = 'Paper Velvet Hollow Second Distant Copper Patient Electric Folded Borrowed'.split(' ')

/**
 * Name of the artist with this number (below 2^23): an invented word, sometimes with companions. Two numbers never get the
 * same invented word in the same script.
 */
export function artistName(seed: number, artist: number): string {
  const place = (artist * 7_368_787 + mixed(seed, 21)) % words
  const script = mixed(seed, 22, artist) % 100
  if (script < 2) return kana(place)
  if (script < 4) return hangul(place)
  const word = script < 6 ? cyrillic(inventedWord(seed, artist, place)) : inventedWord(seed, artist, place)
  return script < 6 ? word : dressed(seed, artist, script < 12 ? accented(word) : word)
}

function inventedWord(seed: number, artist: number, place: number): string {
  let left = place
  let word = ''
  for (const list of syllables) {
    word += list[left % list.length]
    left = Math.floor(left / list.length)
  }
  return capital(word + codas[mixed(seed, 23, artist) % codas.length])
}

function dressed(seed: number, artist: number, word: string): string {
  const companion = companions[mixed(seed, 25, artist) % companions.length]
  switch (mixed(seed, 24, artist) % 10) {
    case 0:
    case 1:
      return `${word} ${companion}`
    case 2:
      return `The ${word} ${companion}`
    case 3:
      return `${word} & the ${companion}`
    case 4:
      return `${adjectives[mixed(seed, 26, artist) % adjectives.length]} ${word}`
    default:
      return word
  }
}

function capital(word: string): string {
  return word[0]!.toUpperCase() + word.slice(1)
}

function accented(word: string): string {
  return word.replaceAll('o', 'ö').replaceAll('e', 'é').replaceAll('n', 'ñ')
}

function cyrillic(word: string): string {
  const from = 'abcdefghijklmnopqrstuvwxyz'
  const to = 'абцдефгхийклмнопярстувшжыз'
  return capital([...word.toLowerCase()].map((letter) => to[from.indexOf(letter)] ?? letter).join(''))
}

function kana(place: number): string {
  const letters = 'アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ'
  return spelled(place, 5, letters.length, (digit) => letters[digit]!)
}

function hangul(place: number): string {
  return spelled(place, 3, 399, (digit) => String.fromCodePoint(0xac00 + digit * 28))
}

function spelled(place: number, length: number, base: number, letter: (digit: number) => string): string {
  let left = place
  let text = ''
  for (let at = 0; at < length; at++) {
    text += letter(left % base)
    left = Math.floor(left / base)
  }
  return text
}
