import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline } from 'node:stream'
import { createZstdDecompress } from 'node:zlib'
import { extract } from 'tar-stream'
import type { Profile } from '../../taste/listener.ts'
import { Problem } from '../../taste/problem.ts'
import type { Provenance } from '../../taste/provenance.ts'
import { isObject, textIn } from '../export/values.ts'
import { listenIn } from '../listenbrainz-export/listenbrainz-export.ts'
import { readLines } from '../reading/lines.ts'
import { unreadable } from '../reading/unreadable.ts'
import type { Source, SourceEvent } from '../source.ts'
import { publicConsent } from '../spotify/public-profiles.ts'
import { PlayCounts, type Plays } from './play-counts.ts'

/** Bytes of one listen, at most. */
const longestLine = 1 << 20
/** The most played tracks of a listener that are kept: what comes after them says little. */
const mostTracks = 5000
/** Progress is told so many times a second. */
const tellEvery = 250

/**
 * A dump of ListenBrainz: all listens of everybody, as JSON lines by year and month in a tar archive packed with
 * Zstandard. A listener's listens are spread over all of it, so they are counted first, on the disk where memory ends, and
 * the profiles come at the end.
 */
export const listenbrainzDump: Source = {
  format: 'listenbrainz-dump',
  title: 'a dump of ListenBrainz (listenbrainz-listens-dump-*.tar.zst): the listens of everybody',
  async recognises(path) {
    return isZstd(await headOf(path)) && (await firstMember(path))
  },
  async *read(path, { now }) {
    const { size } = await stat(path).catch((error) => {
      throw unreadable(path, error)
    })
    const provenance: Provenance = { origin: 'listenbrainz', source: 'listenbrainz', readAt: now }
    const counts = new PlayCounts()
    let listens = 0
    try {
      for await (const event of countedListens(path, size, counts)) {
        if (event === 'listen') listens++
        else yield event
      }
      if (listens === 0) throw new Problem(`"${path}" holds no listens`, { do: 'give a listens dump of ListenBrainz' })
      for await (const [name, plays] of counts.listeners())
        yield { kind: 'profile', profile: profileOf(name, plays, provenance) }
      yield { kind: 'progress', bytes: size, of: size }
    } finally {
      await counts.close()
    }
  },
}

const zstdMagic = 0xfd2fb528

function isZstd(head: Buffer): boolean {
  return head.length >= 4 && head.readUInt32LE(0) === zstdMagic
}

async function headOf(path: string): Promise<Buffer> {
  if (!(await stat(path)).isFile()) return Buffer.alloc(0)
  const file = await open(path).catch((error) => {
    throw unreadable(path, error)
  })
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** Whether the archive begins like a listens dump: a folder of its name, or what lies in it. */
async function firstMember(path: string): Promise<boolean> {
  const source = createReadStream(path, { end: (1 << 20) - 1 })
  const unpacked = source.pipe(createZstdDecompress())
  source.on('error', (error) => unpacked.destroy(error))
  try {
    for await (const chunk of unpacked) {
      const name = (chunk as Buffer).toString('latin1', 0, 100).replace(/\0.*$/s, '')
      return /listens|listenbrainz/i.test(name) && (chunk as Buffer).toString('latin1', 257, 262) === 'ustar'
    }
    return false
  } catch {
    return false
  } finally {
    source.destroy()
    unpacked.destroy()
  }
}

/** Counts every listen in the archive; tells each, what can't be read, and how far it is. */
async function* countedListens(path: string, size: number, counts: PlayCounts): AsyncGenerator<SourceEvent | 'listen'> {
  const source = createReadStream(path)
  const archive = extract()
  let failure: Error | undefined
  pipeline(source, createZstdDecompress(), archive, (error) => {
    failure ??= error ?? undefined
  })
  let told = performance.now()
  let member = ''
  try {
    for await (const entry of archive) {
      member = entry.header.name
      if (entry.header.type !== 'file' || !member.endsWith('.listens')) {
        entry.resume()
        continue
      }
      for await (const lines of readLines(entry as AsyncIterable<Buffer>, longestLine)) {
        for (const { number, bytes } of lines) {
          const outcome = bytes === undefined ? 'the line is too long' : count(bytes, counts)
          if (outcome === undefined) yield 'listen'
          else if (outcome)
            yield { kind: 'broken', place: `${basename(path)}: ${member}: line ${number}`, reason: outcome }
        }
        await counts.spill()
        if (performance.now() - told < tellEvery) continue
        told = performance.now()
        yield { kind: 'progress', bytes: Math.min(size - 1, source.bytesRead), of: size }
      }
    }
    if (failure) throw failure
  } catch (error) {
    if (error instanceof Problem) throw error
    const place = member ? `${basename(path)}: ${member}` : basename(path)
    yield { kind: 'broken', place, reason: `the archive is damaged or ends early; what came before is kept` }
  } finally {
    source.destroy()
    archive.destroy()
  }
}

/** Undefined when it was counted, '' for what is no music, or why it can't be read. */
function count(line: Buffer, counts: PlayCounts): string | undefined {
  if (line.length === 0) return ''
  let row: unknown
  try {
    row = JSON.parse(line.toString('utf8'))
  } catch {
    return 'not JSON'
  }
  const name = isObject(row) ? textIn(row.user_name)?.trim() : undefined
  if (!isObject(row) || !name) return 'it names no listener'
  const listen = listenIn(row)
  if (listen === 'no-metadata') return 'it has no track_metadata'
  if (listen === 'no-artist') return ''
  counts.add(name, listen)
  return undefined
}

function profileOf(name: string, plays: readonly Plays[], provenance: Provenance): Profile {
  const most = plays.toSorted((a, b) => b.plays - a.plays).slice(0, mostTracks)
  return {
    id: `listenbrainz:${name}`,
    name,
    url: `https://listenbrainz.org/user/${encodeURIComponent(name)}/`,
    provenance,
    consent: publicConsent(undefined, false),
    items: most.map(({ first, last, ...item }) => ({
      ...item,
      ...(first && { addedAt: first }),
      ...(last && { lastPlayedAt: last }),
    })),
  }
}
