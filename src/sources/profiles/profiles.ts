import { isUtf8 } from 'node:buffer'
import type { Item } from '../../taste/item.ts'
import type { Profile } from '../../taste/listener.ts'
import { Problem } from '../../taste/problem.ts'
import { fileEvents } from '../reading/file-events.ts'
import { maxRecordBytes } from '../reading/limits.ts'
import { type Line, readLines } from '../reading/lines.ts'
import { sniff } from '../reading/sniff.ts'
import type { Source, SourceEvent } from '../source.ts'
import { itemOrReason } from './item.ts'
import { parseHead } from './profile-head.ts'

/** Profiles in Consonance's own format, one listener a line. */
export const profiles: Source = {
  format: 'profiles',
  title: "Consonance's own format (*.profiles.jsonl): one listener a line, with id and items",
  async recognises(path) {
    const head = await sniff(path)
    return 'text' in head && head.text.split('\n', 5).some(looksLikeProfile)
  },
  read(path, { now }) {
    return fileEvents(path, (chunks) => profileEvents(chunks, now))
  },
}

/** Of a long line only the beginning is at hand. */
function looksLikeProfile(line: string): boolean {
  return /^\s*\{/.test(line) && /"id"\s*:\s*"/.test(line) && /"items"\s*:\s*\[/.test(line)
}

async function* profileEvents(chunks: AsyncIterable<Buffer>, now: number): AsyncGenerator<SourceEvent> {
  for await (const lines of readLines(chunks)) for (const line of lines) yield* lineEvents(line, now)
}

function* lineEvents({ number, offset, bytes }: Line, now: number): Generator<SourceEvent> {
  const place = `line ${number}, byte ${offset}`
  if (!bytes) return yield { kind: 'broken', place, reason: `larger than ${maxRecordBytes >> 20} MB` }
  if (!isUtf8(bytes)) return yield { kind: 'broken', place, reason: 'not UTF-8' }
  const text = bytes.toString('utf8')
  if (text.trim() === '') return
  const head = attempt(() => parseHead(jsonOf(text), now))
  if (typeof head === 'string') return yield { kind: 'broken', place, reason: head }
  const { items: values, ...rest } = head
  const items: Item[] = []
  for (const [index, value] of values.entries()) {
    const item = itemOrReason(value)
    if (typeof item !== 'string') items.push(item)
    else yield { kind: 'broken', place: `${place}, item ${index + 1}`, reason: item }
  }
  if (items.length === 0) return yield { kind: 'broken', place, reason: `"${head.id}" has no items that can be read` }
  const profile: Profile = { ...rest, items }
  yield { kind: 'profile', profile }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Problem('not JSON')
  }
}

/** The value, or the reason of the Problem. */
function attempt<T extends object>(work: () => T): T | string {
  try {
    return work()
  } catch (error) {
    if (error instanceof Problem) return error.message
    throw error
  }
}
