import { gzipSync } from 'node:zlib'
import { BlobWriter, TextReader, ZipWriter } from '@zip.js/zip.js/index-native.js'
import { historyWriters, listWriters } from '../simulator/exports/exports.ts'
import { playedTracks } from '../simulator/exports/person.ts'
import { createWorld } from '../simulator/world/world.ts'
import { readFiles } from '../src/sources/browser.ts'
import { itemOrReason } from '../src/sources/profiles/item.ts'
import { Problem } from '../src/taste/problem.ts'

/** What came of damaged inputs. */
export interface FuzzOutcome {
  readonly inputs: number
  /** Inputs of which something could be read. */
  readonly read: number
  /** Inputs that were refused, with one line for their owner. */
  readonly refused: number
  /** Milliseconds of processor time, which others on the machine don't lengthen. */
  readonly slowestMs: number
  /** The input that took longest, to look at it again. */
  readonly slowest: string
  /** Whatever is no Problem of one line, with the seed that makes it again. */
  readonly crashes: readonly string[]
}

interface Seed {
  readonly name: string
  readonly bytes: Uint8Array
}

/**
 * Reads inputs that are damaged copies of one small person's exports, in every format, alone, gzipped and zipped.
 * @param from number of the first input; an input depends on its number only
 */
export async function fuzzExports(inputs: number, from = 0): Promise<FuzzOutcome> {
  const seeds = await makeSeeds()
  const crashes: string[] = []
  let [read, refused, slowestMs, slowest] = [0, 0, 0, '']
  for (let number = from; number < from + inputs; number++) {
    const random = randomOf(number)
    const seed = seeds[random(seeds.length)]!
    const bytes = mutated(seed.bytes, seeds, random)
    // What a file is called must matter as little as what is in it.
    const name = random(8) === 0 ? seeds[random(seeds.length)]!.name : seed.name
    const started = process.cpuUsage()
    try {
      const { items, report } = await readFiles([new File([bytes as Uint8Array<ArrayBuffer>], name)])
      if (items.length !== report.items)
        crashes.push(`input ${number} (${name}): ${items.length} items, ${report.items} reported`)
      const wrong = items.map(itemOrReason).find((item) => typeof item === 'string')
      if (wrong) crashes.push(`input ${number} (${name}): an item that is none: ${wrong}`)
      read++
    } catch (error) {
      refused++
      if (!(error instanceof Problem) || error.message.includes('\n'))
        crashes.push(`input ${number} (${name}): ${(error as Error).stack}`)
    }
    const { user, system } = process.cpuUsage(started)
    const took = (user + system) / 1000
    if (took > slowestMs) [slowestMs, slowest] = [took, `input ${number} (${name})`]
  }
  return { inputs, read, refused, slowestMs, slowest, crashes }
}

async function makeSeeds(): Promise<readonly Seed[]> {
  const person = playedTracks(createWorld({ seed: 3, listeners: 2 }), 1).slice(0, 6)
  const files = Object.values({ ...historyWriters, ...listWriters }).map((write) => write(person))
  const zip = new ZipWriter(new BlobWriter())
  for (const { name, text } of files) await zip.add(name, new TextReader(text))
  const zipped = new Uint8Array(await (await zip.close()).arrayBuffer())
  const encoder = new TextEncoder()
  return [
    ...files.map(({ name, text }) => ({ name, bytes: encoder.encode(text) })),
    ...files.slice(0, 4).map(({ name, text }) => ({ name: `${name}.gz`, bytes: new Uint8Array(gzipSync(text)) })),
    { name: 'my_spotify_data.zip', bytes: zipped },
    { name: 'takeout.zip', bytes: zipped },
  ]
}

type Random = (below: number) => number

/** Whole numbers below a bound, the same for the same seed (mulberry32). */
function randomOf(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b1)
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const encoder = new TextEncoder()
/** What tends to break readers. */
const tokens = [
  ...[
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '<',
    '>',
    '&',
    '\n',
    '\r\n',
    ';',
    '\t',
    '#',
    '/*',
    '\u0000',
    '\ufeff',
    '\ud7ff',
    'null',
    'true',
    '-1',
  ],
  ...[
    '1e999',
    '99999999999999999999',
    '0',
    '""',
    '{}',
    '[]',
    '""""',
    'NaN',
    '__proto__',
    'constructor',
    '&#x10FFFF;',
    '&lol;',
    '<!DOCTYPE x [<!ENTITY lol "lol">]>',
  ],
  ...[
    '<key>',
    '</dict>',
    '<track>',
    '</track>',
    '<dict>',
    '<array>',
    'spotify:track:',
    '#EXTINF:',
    '2024-13-45',
    '\\u0000',
    '\\ud800',
    '<![CDATA[',
    '<!--',
    '"a":',
  ],
].map((token) => encoder.encode(token))
/** Parts that are long or deep. */
const floods = [
  ...['[', '{"a":', '<dict>', '<div>', '"', ',', '\\"', '\n', ' ', 'a', '(', '- ', '<!-- ', '\u0301'].map((part) =>
    encoder.encode(part.repeat(30_000)),
  ),
  encoder.encode(`"${'x'.repeat(200_000)}"`),
  new Uint8Array(50_000).fill(0xff),
]

function mutated(original: Uint8Array, seeds: readonly Seed[], random: Random): Uint8Array {
  let bytes = original
  for (let times = 1 + random(4); times > 0; times--) bytes = mutation(bytes, seeds, random)
  return bytes
}

function mutation(bytes: Uint8Array, seeds: readonly Seed[], random: Random): Uint8Array {
  const at = random(bytes.length + 1)
  const length = Math.min(1 + random(1 << random(10)), bytes.length - at)
  const put = (part: Uint8Array, over = 0) => joined(bytes.subarray(0, at), part, bytes.subarray(at + over))
  switch (random(12)) {
    case 0:
      return bytes.subarray(0, at)
    case 1:
      return put(new Uint8Array(0), length)
    case 2:
      return put(bytes.subarray(at, at + length))
    case 3: {
      const flipped = bytes.slice()
      for (let i = at; i < Math.min(at + 4, bytes.length); i++) flipped[i]! ^= 1 << random(8)
      return flipped
    }
    case 4: {
      const noise = new Uint8Array(1 + random(16)).map(() => random(256))
      return put(noise, random(2) * noise.length)
    }
    case 5:
    case 6:
    case 7:
      return put(tokens[random(tokens.length)]!, random(2) * length)
    case 8: {
      const other = seeds[random(seeds.length)]!.bytes
      const from = random(other.length)
      return put(other.subarray(from, from + 1 + random(2000)))
    }
    case 9: {
      // A structural byte becomes another one.
      const swapped = bytes.slice()
      for (let i = at; i < bytes.length; i++) {
        if (!'"{}[],:<>/\n'.includes(String.fromCharCode(bytes[i]!))) continue
        swapped[i] = '"{}[],:<>/\n'.charCodeAt(random(11))
        break
      }
      return swapped
    }
    case 10:
      return random(4) === 0 ? put(floods[random(floods.length)]!) : put(bytes.subarray(0, length))
    default:
      return random(4) === 0
        ? new Uint8Array(Buffer.from(Buffer.from(bytes).toString('latin1'), 'utf16le'))
        : bytes.slice().reverse()
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
