import { embeddingCosine } from '../features/scorers.ts'
import type { Embedder } from '../matching/pair-score.ts'
import { bootstrap } from './bootstrap.ts'
import type { Difference } from './evaluation.ts'
import { type Hidden, hide, on } from './hidden-knowledge.ts'
import { reciprocalRanks, unseenHalves } from './unseen-ranks.ts'
import type { ValidationTask } from './validation.ts'

/** What the listeners are known by while the sound is given or taken. */
export const situations = {
  everything: [],
  'genre and sound': ['names'],
  'sound alone': ['names', 'genres'],
} as const satisfies Readonly<Record<string, readonly Hidden[]>>

/** How much better a network finds the other half of a listener when it is told how the tracks sound. */
export interface AudioEffect {
  readonly source: string
  readonly task: 'artists' | 'tracks'
  readonly situation: keyof typeof situations
  readonly listeners: number
  /** MRR among the unseen. */
  readonly with: number
  readonly without: number
  readonly difference: Difference
}

/** Of a task's listeners, this many must have tracks whose sound is known. */
const leastListeners = 20

/**
 * Takes the audio view from a fitted network: the same listeners with and without audio features, paired. A network
 * that was trained without the view might have learned to do without. Without names, halves without a shared artist
 * alone are asked, in which nothing else tells who is who; with nothing known at all, finding is chance.
 */
export function audioEffects(
  tasks: readonly { readonly task: ValidationTask }[],
  embedder: Embedder,
  options: { readonly seed: number },
): readonly AudioEffect[] {
  return tasks.flatMap(({ task }) => {
    if (task.kind === 'friends') return []
    const halves = unseenHalves(task.halves)
    const { catalogue, listeners, counts } = halves.known
    const heard = listeners.filter((_, row) =>
      counts.indices
        .subarray(counts.offsets[row]!, counts.offsets[row + 1]!)
        .some((item) => Number.isFinite(catalogue.items.audio[item * 10])),
    )
    if (heard.length < leastListeners) return []
    return Object.entries(situations).flatMap(([situation, hidden]) => {
      if (hidden.length > 0 && task.kind === 'tracks') return []
      const ranks = (also: readonly Hidden[]) => {
        const told = hide(catalogue, [...hidden, ...also])
        const scorer = embeddingCosine('embedding', embedder)
        return reciprocalRanks({ known: on(told, halves.known), hidden: on(told, halves.hidden) }, scorer)
      }
      const resampled = bootstrap([ranks([]), ranks(['sound'])], options)
      const [heardMean, deafMean] = [resampled.mean(0), resampled.mean(1)]
      return {
        ...{ source: task.source, task: task.kind, situation: situation as AudioEffect['situation'] },
        ...{ listeners: listeners.length, with: heardMean, without: deafMean },
        difference: { difference: heardMean - deafMean, ci95: resampled.differenceInterval(0, 1) },
      }
    })
  })
}
