import { endianness } from 'node:os'
import { Problem } from '../taste/problem.ts'

/** A named array of numbers with its shape. */
export interface Tensor {
  readonly shape: readonly number[]
  readonly data: Float32Array | Uint32Array
}

const longestHeader = 100_000_000
const kinds = { F32: Float32Array, U32: Uint32Array } as const

/**
 * Writes tensors in the safetensors format (huggingface.co/docs/safetensors): 8 bytes length of the header,
 * little-endian; the header, JSON padded by spaces to a multiple of 8; then the values, little-endian, without gaps. The
 * same tensors in the same order give the same bytes.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {}
  let end = 0
  for (const [name, { shape, data }] of tensors) {
    const start = end
    end += data.byteLength
    header[name] = { dtype: data instanceof Float32Array ? 'F32' : 'U32', shape, data_offsets: [start, end] }
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const headerLength = Math.ceil(text.length / 8) * 8
  const bytes = new Uint8Array(8 + headerLength + end)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true)
  bytes.fill(0x20, 8, 8 + headerLength).set(text, 8)
  let at = 8 + headerLength
  for (const { data } of tensors.values()) {
    bytes.set(littleEndian(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)), at)
    at += data.byteLength
  }
  return bytes
}

/**
 * Reads what `writeSafetensors` or another writer of the format wrote.
 * @param what names the input in an error
 * @throws Problem for anything that is not a whole safetensors file of 32-bit floats and unsigned integers
 */
export function readSafetensors(
  bytes: Uint8Array,
  what: string,
): { readonly tensors: ReadonlyMap<string, Tensor>; readonly metadata: Readonly<Record<string, string>> } {
  const broken = (why: string) =>
    new Problem(`${what}: ${why}`, { do: 'the file is damaged or not a safetensors file' })
  if (bytes.length < 8) throw broken(`only ${bytes.length} bytes`)
  const headerLength = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  if (headerLength > longestHeader || 8 + headerLength > bytes.length) throw broken('its header is cut off')
  const header = parsed(bytes.subarray(8, 8 + headerLength))
  if (!header) throw broken('its header is not JSON')

  const values = bytes.subarray(8 + headerLength)
  const tensors = new Map<string, Tensor>()
  let metadata: Readonly<Record<string, string>> = {}
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') metadata = entry as Record<string, string>
    else {
      const tensor = tensorOf(entry as Entry | null, values)
      if (!tensor) throw broken(`tensor ${name} does not fit in it`)
      tensors.set(name, tensor)
    }
  }
  return { tensors, metadata }
}

interface Entry {
  readonly dtype?: unknown
  readonly shape?: unknown
  readonly data_offsets?: unknown
}

function tensorOf(entry: Entry | null, values: Uint8Array): Tensor | undefined {
  const Numbers = Object.hasOwn(kinds, String(entry?.dtype)) ? kinds[entry?.dtype as keyof typeof kinds] : undefined
  const { shape, data_offsets: offsets } = entry ?? {}
  if (!Numbers || !areSizes(shape) || !areSizes(offsets) || offsets.length !== 2) return undefined
  const [start, end] = offsets as [number, number]
  const length = shape.reduce((product, size) => product * size, 1)
  if (end > values.length || end - start !== length * 4) return undefined
  // Copied, because the values need not be aligned. (A Buffer's own slice would not copy.)
  return { shape, data: new Numbers(littleEndian(new Uint8Array(values.subarray(start, end))).buffer) }
}

function areSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0)
}

function parsed(text: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** On a big-endian machine, the 32-bit words turned around. */
function littleEndian(bytes: Uint8Array<ArrayBuffer> | Uint8Array): Uint8Array<ArrayBuffer> {
  return (endianness() === 'LE' ? bytes : Buffer.from(bytes).swap32()) as Uint8Array<ArrayBuffer>
}
