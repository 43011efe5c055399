import type { Corpus } from '../features/corpus.ts'
import { SparseRowsBuilder, selectRows } from '../features/sparse-rows.ts'
import { random } from '../towers/random.ts'
import { type HalvingTask, halve, left, right } from './halving.ts'
import { draw } from './split.ts'

/** The listeners of the rows named, in ascending order, on the same catalogue. */
export function selectListeners(corpus: Corpus, rows: readonly number[]): Corpus {
  const { catalogue, listeners, sources, counts, tagged } = corpus
  const kept = rows.map((row) => [tagged.offsets[row]!, tagged.offsets[row + 1]!] as const)
  const offsets = new Uint32Array(rows.length + 1)
  for (const [i, [start, end]] of kept.entries()) offsets[i + 1] = offsets[i]! + end - start
  const collect = (values: Uint32Array) => {
    const out = new Uint32Array(offsets.at(-1)!)
    for (const [i, [start, end]] of kept.entries()) out.set(values.subarray(start, end), offsets[i]!)
    return out
  }
  return {
    catalogue,
    listeners: rows.map((row) => listeners[row]!),
    sources: rows.map((row) => sources[row]!),
    counts: selectRows(counts, rows),
    tagged: { offsets, artists: collect(tagged.artists), tags: collect(tagged.tags) },
  }
}

/**
 * Cuts every listener in two halves, each by a generator of the listener's own. Who has too little is in neither
 * corpus. The halves carry no tags: they would tell both halves of a listener alike.
 */
export function cutCorpus(corpus: Corpus, task: HalvingTask, seed: number): { readonly a: Corpus; readonly b: Corpus } {
  const { catalogue, counts } = corpus
  const { credits } = catalogue.items
  const artistsOf = (item: number) => [...credits.indices.subarray(credits.offsets[item]!, credits.offsets[item + 1]!)]
  const [a, b] = [new SparseRowsBuilder(counts.columns), new SparseRowsBuilder(counts.columns)]
  const rows: number[] = []
  for (const [row, listener] of corpus.listeners.entries()) {
    const start = counts.offsets[row]!
    const items = counts.indices.subarray(start, counts.offsets[row + 1]!)
    const generator = random(draw(listener, `halves ${task}`, seed) * 2 ** 32)
    const sides = halve(Array.from(items, artistsOf), task, generator)
    if (!sides) continue
    rows.push(row)
    for (const [i, item] of items.entries()) {
      if (sides[i] === left) a.add(item, counts.values[start + i]!)
      if (sides[i] === right) b.add(item, counts.values[start + i]!)
    }
    a.endRow()
    b.endRow()
  }
  const corpusOf = (half: SparseRowsBuilder): Corpus => ({
    catalogue,
    listeners: rows.map((row) => corpus.listeners[row]!),
    sources: rows.map((row) => corpus.sources[row]!),
    counts: half.build(),
    tagged: { offsets: new Uint32Array(rows.length + 1), artists: new Uint32Array(0), tags: new Uint32Array(0) },
  })
  return { a: corpusOf(a), b: corpusOf(b) }
}
