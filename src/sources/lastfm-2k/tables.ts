import { readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { columnsOf, sniff } from '../reading/sniff.ts'

/** The set's tables, known by their columns. */
const tables = {
  plays: ['userid', 'artistid', 'weight'],
  artists: ['id', 'name'],
  tags: ['tagid', 'tagvalue'],
  tagged: ['userid', 'artistid', 'tagid'],
  friends: ['userid', 'friendid'],
} as const

export type TableName = keyof typeof tables
export type TablePaths = Readonly<Partial<Record<TableName, string>>>

export const columnsOfTable: Readonly<Record<TableName, readonly string[]>> = tables

/** Finds the set's tables in a folder, or beside the file that holds the plays. */
export async function findTables(path: string): Promise<TablePaths> {
  const found: Partial<Record<TableName, string>> = {}
  const isFolder = (await stat(path)).isDirectory()
  if (!isFolder && (await tableOf(path)) !== 'plays') return found
  const folder = isFolder ? path : dirname(path)
  for (const entry of (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!entry.isFile() && !entry.isSymbolicLink()) continue
    const file = join(folder, entry.name)
    const name = await tableOf(file)
    if (name) found[name] ??= file
  }
  return found
}

async function tableOf(path: string): Promise<TableName | undefined> {
  const columns = columnsOf(await sniff(path))
  if (!columns) return undefined
  const names = Object.keys(tables) as TableName[]
  return names.find((name) => tables[name].every((column) => columns.includes(column)))
}
