import { randomUUID } from 'node:crypto'
import { Problem } from '../../taste/problem.ts'
import { migrations } from '../sqlite/schema.ts'
import { type DocumentGroup, documentGroups } from './mapping.ts'

/** Up to where the record counts. */
export interface Head {
  /** Version of the embedded store's tables that the documents are made of. */
  readonly format: number
  /** Random; tells this record from another in a project of the same name. */
  readonly store: string
  /** How often something was committed. */
  readonly round: number
  /** Random; tells this commit from another of the same round, which a head that comes late can be. */
  readonly id: string
  /** The first letters of the ids of the rounds before, the last one's at the end. */
  readonly past: string
  /** Rows that were superseded up to this round are certainly removed. */
  readonly swept: number
  /** The last number of each group. */
  readonly numbers: Readonly<Record<DocumentGroup, number>>
  /** The last number that each table has given away, used or not. */
  readonly sequences: Readonly<Record<string, number>>
}

/** Letters of each id in `past`, and how many rounds it reaches back: long enough for whoever was away for a while. */
const letters = 4
const reach = 1000

export function firstHead(store: string): Head {
  const counted = { round: 0, swept: 0, numbers: noNumbers(), sequences: {} }
  return { format: migrations.length, store, id: randomUUID(), past: '', ...counted }
}

/** What names the commit that follows on `before`. */
export function succession({ round, id, past }: Head): Pick<Head, 'round' | 'id' | 'past'> {
  return { round: round + 1, id: randomUUID(), past: (past + tag(id)).slice(-letters * reach) }
}

/** Whether `later` was made from `earlier` by commits alone; false where that was too long ago to say. */
export function descends(later: Head, earlier: Head): boolean {
  if (later.store !== earlier.store || later.round < earlier.round) return false
  if (later.round === earlier.round) return later.id === earlier.id
  const from = later.past.length - letters * (later.round - earlier.round)
  return from >= 0 && later.past.slice(from, from + letters) === tag(earlier.id)
}

const tag = (id: string): string => id.slice(0, letters).padEnd(letters)

function noNumbers(): Record<DocumentGroup, number> {
  return Object.fromEntries(documentGroups.map((name) => [name, 0])) as Record<DocumentGroup, number>
}

/** @throws Problem for the head of a newer version of the program */
export function readHead(content: string): Head {
  const head = JSON.parse(content) as Head
  if (head.format > migrations.length)
    throw new Problem(
      `store: the project's data were written by a newer Consonance (format ${head.format}, this one knows ${migrations.length})`,
      { do: 'update Consonance' },
    )
  // The first heads had neither.
  return {
    ...head,
    id: head.id ?? `${head.round}`,
    past: head.past ?? '',
    numbers: { ...noNumbers(), ...head.numbers },
  }
}
