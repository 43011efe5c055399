import { readFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import { parseProfileLink } from '../../spotify/index.ts'
import { Problem } from '../../taste/problem.ts'

/** What a list in a file names. */
export interface PeopleList {
  /** Spotify ids, each once, in the order in which they came. */
  readonly people: readonly string[]
  /** Texts that name nobody: how many, and the first of them with the reason. */
  readonly refused: { readonly count: number; readonly first?: string }
}

/** Names of columns and fields that tend to hold people, the best first. */
const usualNames = ['user_id', 'userid', 'user', 'owner', 'owner_id', 'profile', 'spotify', 'link', 'url', 'uri', 'id']

/**
 * Reads links, URIs or ids of profiles from a file: one a line, a column of a CSV file (commas, semicolons or tabs), or
 * JSON (an array of texts or of objects, also inside an object).
 * @param column name of the CSV column or JSON field; default: the first one with a usual name.
 * @throws Problem when the file can't be read, or has no such column.
 */
export async function readPeopleList(file: string, column?: string): Promise<PeopleList> {
  const bytes = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Problem(`"${file}" can't be read (${error.code})`, { do: 'check the path', cause: error })
  })
  const text = bytes.replace(/^\ufeff/, '').trim()
  const texts = /^[[{]/.test(text) ? textsInJson(text, file, column) : textsInLines(text, file, column)
  const people = new Set<string>()
  let count = 0
  let first: string | undefined
  for (const each of texts) {
    if (each.trim() === '') continue
    try {
      people.add(parseProfileLink(each).id)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      count++
      first ??= error.message
    }
  }
  return { people: [...people], refused: { count, ...(first !== undefined && { first }) } }
}

function textsInLines(text: string, file: string, column: string | undefined): readonly string[] {
  const [head = ''] = text.split(/\r?\n|\r/, 1)
  const delimiter = [',', ';', '\t'].find((sign) => head.includes(sign)) ?? ','
  const header = head.split(delimiter).map((name) => nameOf(name))
  const at = header.indexOf(column === undefined ? usualName(header) : nameOf(column))
  if (at < 0 && column === undefined) return text.split(/\r?\n|\r/)
  if (at < 0) throw noSuch(file, column!, header)
  const rows = parse(text, {
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
  })
  return (rows as string[][]).slice(1).flatMap((row) => row[at] ?? [])
}

function textsInJson(text: string, file: string, column: string | undefined): readonly string[] {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    try {
      json = text.split(/\r?\n/).flatMap((one) => (one.trim() === '' ? [] : [JSON.parse(one) as unknown]))
    } catch (cause) {
      throw new Problem(`"${file}" is not JSON`, { do: 'mend it, or give one profile a line', cause })
    }
  }
  return textsInside(json, column)
}

/** Texts of arrays, and of one field of each object in them. */
function textsInside(value: unknown, column: string | undefined): readonly string[] {
  if (!Array.isArray(value)) {
    const inside = typeof value === 'object' && value !== null ? Object.values(value) : []
    return inside.flatMap((each) => (Array.isArray(each) ? textsInside(each, column) : []))
  }
  return value.flatMap((element: unknown) => {
    if (typeof element === 'string') return element
    if (typeof element !== 'object' || element === null) return []
    const fields = new Map(Object.entries(element).map(([name, field]) => [nameOf(name), field]))
    const name = column === undefined ? usualName([...fields.keys()]) : nameOf(column)
    const field = fields.get(name ?? '')
    if (typeof field === 'string') return field
    // As in Spotify's own answers: "owner": {"id": "..."}.
    return typeof field === 'object' && field !== null ? textsInside([field], undefined) : []
  })
}

function usualName(names: readonly string[]): string {
  return usualNames.find((name) => names.includes(name)) ?? ''
}

function nameOf(text: string): string {
  return text
    .trim()
    .replace(/^["']|["']$/g, '')
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_')
}

function noSuch(file: string, column: string, header: readonly string[]): Problem {
  return new Problem(`"${file}" has no column "${column}"`, { do: `there are ${header.slice(0, 20).join(', ')}` })
}
