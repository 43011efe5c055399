import { hash } from 'node:crypto'
import { byteOrder } from '../features/byte-order.ts'
import type { SplitPart } from '../store/feature-store.ts'
import type { ListenerId } from '../taste/listener-id.ts'

/**
 * A number in [0, 1) that belongs to a listener: equal for equal arguments on every machine, independent between
 * purposes and seeds, and never dependent on who else is stored.
 */
export function draw(listener: ListenerId, purpose: string, seed: number): number {
  return hash('sha256', `${seed}\n${purpose}\n${listener}`, 'buffer').readUIntBE(0, 6) / 2 ** 48
}

export interface SplitOptions {
  readonly seed: number
  /** Share of the listeners that are not excluded, 0 to 1. */
  readonly validation: number
  /** Never seen, not even for validation. */
  readonly excluded?: ReadonlySet<ListenerId>
}

/** Gives every listener its part. Who else is stored, and in which order, makes no difference to anybody's part. */
export function split(listeners: Iterable<ListenerId>, options: SplitOptions): ReadonlyMap<ListenerId, SplitPart> {
  const parts = new Map<ListenerId, SplitPart>()
  for (const listener of [...listeners].sort(byteOrder)) {
    if (options.excluded?.has(listener)) parts.set(listener, 'excluded')
    else parts.set(listener, draw(listener, 'validation', options.seed) < options.validation ? 'validation' : 'train')
  }
  return parts
}

/** The canonical text of a split, the same bytes for the same parts: one line `id TAB part` per listener. */
export function splitText(parts: ReadonlyMap<ListenerId, SplitPart>): string {
  const rows = [...parts].sort(([a], [b]) => byteOrder(a, b))
  return rows.map(([listener, part]) => `${listener}\t${part}\n`).join('')
}
