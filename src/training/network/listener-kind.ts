import type { Corpus } from '../../features/corpus.ts'

/** What is known of a listener's items: only who made them, or the tracks themselves. */
export type ListenerKind = 'artists' | 'tracks'

/** By listener: `tracks` where at least half of the items are known tracks. */
export function listenerKinds({ catalogue, counts }: Corpus): readonly ListenerKind[] {
  return Array.from({ length: counts.rows }, (_, row) => {
    const items = counts.indices.subarray(counts.offsets[row]!, counts.offsets[row + 1]!)
    const tracks = items.reduce((sum, item) => sum + (catalogue.items.tracks[item] === undefined ? 0 : 1), 0)
    return tracks * 2 >= items.length && items.length > 0 ? 'tracks' : 'artists'
  })
}
