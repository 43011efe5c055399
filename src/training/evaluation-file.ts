import { z } from 'zod'
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

/** A line that was left out. */
export interface BrokenLine {
  /** `file:line`. */
  readonly place: string
  readonly reason: string
}

const listener = z.string().refine(isListenerId, 'not source:id')
const artistIds = z.object({ spotify: z.string().optional(), mbid: z.string().optional() })
const item = z.object({
  artists: z.array(z.string().min(1)).min(1),
  artistIds: z.array(artistIds.nullable()).optional(),
  track: z.string().optional(),
  ids: artistIds.extend({ isrc: z.string().optional() }).optional(),
  plays: z.number().positive().optional(),
})
const halvesLine = z.object({ listener, query: z.boolean(), a: z.array(item), b: z.array(item) })
const friendsLine = z.object({ listener, query: z.boolean(), friends: z.array(listener), items: z.array(item) })

/**
 * Reads a file of halves line by line.
 * @param report called for each line that is left out: not JSON, not of this form, or of a listener who had a line
 * @throws Problem when the file can't be read, is of the other kind, or holds no line of this form.
 */
export function readHalves(path: string, report: (broken: BrokenLine) => void): AsyncGenerator<HalvesLine> {
  return readLines(path, 'halves', halvesLine, report)
}

/** Reads a file of friends line by line, as `readHalves` does. */
export function readFriends(path: string, report: (broken: BrokenLine) => void): AsyncGenerator<FriendsLine> {
  return readLines(path, 'friends', friendsLine, report)
}

async function* readLines<T extends { readonly listener: ListenerId }>(
  path: string,
  kind: 'halves' | 'friends',
  schema: z.ZodType<T>,
  report: (broken: BrokenLine) => void,
): AsyncGenerator<T> {
  const seen = new Set<ListenerId>()
  let firstReason: string | undefined
  for await (const { line, value, reason } of readJsonLines(path)) {
    const place = `${path}:${line}`
    const parsed = reason === undefined ? schema.safeParse(value) : undefined
    if (parsed?.success && !seen.has(parsed.data.listener)) {
      seen.add(parsed.data.listener)
      yield parsed.data
      continue
    }
    if (seen.size === 0) refuseOtherKind(path, kind, value)
    const why = reason ?? (parsed?.success ? `"${parsed.data.listener}" had a line before` : issueOf(parsed!.error))
    firstReason ??= `line ${line}: ${why}`
    report({ place, reason: why })
  }
  if (seen.size > 0) return
  throw new Problem(`"${path}" holds no listener${firstReason ? ` (${firstReason})` : ''}`, {
    do: `give a file of ${kind}, as "consonance halves" writes them`,
  })
}

/** Both kinds are JSON lines with a listener in each; a person may have mixed them up. */
function refuseOtherKind(path: string, kind: 'halves' | 'friends', value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if (kind === 'friends' && 'a' in value && 'b' in value)
    throw new Problem(`"${path}" holds halves, not friends`, { do: 'use --halves', exitCode: 2 })
  if (kind === 'halves' && 'friends' in value)
    throw new Problem(`"${path}" holds friends, not halves`, { do: 'use --friends', exitCode: 2 })
  if ('id' in value && 'items' in value)
    throw new Problem(`"${path}" holds profiles`, { do: `import them, then write ${kind} with "consonance halves"` })
}

function issueOf(error: z.ZodError): string {
  const [first] = error.issues
  return `${first!.path.join('.') || 'line'}: ${first!.message}`
}
