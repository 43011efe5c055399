import { Gunzip, Inflate } from 'fflate'

/** Packed bytes that are unpacked at a time: a thousand times as many may come out. */
const stepBytes = 4096

/** Unpacks deflated data (RFC 1951). Throws what `isFlateError` knows where it is damaged or ends early. */
export function inflated(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  return unpackedBy(new Inflate(), packed)
}

/** The same for gzipped data (RFC 1952), of one member or several. */
export function gunzipped(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  return unpackedBy(new Gunzip(), packed)
}

/** Damaged data: a FlateError, or reading past tables that the data describes wrongly. */
export function isFlateError(error: unknown): boolean {
  return (
    error instanceof RangeError ||
    error instanceof TypeError ||
    (error instanceof Error && 'code' in error && typeof error.code === 'number')
  )
}

async function* unpackedBy(unpacker: Inflate | Gunzip, packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = []
  unpacker.ondata = (chunk) => {
    if (chunk.length > 0) ready.push(chunk)
  }
  for await (const chunk of packed) {
    for (let at = 0; at < chunk.length; at += stepBytes) {
      unpacker.push(chunk.subarray(at, at + stepBytes), false)
      yield* ready.splice(0)
    }
  }
  unpacker.push(new Uint8Array(0), true)
  yield* ready.splice(0)
}
