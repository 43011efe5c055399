import type { Description, Details, Terms } from './description.ts'

/** A description as the store keeps it, its two parts apart, because the one is read for everybody and the other for few. */
export interface DescriptionBytes {
  readonly vector: Float32Array
  readonly terms: Uint8Array
  readonly details: Uint8Array
}

/** Of both parts; a description of another version is made anew. */
const version = 1

export function packDescription({ vector, terms, details }: Description): DescriptionBytes {
  return { vector, terms: packTerms(terms), details: packDetails(details) }
}

/** Version, artists A, artists that the model knows, h; A hashes (float64); A weights (float32). */
function packTerms({ artists, known, weight }: Terms): Uint8Array {
  const head = Float64Array.of(version, artists.hashes.length, known, weight)
  return joined([head, artists.hashes, artists.overlap])
}

/** @returns undefined for bytes of another version */
export function unpackTerms(bytes: Uint8Array): Terms | undefined {
  const { buffer } = aligned(bytes)
  const [found, artists, known, weight] = new Float64Array(buffer, 0, 4) as unknown as [number, number, number, number]
  if (found !== version) return undefined
  const hashes = new Float64Array(buffer, 32, artists)
  return { artists: { hashes, overlap: new Float32Array(buffer, 32 + 8 * artists, artists) }, known, weight }
}

/** What of the details is text or a few numbers, as JSON; and how long the lists of numbers behind it are. */
interface Head extends Omit<Details, 'counts' | 'tracks' | 'sound' | 'offerCodes' | 'views'> {
  readonly lengths: { readonly tracks: number; readonly counts: number; readonly codes: number; readonly views: number }
  readonly present: number
}

/** Version, length of the head, the head as JSON, spaces up to a multiple of 8 bytes, then the numbers, wide ones first. */
function packDetails({ counts, tracks, sound, offerCodes, views, ...texts }: Details): Uint8Array {
  const head: Head = {
    ...texts,
    lengths: {
      tracks: tracks.length,
      counts: counts.length,
      codes: offerCodes.length,
      views: views?.codes.length ?? 0,
    },
    present: views?.present ?? 0,
  }
  const text = Buffer.from(JSON.stringify(head))
  const json = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, ' ')])
  const wide = [Uint32Array.of(version, json.length), json, tracks, counts, sound]
  return joined([...wide, ...(views ? [views.scales] : []), offerCodes, ...(views ? [views.codes] : [])])
}

/**
 * @param dimensions D of the model
 * @returns undefined for bytes of another version
 */
export function unpackDetails(bytes: Uint8Array, dimensions: number): Details | undefined {
  const { buffer } = aligned(bytes)
  const [found, length] = new Uint32Array(buffer, 0, 2)
  if (found !== version) return undefined
  const { lengths, present, ...texts } = JSON.parse(Buffer.from(buffer, 8, length).toString()) as Head
  let at = 8 + length!
  const take = (size: number) => {
    at += size
    return at - size
  }
  const tracks = new Float64Array(buffer, take(8 * lengths.tracks), lengths.tracks)
  const counts = new Float32Array(buffer, take(4 * lengths.counts), lengths.counts)
  const sound = new Float32Array(buffer, take(4 * features), features)
  const subsets = lengths.views / dimensions
  const scales = new Float32Array(buffer, take(4 * subsets), subsets)
  const offerCodes = new Int8Array(buffer, take(lengths.codes), lengths.codes)
  const codes = new Int8Array(buffer, take(lengths.views), lengths.views)
  return { ...texts, tracks, counts, sound, offerCodes, ...(subsets > 0 && { views: { present, scales, codes } }) }
}

const features = 10

function joined(parts: readonly ArrayBufferView[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((size, { byteLength }) => size + byteLength, 0))
  let at = 0
  for (const { buffer, byteOffset, byteLength } of parts) {
    out.set(new Uint8Array(buffer, byteOffset, byteLength), at)
    at += byteLength
  }
  return out
}

/** The same bytes at the start of a buffer, where numbers of any width can be read in place. */
function aligned(bytes: Uint8Array): { readonly buffer: ArrayBuffer } {
  const inPlace = bytes.byteOffset === 0 && bytes.buffer instanceof ArrayBuffer
  return { buffer: inPlace ? (bytes.buffer as ArrayBuffer) : new Uint8Array(bytes).buffer }
}
