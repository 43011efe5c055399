import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { zipFiles } from '../sources/export/zip-files.ts'
import { fileAt } from '../sources/own-files.ts'
import type { PublicSet } from '../sources/public-sets.ts'
import type { Environment } from '../spotify/environment.ts'
import { Problem } from '../taste/problem.ts'
import type { Progress, Task } from './progress.ts'

export interface FetchSetOptions {
  /** Where the set's own folder is made. */
  readonly into: string
  /** `fetch` follows redirects: a download has no secrets with it. */
  readonly environment: Pick<Environment, 'sleep' | 'deadline'> & { readonly fetch: typeof fetch }
  readonly progress: Progress
  readonly signal?: AbortSignal
}

export interface FetchedSet {
  /** The folder with the set's files. */
  readonly folder: string
  /** Bytes that were downloaded now; 0 when they were there. */
  readonly downloaded: number
  /** Bytes that an earlier, interrupted download had left. */
  readonly resumed: number
  readonly files: readonly string[]
}

/** Tries at a download that breaks off; each goes on where the last one ended. */
const tries = 5
/** Milliseconds without a byte. */
const patience = 30_000

/**
 * Downloads a public data set from its owner and unpacks it. A download that broke off, also in an earlier run, goes on
 * where it ended; the archive counts only with the right checksum.
 * @throws Problem when the owner can't be reached or sends something else; what `signal` was aborted with.
 */
export async function fetchSet(set: PublicSet, options: FetchSetOptions): Promise<FetchedSet> {
  const { into, progress, signal } = options
  const folder = resolve(into, set.folder)
  await mkdir(into, { recursive: true })
  const archive = join(into, `${set.folder}.zip`)
  const part = `${archive}.part`
  using task = progress.start(`downloading ${set.name}`, { unit: 'bytes' })
  const resumed = await sizeOf(part)
  let downloaded = 0
  if (!(await isRight(archive, set))) {
    downloaded = await download(set, part, options, task)
    signal?.throwIfAborted()
    if (!(await isRight(part, set))) {
      await rm(part, { force: true })
      throw new Problem(
        `fetch: what ${new URL(set.url).host} sent as ${set.name} is not the set (its checksum is another)`,
        {
          do: `try again later, or download it yourself from ${set.page}`,
        },
      )
    }
    await rename(part, archive)
  }
  task.finish('checksum verified')
  const files = await unpack(archive, folder)
  return { folder, downloaded, resumed: downloaded > 0 ? resumed : 0, files }
}

async function download(set: PublicSet, part: string, options: FetchSetOptions, task: Task): Promise<number> {
  const { environment, signal } = options
  let downloaded = 0
  for (let attempt = 1; ; attempt++) {
    const have = await sizeOf(part)
    const got = { bytes: 0 }
    try {
      await downloadOnce(set, part, have, got, options, task)
      return downloaded + got.bytes
    } catch (error) {
      signal?.throwIfAborted()
      downloaded += got.bytes
      if (error instanceof Problem) throw error
      if (attempt === tries)
        throw new Problem(`fetch: ${set.url} can't be downloaded (${reasonOf(error)})`, {
          do: `run it again to go on where it broke off, or download it yourself from ${set.page}`,
          cause: error,
        })
      await environment.sleep(500 * 2 ** attempt, signal)
    }
  }
}

async function downloadOnce(
  set: PublicSet,
  part: string,
  have: number,
  got: { bytes: number },
  { environment, signal }: FetchSetOptions,
  task: Task,
): Promise<void> {
  const controller = new AbortController()
  const stop = () => controller.abort(signal?.reason)
  signal?.addEventListener('abort', stop, { once: true })
  let still = environment.deadline(patience, () => controller.abort())
  try {
    const response = await environment.fetch(set.url, {
      headers: have > 0 ? { range: `bytes=${have}-` } : {},
      signal: controller.signal,
    })
    // Everything is there already, or more than everything.
    if (response.status === 416) {
      await response.body?.cancel()
      return
    }
    if (response.status >= 400 && response.status < 500 && response.status !== 408 && response.status !== 429)
      throw new Problem(`fetch: ${set.url} is not there (${response.status})`, {
        do: `look for it at ${set.page}`,
      })
    if (!response.ok || response.body === null) throw new Error(`status ${response.status}`)
    // A server that doesn't know ranges sends everything again.
    const from = response.status === 206 && beginsAt(response.headers) === have ? have : 0
    const file = await open(part, from > 0 ? 'r+' : 'w')
    try {
      let at = from
      if (from > 0) task.advance(from)
      for await (const chunk of response.body) {
        still()
        still = environment.deadline(patience, () => controller.abort())
        await file.write(chunk, 0, chunk.byteLength, at)
        at += chunk.byteLength
        got.bytes += chunk.byteLength
        task.advance(chunk.byteLength)
        if (at > set.mostBytes) {
          await rm(part, { force: true })
          throw new Problem(`fetch: ${set.url} is larger than ${set.name} can be`, { do: `look at ${set.page}` })
        }
      }
      await file.sync()
    } finally {
      await file.close()
    }
  } finally {
    still()
    signal?.removeEventListener('abort', stop)
    controller.abort()
  }
}

/** Where the part of an answer begins: `Content-Range: bytes 100-199/200`. */
function beginsAt(headers: Headers): number | undefined {
  const from = /^bytes (?<from>\d+)-/.exec(headers.get('content-range') ?? '')?.groups?.from
  return from === undefined ? undefined : Number(from)
}

/** Its files side by side, whatever folders they are in within the archive. */
async function unpack(archive: string, folder: string): Promise<readonly string[]> {
  const { blob, ...file } = (await fileAt(archive, archive)) as Awaited<ReturnType<typeof fileAt>> & { blob: Blob }
  await mkdir(folder, { recursive: true })
  const names: string[] = []
  for await (const each of zipFiles({ ...file, blob })) {
    const name = basename(each.name)
    if (!/^[\w.-]+\.(?:dat|txt|csv|tsv)$/.test(name)) continue
    const chunks: Uint8Array[] = []
    for await (const chunk of each.bytes()) chunks.push(chunk)
    await writeFile(join(folder, name), Buffer.concat(chunks))
    names.push(name)
  }
  return names
}

async function isRight(path: string, { sha256 }: PublicSet): Promise<boolean> {
  if ((await sizeOf(path)) === 0) return false
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex') === sha256
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { code?: string; message?: string } }
  return cause?.code ?? cause?.message ?? message ?? 'no answer'
}
