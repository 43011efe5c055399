import { BlobReader, configure, ERR_UNSAFE_FILENAME, type FileEntry, ZipReader } from '@zip.js/zip.js/index-native.js'
import { Problem } from '../../taste/problem.ts'
import { chunksOf, type ExportFile } from './export-file.ts'
import { inflated, isFlateError } from './inflate.ts'

// The reading runs in a worker of its caller's already.
configure({ useWebWorkers: false })

/** Limits of an archive. What music services write stays far below each. */
export const zipLimits = {
  entries: 100_000,
  /** Bytes of one file in it, unpacked. */
  fileBytes: 2 ** 31,
  /** A file above this many bytes that unpacks to more than `ratio` times its size is no listening data. */
  suspiciousBytes: 64 << 20,
  ratio: 250,
} as const

/**
 * The files in an archive. Only the directory is read; each file is unpacked when it is asked for, never onto a disk.
 * @throws Problem when the archive can't be read or claims more than `zipLimits`.
 */
export async function* zipFiles(archive: ExportFile & { readonly blob: Blob }): AsyncGenerator<ExportFile> {
  const reader = new ZipReader(new BlobReader(archive.blob))
  let seen = 0
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      if (++seen > zipLimits.entries)
        throw new Problem(`"${archive.name}" holds more than ${zipLimits.entries.toLocaleString('en-US')} files`)
      if (!entry.directory) yield zippedFile(archive, entry)
    }
  } catch (error) {
    if (error instanceof Problem) throw error
    const unsafe = error instanceof Error && error.message === ERR_UNSAFE_FILENAME
    if (unsafe)
      throw new Problem(`"${archive.name}" holds a file whose name leads out of it: not an export`, { cause: error })
    throw new Problem(`"${archive.name}" is a damaged zip archive (${reasonOf(error)})`, {
      do: 'download it again',
      cause: error,
    })
  }
}

function zippedFile(archive: ExportFile & { readonly blob: Blob }, entry: FileEntry): ExportFile {
  const { uncompressedSize: size, compressedSize } = entry
  const name = entry.filename.replaceAll('\\', '/')
  const place = `"${name}" in "${archive.name}"`
  return { name, size, bytes }

  async function* bytes(): AsyncGenerator<Uint8Array> {
    if (entry.encrypted) throw new Problem(`${place} needs a password`, { do: 'unpack the archive first' })
    if (size > zipLimits.fileBytes)
      throw new Problem(`${place} claims to be ${(size / 2 ** 30).toFixed(1)} GB, more than listening data can be`)
    if (entry.compressionMethod !== stored && entry.compressionMethod !== deflated)
      throw new Problem(`${place} is packed in an unusual way`, { do: 'unpack the archive first' })
    let unpackedBytes = 0
    for await (const chunk of contentOf(archive.blob, entry, place)) {
      unpackedBytes += chunk.length
      const bomb = unpackedBytes > zipLimits.suspiciousBytes && unpackedBytes > zipLimits.ratio * compressedSize
      if (bomb || unpackedBytes > zipLimits.fileBytes)
        throw new Problem(`${place} unpacks to far more than its size: not listening data`)
      yield chunk
    }
    if (unpackedBytes !== size) throw new Problem(`${place} is damaged (it ends early)`, { do: 'download it again' })
  }
}

const stored = 0
const deflated = 8
/** Bytes of a local header before the name. */
const headerBytes = 30

/** The file's bytes, unpacked here: streams that do it in Node never end for some damaged data. */
async function* contentOf(blob: Blob, entry: FileEntry, place: string): AsyncGenerator<Uint8Array> {
  const damaged = (cause?: unknown) => new Problem(`${place} is damaged`, { do: 'download it again', cause })
  const header = new DataView(await blob.slice(entry.offset, entry.offset + headerBytes).arrayBuffer())
  if (header.byteLength < headerBytes || header.getUint32(0, true) !== 0x04034b50) throw damaged()
  const start = entry.offset + headerBytes + header.getUint16(26, true) + header.getUint16(28, true)
  const packed = chunksOf(blob.slice(start, start + entry.compressedSize).stream())
  if (entry.compressionMethod === stored) return yield* packed
  try {
    yield* inflated(packed)
  } catch (error) {
    throw isFlateError(error) ? damaged(error) : error
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error && error.message ? error.message : 'it ends early'
}
