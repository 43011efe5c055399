import { readdir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { Problem } from '../taste/problem.ts'
import { sources } from './all.ts'
import type { ExportFormat } from './export/export-format.ts'
import { exportFormats } from './export/formats.ts'
import { neverOpened } from './export/private-names.ts'
import { formatOf } from './export/read-export.ts'
import { tableHead } from './export/table-file.ts'
import { fileAt, type OwnFilesOptions, readOwnFiles } from './own-files.ts'
import { folder, sniff, zipArchive } from './reading/sniff.ts'
import { unreadable } from './reading/unreadable.ts'
import type { Source } from './source.ts'

/** Something that can be read, and by what. */
export interface Recognised {
  readonly path: string
  readonly source: Pick<Source, 'format' | 'read'>
  /** The files that are read as one, where they are one person's own. */
  readonly files?: readonly string[]
}

export interface Recognition {
  /** In the order of reading. */
  readonly recognised: readonly Recognised[]
  /** Files in the folders that no source reads. */
  readonly leftOut: readonly string[]
}

const maxDepth = 8

/** Names that `--as` takes: a format, or the part before ":" for all of its kind. */
export const formats: readonly string[] = [
  ...new Set([...sources, ...exportFormats].map(({ format }) => format.split(':')[0] as string)),
]

/**
 * Finds out which source reads each path, by content: a file, a folder that is one source, or a folder of several
 * things, folders in it included. Files that a person exported belong together: those of one path are one person's, and
 * those that hold identity, payments or searches are not even looked at.
 * @param as only this format; a file named with it is not examined
 * @throws Problem when there is nothing at a path, or nothing that any source reads.
 */
export async function recognise(
  paths: readonly string[],
  as?: string,
  options: OwnFilesOptions = {},
): Promise<Recognition> {
  const named = ({ format }: { format: string }) => as === undefined || format === as || format.startsWith(`${as}:`)
  const candidates = sources.filter(named)
  const own = exportFormats.filter(named)
  if (candidates.length + own.length === 0) {
    throw new Problem(`"${as}" is not a format that can be imported`, { do: `there are ${list(formats)}`, exitCode: 2 })
  }
  const search = new Search(candidates, own, options)
  for (const path of paths) {
    const found = await search.look(path, as !== undefined && candidates.length + own.length === 1)
    if (!found) throw await unrecognised(path, as)
  }
  return search
}

/** The files of one person. */
interface Own {
  readonly files: string[]
  readonly formats: Set<string>
  notOpened: number
}

function together(people: readonly (readonly [string, Own])[]): readonly [string, Own] {
  const all = people.map(([, own]) => own)
  return [
    people[0]![0],
    {
      files: all.flatMap(({ files }) => files),
      formats: new Set(all.flatMap(({ formats }) => [...formats])),
      notOpened: all.reduce((sum, { notOpened }) => sum + notOpened, 0),
    },
  ]
}

class Search implements Recognition {
  readonly #candidates: readonly Source[]
  readonly #ownFormats: readonly ExportFormat[]
  readonly #options: OwnFilesOptions
  readonly #recognised = new Map<string, Recognised>()
  readonly #leftOut = new Set<string>()
  /** The files of each person, by the path that was given for them. */
  readonly #own = new Map<string, Own>()
  readonly #ownSeen = new Set<string>()
  /** The path that is being looked at. */
  #given = ''

  constructor(candidates: readonly Source[], ownFormats: readonly ExportFormat[], options: OwnFilesOptions) {
    this.#candidates = candidates
    this.#ownFormats = ownFormats
    this.#options = options
  }

  /** People first, so that tables can refer to what they listen to. */
  get recognised(): readonly Recognised[] {
    const order = ({ source }: Recognised) => sources.indexOf(source as Source)
    return [...this.#people(), ...[...this.#recognised.values()].sort((a, b) => order(a) - order(b))]
  }

  #people(): readonly Recognised[] {
    const people = [...this.#own].filter(([, { files }]) => files.length > 0)
    // One listener whose files lie in several places is read at once, or the second place would replace the first.
    const groups = this.#options.listener && people.length > 1 ? [together(people)] : people
    return groups.map(([path, { files, notOpened, formats: found }]) => {
      const format = [...found].join('+')
      const trust = this.#ownFormats.length === 1 && files.length === 1
      const own = { path, files, notOpened, format, formats: this.#ownFormats, trust }
      return { path, files, source: { format, read: (_, { now }) => readOwnFiles(own, this.#options, now) } }
    })
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
    this.#given = path
    if (kind === 'folder') return await this.#folder(path, 0)
    if (neverOpened([basename(path)]).size > 0)
      throw new Problem(`"${path}" holds personal data, which is never opened`, {
        do: 'give the files that tell of music',
      })
    if (!trust) return await this.#one(path)
    return this.#candidates[0] ? this.#add(path, this.#candidates[0]) : this.#addOwn(path, this.#ownFormats[0]!.format)
  }

  async #folder(path: string, depth: number): Promise<boolean> {
    const asOne = await this.#one(path)
    let found = asOne
    const all = await readdir(path).catch((error) => {
      throw unreadable(path, error)
    })
    const names = all.filter((name) => !name.startsWith('.'))
    const secret = neverOpened(names)
    this.#ownOf(this.#given).notOpened += secret.size
    for (const name of names.sort(naturally)) {
      if (secret.has(name)) continue
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
    if (this.#ownFormats.length === 0 || (await kindOf(path)) !== 'file') return false
    const format = await this.#formatOf(path)
    return format !== undefined && this.#addOwn(path, format)
  }

  /** A damaged archive in a folder is left out; one that was named is told. */
  async #formatOf(path: string): Promise<string | undefined> {
    try {
      return await formatOf(await fileAt(path, this.#given), this.#ownFormats)
    } catch (error) {
      if (error instanceof Problem && path !== this.#given) return undefined
      throw error
    }
  }

  #ownOf(given: string) {
    const known = this.#own.get(given)
    const own = known ?? { files: [], notOpened: 0, formats: new Set<string>() }
    if (!known) this.#own.set(given, own)
    return own
  }

  #addOwn(path: string, format: string): boolean {
    const own = this.#ownOf(this.#given)
    if (!this.#ownSeen.has(resolve(path))) own.files.push(path)
    own.formats.add(format)
    this.#ownSeen.add(resolve(path))
    return true
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
  if ('text' in what && as === undefined && isTable(what.text))
    return new Problem(`"${path}" is a table, and none of its columns is called artist or the like`, {
      do: 'import it and say which holds what, as in import FILE --columns artist=1,track=2',
    })
  if ('text' in what) return new Problem(`"${path}" is in no known format`, options)
  if (what.notText === zipArchive) return new Problem(`"${path}" holds nothing that can be imported`, options)
  if (what.notText !== folder) return new Problem(`"${path}" is ${what.notText}`, options)
  const empty = (await readdir(path)).length === 0
  return new Problem(`the folder "${path}" ${empty ? 'is empty' : 'holds nothing that can be imported'}`, options)
}

/** Several rows of the same width, which prose has not. */
function isTable(text: string): boolean {
  const head = tableHead(text)
  return head !== undefined && head.rows.length > 0 && head.rows.every((cells) => cells.length === head.header.length)
}

/** `slice.2` before `slice.10`. */
const naturally = new Intl.Collator('en', { numeric: true }).compare

function list(names: readonly string[]): string {
  return names.join(', ')
}
