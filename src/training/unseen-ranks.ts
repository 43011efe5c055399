import type { Corpus } from '../features/corpus.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import { selectListeners } from './cut-corpus.ts'
import type { HalvesTask } from './measure-halves.ts'
import { assertFinite, expectedRank } from './metrics.ts'
import type { Scorer } from './scorer.ts'

/** Known halves and, in the same order, the hidden halves of the same listeners. */
export interface UnseenHalves {
  readonly known: Corpus
  readonly hidden: Corpus
}

/** A task's query listeners alone. */
export function unseenHalves({ known, hidden }: HalvesTask): UnseenHalves {
  const asked = new Set<ListenerId>(known.listeners)
  const rows = [...hidden.listeners.keys()].filter((row) => asked.has(hidden.listeners[row]!))
  return { known, hidden: selectListeners(hidden, rows) }
}

/** [listeners]: 1 / rank of each listener's own hidden half among everybody's. */
export function reciprocalRanks({ known, hidden }: UnseenHalves, scorer: Scorer): Float64Array {
  const scores = new Float32Array(hidden.listeners.length)
  const score = scorer.prepare(known, hidden)
  return Float64Array.from(known.listeners, (_, q) => {
    score(q, scores)
    assertFinite(scores, scorer.name)
    return 1 / expectedRank(scores, q)
  })
}
