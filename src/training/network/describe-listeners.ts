import type { Corpus } from '../../features/corpus.ts'
import { TowerInputs } from '../../features/tower-inputs.ts'
import type { TowerInput } from '../../towers/tower-input.ts'
import type { VocabularyIndex } from '../../towers/vocabulary.ts'
import { listenerKinds } from './listener-kind.ts'

/** Whole listeners as inputs, at most `size` at a time, so that a large corpus needs no second copy of itself. */
export function* describeListeners(
  corpus: Corpus,
  vocabulary: VocabularyIndex,
  size = Number.POSITIVE_INFINITY,
): Generator<TowerInput> {
  const inputs = new TowerInputs(corpus.catalogue, vocabulary)
  const kinds = listenerKinds(corpus)
  const { offsets, indices, values, rows } = corpus.counts
  for (let row = 0; row < rows; row++) {
    const [start, end] = [offsets[row]!, offsets[row + 1]!]
    const cooccurrence = kinds[row] === 'artists'
    inputs.addItems(indices.subarray(start, end), values.subarray(start, end), { cooccurrence })
    if ((row + 1) % size === 0) yield inputs.take()
  }
  if (rows % size !== 0) yield inputs.take()
}
