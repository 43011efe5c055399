import { open, stat } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import { unreadable } from './unreadable.ts'

/** The bytes of a file end before its format does. Everything before was delivered. */
export class BrokenOff extends Error {
  override readonly name = 'BrokenOff'
}

/** A file as bytes, unpacked where it is gzipped. */
export interface ByteStream {
  readonly chunks: AsyncIterable<Buffer>
  /** Size of the file as it lies on the disk. */
  readonly size: number
  /** How much of `size` was read so far. */
  readonly read: () => number
}

const chunkBytes = 1 << 16

/**
 * Reads a file in chunks of at most some megabytes. Gzip is recognised by its first two bytes, not by the file's name.
 * The chunks end with BrokenOff where gzipped data is truncated or damaged.
 * @throws Problem when the file can't be read.
 */
export async function openBytes(path: string): Promise<ByteStream> {
  const { size } = await stat(path).catch((error) => {
    throw unreadable(path, error)
  })
  let read = 0
  async function* raw(): AsyncGenerator<Buffer> {
    const file = await open(path).catch((error) => {
      throw unreadable(path, error)
    })
    try {
      for (;;) {
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes)
        if (bytesRead === 0) return
        read += bytesRead
        yield buffer.subarray(0, bytesRead)
      }
    } catch (error) {
      throw unreadable(path, error)
    } finally {
      await file.close()
    }
  }
  return { chunks: unpacked(raw()), size, read: () => read }
}

async function* unpacked(raw: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    const { value: first, done } = await raw.next()
    if (done) return
    async function* whole(): AsyncGenerator<Buffer> {
      yield first as Buffer
      yield* raw
    }
    const gzipped = first[0] === 0x1f && first[1] === 0x8b
    yield* gzipped ? gunzipped(whole()) : whole()
  } finally {
    await raw.return(undefined)
  }
}

/** A stream's own iterator loses what it holds when an error comes; this one delivers it first. */
async function* gunzipped(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: chunkBytes })
  const ready: Buffer[] = []
  let failure: Error | undefined
  const ended = new Promise<void>((resolve) => gunzip.once('close', resolve))
  gunzip.on('data', (chunk: Buffer) => ready.push(chunk))
  gunzip.on('error', (error) => {
    failure = error
  })
  try {
    for await (const chunk of packed) {
      await Promise.race([new Promise((resolve) => gunzip.write(chunk, resolve)), ended])
      yield* ready.splice(0)
      if (failure) break
    }
    if (!failure) gunzip.end()
    await ended
    yield* ready.splice(0)
  } finally {
    gunzip.destroy()
  }
  if (failure) throw new BrokenOff('the gzipped data is damaged or ends early', { cause: failure })
}
