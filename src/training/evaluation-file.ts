import { z } from 'zod'
import { parseItem, reasonOf } from '../sources/profiles/item.ts'
import type { Item } from '../taste/item.ts'
import { isListenerId, type ListenerId } from '../taste/listener-id.ts'
import { Problem } from '../taste/problem.ts'
import { readJsonLines } from './json-lines.ts'

/** One line of `*.halves.jsonl[.gz]`: two halves of one listener. */
export interface HalvesLine {
  readonly listener: ListenerId
  /** Whether to look for this listener's `b` by its `a`; everybody's `b` is a candidate. */
  readonly query: boolean
  readonly a: readonly Item[]
  readonly b: readonly Item[]
}

/** One line of `*.friends.jsonl[.gz]`: a whole listener and their friends. */
export interface FriendsLine {
  readonly listener: ListenerId
  /** Whether to look for this listener's friends; everybody is a candidate. */
  readonly query: boolean
  readonly friends: readonly ListenerId[]
  readonly items: readonly Item[]
}

/** A line, or an item of one, that was left out. */
export interface BrokenLine {
  /** `file:line`, or `file:line a[item]`. */
  readonly place: string
  readonly reason: string
}

type Report = (broken: BrokenLine) => void

const listener = z
  .string()
  .min(1, 'empty')
  .max(256, 'longer than 256 characters')
  .transform((id) => (isListenerId(id) ? id : `file:${id}`))
  .refine(isListenerId, 'control characters')
const items = z.array(z.unknown())
const halvesLine = z.object({ listener, query: z.boolean(), a: items, b: items })
const friendsLine = z.object({ listener, query: z.boolean(), friends: z.array(listener), items })

/**
 * Reads a file of halves line by line.
 * @param report called for each line that is left out (not JSON, not of this form, or of a listener who had a line),
 * and for each item that is
 * @throws Problem when the file can't be read, is of the other kind, or holds no line of this form.
 */
export async function* readHalves(path: string, report: Report): AsyncGenerator<HalvesLine> {
  for await (const { place, value } of readLines(path, 'halves', halvesLine, report)) {
    const { listener, query, a, b } = value
    yield { listener, query, a: readItems(a, `${place} a`, report), b: readItems(b, `${place} b`, report) }
  }
}

/** Reads a file of friends line by line, as `readHalves` does. */
export async function* readFriends(path: string, report: Report): AsyncGenerator<FriendsLine> {
  for await (const { place, value } of readLines(path, 'friends', friendsLine, report))
    yield { ...value, items: readItems(value.items, `${place} items`, report) }
}

async function* readLines<T extends { readonly listener: ListenerId }>(
  path: string,
  kind: 'halves' | 'friends',
  schema: z.ZodType<T>,
  report: Report,
): AsyncGenerator<{ readonly place: string; readonly value: T }> {
  const seen = new Set<ListenerId>()
  let firstReason: string | undefined
  for await (const { line, value, reason } of readJsonLines(path)) {
    const parsed = reason === undefined ? schema.safeParse(value) : undefined
    const place = `${path}:${line}`
    if (parsed?.success && !seen.has(parsed.data.listener)) {
      seen.add(parsed.data.listener)
      yield { place, value: parsed.data }
      continue
    }
    if (seen.size === 0) refuseOtherKind(path, kind, value)
    const why = reason ?? (parsed?.success ? `"${parsed.data.listener}" had a line before` : reasonOf(parsed!.error))
    firstReason ??= `line ${line}: ${why}`
    report({ place, reason: why })
  }
  if (seen.size > 0) return
  throw new Problem(`"${path}" holds no listener${firstReason ? ` (${firstReason})` : ''}`, {
    do: `give a file of ${kind}, as "consonance halves" writes them`,
  })
}

function readItems(values: readonly unknown[], place: string, report: Report): readonly Item[] {
  return values.flatMap((value, i) => {
    try {
      return [parseItem(value)]
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      report({ place: `${place}[${i}]`, reason: error.message })
      return []
    }
  })
}

/** All are JSON lines with a listener in each; a person may have mixed them up. */
function refuseOtherKind(path: string, kind: 'halves' | 'friends', value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if (kind === 'friends' && 'a' in value && 'b' in value)
    throw new Problem(`"${path}" holds halves, not friends`, { do: 'use --halves', exitCode: 2 })
  if (kind === 'halves' && 'friends' in value)
    throw new Problem(`"${path}" holds friends, not halves`, { do: 'use --friends', exitCode: 2 })
  if ('id' in value && 'items' in value)
    throw new Problem(`"${path}" holds profiles`, { do: `import them, then write ${kind} with "consonance halves"` })
}
