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
  /** Rows that were superseded up to this round are certainly removed. */
  readonly swept: number
  /** The last number of each group. */
  readonly numbers: Readonly<Record<DocumentGroup, number>>
  /** The last number that each table has given away, used or not. */
  readonly sequences: Readonly<Record<string, number>>
}

export function firstHead(store: string): Head {
  return { format: migrations.length, store, round: 0, swept: 0, numbers: noNumbers(), sequences: {} }
}

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
  return { ...head, numbers: { ...noNumbers(), ...head.numbers } }
}
