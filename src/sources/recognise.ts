import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Problem } from '../taste/problem.ts'
import { sources } from './all.ts'
import { folder, sniff } from './reading/sniff.ts'
import { unreadable } from './reading/unreadable.ts'
import type { Source } from './source.ts'

/** Something that can be read, and by what. */
export interface Recognised {
  readonly path: string
  readonly source: Source
}

export interface Recognition {
  /** In the order of reading. */
  readonly recognised: readonly Recognised[]
  /** Files in the folders that no source reads. */
  readonly leftOut: readonly string[]
}

const maxDepth = 8

/** Names that `--as` takes: a format, or the part before ":" for all of its kind. */
export const formats: readonly string[] = [...new Set(sources.map(({ format }) => format.split(':')[0] as string))]

/**
 * Finds out which source reads each path, by content: a file, a folder that is one source, or a folder of several
 * things, folders in it included.
 * @param as only this format; a file named with it is not examined
 * @throws Problem when there is nothing at a path, or nothing that any source reads.
 */
export async function recognise(paths: readonly string[], as?: string): Promise<Recognition> {
  const candidates = sources.filter(({ format }) => as === undefined || format === as || format.startsWith(`${as}:`))
  if (candidates.length === 0) {
    throw new Problem(`"${as}" is not a format that can be imported`, { do: `there are ${list(formats)}`, exitCode: 2 })
  }
  const search = new Search(candidates)
  for (const path of paths) {
    const found = await search.look(path, as !== undefined && candidates.length === 1)
    if (!found) throw await unrecognised(path, as)
  }
  return search
}

class Search implements Recognition {
  readonly #candidates: readonly Source[]
  readonly #recognised = new Map<string, Recognised>()
  readonly #leftOut = new Set<string>()

  constructor(candidates: readonly Source[]) {
    this.#candidates = candidates
  }

  get recognised(): readonly Recognised[] {
    const order = ({ source }: Recognised) => sources.indexOf(source)
    return [...this.#recognised.values()].sort((a, b) => order(a) - order(b))
  }

  get leftOut(): readonly string[] {
    return [...this.#leftOut]
  }

  /**
   * @param trust take the first candidate for a file without examining it
   * @returns whether there is anything to read
   */
  async look(path: string, trust: boolean): Promise<boolean> {
    const kind = await kindOf(path)
    if (kind === 'nothing') throw new Problem(`there is no file or folder "${path}"`, { do: 'check the path' })
    if (kind === 'other') throw new Problem(`"${path}" is neither a file nor a folder`)
    if (kind === 'folder') return await this.#folder(path, 0)
    return trust ? this.#add(path, this.#candidates[0]) : await this.#one(path)
  }

  async #folder(path: string, depth: number): Promise<boolean> {
    const asOne = await this.#one(path)
    let found = asOne
    const all = await readdir(path).catch((error) => {
      throw unreadable(path, error)
    })
    const names = all.filter((name) => !name.startsWith('.'))
    for (const name of names.sort(naturally)) {
      const inner = join(path, name)
      const kind = await kindOf(inner)
      if (kind === 'folder' && depth < maxDepth) found = (await this.#folder(inner, depth + 1)) || found
      if (kind !== 'file' || asOne) continue
      if (await this.#one(inner)) found = true
      else this.#leftOut.add(inner)
    }
    return found
  }

  /** Looks at a file, or at a folder as one thing. */
  async #one(path: string): Promise<boolean> {
    for (const source of this.#candidates) if (await source.recognises(path)) return this.#add(path, source)
    return false
  }

  #add(path: string, source: Source | undefined): boolean {
    if (source) this.#recognised.set(resolve(path), { path, source })
    return source !== undefined
  }
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'other' | 'nothing'> {
  try {
    const found = await stat(path)
    return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other'
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'nothing'
    throw unreadable(path, error)
  }
}

async function unrecognised(path: string, as: string | undefined): Promise<Problem> {
  const what = await sniff(path)
  const known = as === undefined ? 'known formats are' : 'it should be'
  const options = { do: `${known} ${as ?? list(formats)}` }
  if ('text' in what) return new Problem(`"${path}" is in no known format`, options)
  if (what.notText !== folder) return new Problem(`"${path}" is ${what.notText}`, options)
  const empty = (await readdir(path)).length === 0
  return new Problem(`the folder "${path}" ${empty ? 'is empty' : 'holds nothing that can be imported'}`, options)
}

/** `slice.2` before `slice.10`. */
const naturally = new Intl.Collator('en', { numeric: true }).compare

function list(names: readonly string[]): string {
  return names.join(', ')
}
