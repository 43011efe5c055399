import { open, stat } from 'node:fs/promises'
import { constants, gunzipSync } from 'node:zlib'
import { unreadable } from './unreadable.ts'

/** What a file begins with: text, or what it is instead. */
export type Sniffed = { readonly text: string } | { readonly notText: string }

const headBytes = 1 << 16

/** `notText` of a folder. */
export const folder = 'a folder'
/** `notText` of a zip archive. */
export const zipArchive = 'a zip archive'

/** Every source asks about the same file in turn. */
let latest: { readonly version: string; readonly sniffed: Sniffed } | undefined

/**
 * Looks at the first 64 kB of a file (unpacked where it is gzipped).
 * @throws Problem when the file can't be read.
 */
export async function sniff(path: string): Promise<Sniffed> {
  try {
    return await remembered(path)
  } catch (error) {
    throw unreadable(path, error)
  }
}

async function remembered(path: string): Promise<Sniffed> {
  const about = await stat(path)
  if (about.isDirectory()) return { notText: folder }
  const version = `${about.dev} ${about.ino} ${about.size} ${about.mtimeMs}`
  if (latest?.version !== version) latest = { version, sniffed: await headOf(path) }
  return latest.sniffed
}

async function headOf(path: string): Promise<Sniffed> {
  const file = await open(path)
  let head: Buffer
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    head = buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
  if (head.length === 0) return { notText: 'empty' }
  if (head[0] === 0x1f && head[1] === 0x8b) {
    try {
      head = gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, headBytes)
    } catch {
      return { notText: 'a damaged gzip file' }
    }
    if (head.length === 0) return { notText: 'a gzip file without content, perhaps cut off' }
  }
  return described(head)
}

function described(head: Buffer): Sniffed {
  const start = head.toString('latin1', 0, 4)
  if (start.startsWith('PK\u0003\u0004')) return { notText: zipArchive }
  if (start.startsWith('\u00ff\u00fe') || start.startsWith('\u00fe\u00ff')) return { notText: 'UTF-16 text, not UTF-8' }
  if (head.includes(0)) return { notText: 'a binary file' }
  const text = head.toString('utf8')
  const visible = text.startsWith('\ufeff') ? text.slice(1) : text
  return visible.trim() === '' ? { notText: 'empty' } : { text: visible }
}

/** Names of the columns of a table, in lower case; undefined where the first line is none. */
export function columnsOf(sniffed: Sniffed): readonly string[] | undefined {
  if (!('text' in sniffed)) return undefined
  const header = /^[^\r\n]*/.exec(sniffed.text)?.[0] ?? ''
  return header.length > 4096 ? undefined : headerColumns(header)
}

/** Tabs separate if there are any, else semicolons if there are more of them than commas, else commas. */
export function delimiterOf(header: string): string {
  if (header.includes('\t')) return '\t'
  return header.split(';').length > header.split(',').length ? ';' : ','
}

/** Lower case, without quotes. */
export function headerColumns(header: string): readonly string[] {
  return header.split(delimiterOf(header)).map((name) =>
    name
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .toLowerCase(),
  )
}
