import type { Corpus } from '../../features/corpus.ts'
import { SparseRowsBuilder } from '../../features/sparse-rows.ts'
import { type Random, random } from '../../towers/random.ts'
import { draw } from '../split.ts'

/** Two listenings of each listener, row by row: what they might have played in two halves of their time. */
export interface ListeningHalves {
  readonly a: Corpus
  readonly b: Corpus
}

/** About how many items the smallest cuts keep. */
const fewestItems = 10

/**
 * Cuts listening in two as time would, so that the halves may share artists as two people do.
 *
 * Where tracks are known, each track goes to one half by a coin; an artist of several tracks is then often in both.
 * Where only plays by artist are known, plays come in spells (an artist is heard again and again for a while): as
 * often as not one spell, else two of half the plays each, and each spell goes to one half by a coin. Of the artists
 * of one half, 40 % are in the other, about as in halves of playlists by track (32 %). Halves by play would be the same
 * listening twice, and halves without a common artist nothing that two people's profiles could be held against.
 *
 * @param cut 0 uses everything; of any other, each listener loses a random share of the items first, down to about ten,
 * so that there are halves of all sizes
 */
export function listeningHalves(corpus: Corpus, cut: number, seed: number): ListeningHalves {
  const { tracks } = corpus.catalogue.items
  const [a, b] = [new SparseRowsBuilder(corpus.counts.columns), new SparseRowsBuilder(corpus.counts.columns)]
  eachRow(corpus, `listening halves ${cut}`, seed, (items, counts, generator) => {
    const kept = cut === 0 ? 1 : keptShare(items.length, generator)
    for (const [i, item] of items.entries()) {
      if (generator.uniform() >= kept) continue
      const count = counts[i]!
      const spells = tracks[item] === undefined && count > 1 ? 1 + generator.below(2) : 1
      let inA = 0
      for (let spell = 0; spell < spells; spell++) inA += generator.below(2)
      if (inA > 0) a.add(item, (count * inA) / spells)
      if (inA < spells) b.add(item, (count * (spells - inA)) / spells)
    }
    a.endRow()
    b.endRow()
  })
  return { a: withCounts(corpus, a), b: withCounts(corpus, b) }
}

/** The listeners with a random share of their items left, down to about ten. */
export function cutDown(corpus: Corpus, seed: number): Corpus {
  const rows = new SparseRowsBuilder(corpus.counts.columns)
  eachRow(corpus, 'cut down', seed, (items, counts, generator) => {
    const kept = keptShare(items.length, generator)
    for (const [i, item] of items.entries()) if (generator.uniform() < kept) rows.add(item, counts[i]!)
    rows.endRow()
  })
  return withCounts(corpus, rows)
}

function eachRow(
  { listeners, counts }: Corpus,
  purpose: string,
  seed: number,
  use: (items: Uint32Array, counts: Float32Array, generator: Random) => void,
): void {
  for (const [row, listener] of listeners.entries()) {
    const [start, end] = [counts.offsets[row]!, counts.offsets[row + 1]!]
    const generator = random(draw(listener, purpose, seed) * 2 ** 32)
    use(counts.indices.subarray(start, end), counts.values.subarray(start, end), generator)
  }
}

/** Sizes are spread evenly on a logarithmic scale. */
function keptShare(items: number, { uniform }: Random): number {
  return Math.min(1, (fewestItems / Math.max(1, items)) ** uniform())
}

/** Without tags, which would tell all parts of a listener alike. */
function withCounts(corpus: Corpus, counts: SparseRowsBuilder): Corpus {
  const offsets = new Uint32Array(corpus.listeners.length + 1)
  const tagged = { offsets, artists: new Uint32Array(0), tags: new Uint32Array(0) }
  return { ...corpus, counts: counts.build(), tagged }
}
