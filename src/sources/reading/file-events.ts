import { Problem } from '../../taste/problem.ts'
import type { SourceEvent } from '../source.ts'
import { BrokenOff, openBytes } from './byte-stream.ts'

/**
 * Reads one file into events: adds the path to places, tells the progress, keeps what was read before the data breaks
 * off.
 * @param anything whether something was read that is no event yet
 * @throws Problem when nothing of the file can be read.
 */
export async function* fileEvents(
  path: string,
  read: (chunks: AsyncIterable<Buffer>) => AsyncIterable<SourceEvent>,
  anything: () => boolean = () => false,
): AsyncGenerator<SourceEvent> {
  const bytes = await openBytes(path)
  if (bytes.size === 0) throw new Problem(`"${path}" is empty`)
  let told = 0
  let delivered = 0
  let broken = 0
  let first: string | undefined
  const pathed = (place: string, reason: string): SourceEvent => {
    broken++
    first ??= place ? `${place}: ${reason}` : reason
    return { kind: 'broken', place: place ? `${path}: ${place}` : path, reason }
  }
  try {
    for await (const event of read(bytes.chunks)) {
      if (event.kind === 'broken') yield pathed(event.place, event.reason)
      else {
        delivered++
        yield event
      }
      if (bytes.read() === told) continue
      told = bytes.read()
      yield { kind: 'progress', bytes: told, of: bytes.size }
    }
  } catch (error) {
    if (error instanceof Problem && !error.message.startsWith(`"${path}"`)) {
      throw new Problem(`"${path}": ${error.message}`, { cause: error })
    }
    if (!(error instanceof BrokenOff)) throw error
    if (delivered === 0 && !anything()) throw new Problem(`"${path}" can't be read: ${error.message}`, { cause: error })
    yield pathed('', `${error.message}; what came before is kept`)
  }
  if (delivered === 0 && broken > 0 && !anything()) {
    throw new Problem(`nothing in "${path}" can be read (${first})`)
  }
  if (told < bytes.size) yield { kind: 'progress', bytes: bytes.size, of: bytes.size }
}
