import type { ListenerId } from '../../taste/listener-id.ts'
import type { Scorer } from '../scorer.ts'

/** Whom somebody else finds similar to a listener, and how much. */
export type ToldSimilarity = ReadonlyMap<ListenerId, ReadonlyMap<ListenerId, number>>

/** What a service says of its own listeners, as a score: 0 for everybody whom it does not name. */
export function toldSimilarity(name: string, told: ToldSimilarity): Scorer {
  return {
    name,
    prepare(queries, candidates) {
      const rowOf = new Map(candidates.listeners.map((listener, row) => [listener, row]))
      return (q, out) => {
        out.fill(0)
        for (const [listener, similarity] of told.get(queries.listeners[q]!) ?? []) {
          const row = rowOf.get(listener)
          if (row !== undefined) out[row] = similarity
        }
      }
    },
  }
}
