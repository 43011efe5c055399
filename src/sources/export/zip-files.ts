import { BlobReader, configure, ERR_UNSAFE_FILENAME, type FileEntry, ZipReader } from '@zip.js/zip.js/index-native.js'
import { Problem } from '../../taste/problem.ts'
import { chunksOf, type ExportFile } from './export-file.ts'

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

function zippedFile(archive: ExportFile, entry: FileEntry): ExportFile {
  const { uncompressedSize: size, compressedSize } = entry
  const name = entry.filename.replaceAll('\\', '/')
  const place = `"${name}" in "${archive.name}"`
  return { name, size, bytes }

  async function* bytes(): AsyncGenerator<Uint8Array> {
    if (entry.encrypted) throw new Problem(`${place} needs a password`, { do: 'unpack the archive first' })
    if (size > zipLimits.fileBytes)
      throw new Problem(`${place} claims to be ${(size / 2 ** 30).toFixed(1)} GB, more than listening data can be`)
    const stop = new AbortController()
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
    const done = entry.getData(writable, { signal: stop.signal }).catch((error: unknown) => error)
    let unpackedBytes = 0
    try {
      for await (const chunk of chunksOf(readable)) {
        unpackedBytes += chunk.length
        const bomb = unpackedBytes > zipLimits.suspiciousBytes && unpackedBytes > zipLimits.ratio * compressedSize
        if (bomb || unpackedBytes > zipLimits.fileBytes)
          throw new Problem(`${place} unpacks to far more than its size: not listening data`)
        yield chunk
      }
      const failure = await done
      if (failure instanceof Error) throw failure
    } catch (error) {
      if (error instanceof Problem) throw error
      throw new Problem(`${place} is damaged (${reasonOf(error)})`, { do: 'download it again', cause: error })
    } finally {
      stop.abort()
      await done
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error && error.message ? error.message : 'it ends early'
}
