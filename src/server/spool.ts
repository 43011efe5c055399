import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { opaqueId } from './ledger/secret.ts'
import type { ServerLimits } from './limits.ts'
import { ApiProblem, type ProblemCode } from './problems.ts'

/** Bytes that all files, and those of one client, may take while they wait. */
export type SpoolLimits = Pick<ServerLimits, 'allUploadBytes' | 'clientUploadBytes'>

/**
 * Files that people brought and that wait to be read. Each has a folder of its own. Every byte is counted as it comes,
 * so that nobody can fill the disk, however many send at the same time.
 */
export class Spool {
  readonly folder: string
  readonly #limits: SpoolLimits
  readonly #files = new Map<string, { bytes: number; readonly client: string }>()

  constructor(folder: string, limits: SpoolLimits) {
    this.folder = folder
    this.#limits = limits
  }

  /** Bytes of all files, or of those of one client. */
  bytes(client?: string): number {
    let sum = 0
    for (const file of this.#files.values()) if (client === undefined || file.client === client) sum += file.bytes
    return sum
  }

  /** A place for a new file. @param name as somebody else's machine calls it */
  async place(name: string): Promise<{ readonly id: string; readonly path: string }> {
    const id = opaqueId()
    const folder = join(this.folder, id)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return { id, path: join(folder, safeName(name)) }
  }

  pathOf(id: string, name: string): string {
    return join(this.folder, id, safeName(name))
  }

  /**
   * Keeps what a stream brings.
   * @param most bytes of this file
   * @param tooLarge what is said of more
   * @throws ApiProblem, after removing what came
   */
  async keep(
    source: Readable,
    path: string,
    { most, client, tooLarge }: { readonly most: number; readonly client: string; readonly tooLarge: ProblemCode },
  ): Promise<number> {
    const file = { bytes: 0, client }
    this.#files.set(path, file)
    const counter = new Transform({
      transform: (chunk: Buffer, _, done) => {
        file.bytes += chunk.length
        if (file.bytes > most) done(tooMuch(tooLarge, most))
        else if (this.#isFull(client))
          done(new ApiProblem('too-many-uploads', 'Wait until other files are read.', { retryAfter: 60 }))
        else done(null, chunk)
      },
    })
    // Not part of the pipeline, which would tear down a request that is still to be answered.
    const broken = () => counter.destroy(new ApiProblem('invalid-request', 'The file did not arrive whole.'))
    source.once('error', broken).once('close', () => source.readableEnded || broken())
    try {
      source.pipe(counter)
      await pipeline(counter, createWriteStream(path, { mode: 0o600, flags: 'wx' }))
      return file.bytes
    } catch (error) {
      source.unpipe(counter)
      source.resume()
      await this.removeFile(path)
      throw error
    }
  }

  #isFull(client: string): boolean {
    const { allUploadBytes, clientUploadBytes } = this.#limits
    return this.bytes() > allUploadBytes || this.bytes(client) > clientUploadBytes
  }

  /** With the folder that was made for it. */
  async removeFile(path: string): Promise<void> {
    this.#files.delete(path)
    await rm(dirname(path), { recursive: true, force: true })
  }

  /** At the start: counts what is waited for, and removes the rest. @param wanted paths */
  async sweep(wanted: ReadonlySet<string>): Promise<void> {
    for (const path of wanted) {
      const found = await stat(path).catch(() => undefined)
      if (found) this.#files.set(path, { bytes: found.size, client: '' })
    }
    const kept = new Set([...wanted].map((path) => dirname(path)))
    for (const name of await readdir(this.folder).catch(() => [])) {
      const folder = join(this.folder, name)
      if (!kept.has(folder)) await rm(folder, { recursive: true, force: true })
    }
  }
}

export function tooMuch(code: ProblemCode, most: number): ApiProblem {
  return new ApiProblem(code, `At most ${Math.floor(most / 1e6) || 1} MB are taken here.`)
}

/** Readers look at the ending of a name, so it stays; whatever could lead elsewhere goes. */
function safeName(name: string): string {
  const safe = name
    .replaceAll(/[^\w.-]+/g, '_')
    .replace(/^\.+/, '')
    .slice(-100)
  return safe === '' ? 'file' : safe
}
