import { artistCounts } from '../../src/features/bags.ts'
import type { Corpus } from '../../src/features/corpus.ts'
import { SparseRowsBuilder } from '../../src/features/sparse-rows.ts'
import type { HalvesTask } from '../../src/training/measure-halves.ts'
import type { Towers } from '../../src/training/network/towers.ts'
import type { Scorer } from '../../src/training/scorer.ts'

const rounds = 5
/** A part of a listener must hold this many artists to be embedded on its own. */
const leastArtists = 3

/**
 * Several vectors for each listener, one for each of up to `parts` interests; two listeners are as close as their closest
 * interests. A listener's artists are parted by spherical k-means over their item vectors.
 */
export function severalInterests(towers: Towers, parts: number): Scorer {
  const dimensions = towers.dimensions
  const partsOfCorpus = remembered((corpus: Corpus) => embedParts(towers, corpus, parts))
  return {
    name: `${parts} interests`,
    prepare(queries, candidates) {
      const [a, b] = [partsOfCorpus(queries), partsOfCorpus(candidates)]
      return (q, out) => {
        for (let c = 0; c < out.length; c++) {
          let best = -1
          for (let i = a.offsets[q]!; i < a.offsets[q + 1]!; i++)
            for (let j = b.offsets[c]!; j < b.offsets[c + 1]!; j++)
              best = Math.max(best, dot(a.vectors, i, b.vectors, j, dimensions))
          out[c] = best
        }
      }
    },
  }
}

/** The same answers, each asked for once. */
export function remembered<A extends object, B>(ask: (of: A) => B): (of: A) => B {
  const answers = new WeakMap<A, B>()
  return (of) => {
    const answer = answers.get(of) ?? ask(of)
    answers.set(of, answer)
    return answer
  }
}

/**
 * A task about listeners who are put together of `parts` listeners each: what was known of the ones is known of the other.
 * All candidates are such listeners.
 */
export function joined({ known, hidden, stored, peers }: HalvesTask, parts: number): HalvesTask {
  const rowOf = new Map(hidden.listeners.map((id, row) => [id, row]))
  const groups = Array.from({ length: Math.floor(known.listeners.length / parts) }, (_, g) =>
    Array.from({ length: parts }, (_, i) => g * parts + i),
  )
  const hiddenGroups = groups.map((rows) => rows.map((row) => rowOf.get(known.listeners[row]!)!))
  const ids = groups.map((rows) => known.listeners[rows[0]!]!)
  return { known: merged(known, groups, ids), hidden: merged(hidden, hiddenGroups, ids), stored, peers }
}

interface Parts {
  /** [listeners + 1]: the vectors of each. */
  readonly offsets: Uint32Array
  readonly vectors: Float32Array
}

function embedParts(towers: Towers, corpus: Corpus, parts: number): Parts {
  const artists = artistCounts(corpus)
  const known = [...new Set(artists.indices)].sort((a, b) => a - b)
  const place = new Map(known.map((artist, i) => [artist, i]))
  const vectors = towers.embedArtists(corpus.catalogue, known)
  const { credits } = corpus.catalogue.items
  const { offsets, indices, values } = corpus.counts
  const rows = new SparseRowsBuilder(corpus.counts.columns)
  const firsts = new Uint32Array(corpus.listeners.length + 1)
  const owners: number[] = []
  for (const row of corpus.listeners.keys()) {
    const items = indices.subarray(offsets[row]!, offsets[row + 1]!)
    const own = Uint32Array.from(items, (item) => place.get(credits.indices[credits.offsets[item]!]!)!)
    const part = partsOf(own, vectors, towers.dimensions, parts)
    for (const number of new Set(part)) {
      for (const [i, item] of items.entries()) if (part[i] === number) rows.add(item, values[offsets[row]! + i]!)
      rows.endRow()
      owners.push(row)
    }
    firsts[row + 1] = owners.length
  }
  const split = withRows(corpus, rows, owners)
  return { offsets: firsts, vectors: towers.embed(split) }
}

/** The part of each entry, by its artist; all in one where an interest would be too small. */
function partsOf(artists: Uint32Array, vectors: Float32Array, d: number, parts: number): Uint8Array {
  const distinct = [...new Set(artists)]
  const one = new Uint8Array(artists.length)
  if (distinct.length < parts * leastArtists) return one
  const centres = [vectors.slice(distinct[0]! * d, (distinct[0]! + 1) * d)]
  while (centres.length < parts) {
    const closeness = distinct.map((a) => Math.max(...centres.map((_, k) => dot(vectors, a, centres[k]!, 0, d))))
    const farthest = distinct[closeness.indexOf(Math.min(...closeness))]!
    centres.push(vectors.slice(farthest * d, (farthest + 1) * d))
  }
  const partOf = new Map<number, number>()
  for (let round = 0; round < rounds; round++) {
    for (const a of distinct) {
      const closeness = centres.map((centre) => dot(vectors, a, centre, 0, d))
      partOf.set(a, closeness.indexOf(Math.max(...closeness)))
    }
    for (const [k, centre] of centres.entries()) {
      centre.fill(0)
      for (const a of distinct) if (partOf.get(a) === k) for (let c = 0; c < d; c++) centre[c]! += vectors[a * d + c]!
      const length = Math.hypot(...centre) || 1
      for (let c = 0; c < d; c++) centre[c]! /= length
    }
  }
  const sizes = centres.map((_, k) => distinct.filter((a) => partOf.get(a) === k).length)
  if (Math.min(...sizes) < leastArtists) return partsOf(artists, vectors, d, parts - 1)
  return Uint8Array.from(artists, (a) => partOf.get(a)!)
}

function merged(corpus: Corpus, groups: readonly (readonly number[])[], ids: Corpus['listeners']): Corpus {
  const { offsets, indices, values } = corpus.counts
  const rows = new SparseRowsBuilder(corpus.counts.columns)
  for (const group of groups) {
    const counts = new Map<number, number>()
    for (const row of group)
      for (let p = offsets[row]!; p < offsets[row + 1]!; p++)
        counts.set(indices[p]!, (counts.get(indices[p]!) ?? 0) + values[p]!)
    for (const [item, count] of [...counts].sort((a, b) => a[0] - b[0])) rows.add(item, count)
    rows.endRow()
  }
  const out = withRows(
    corpus,
    rows,
    groups.map((group) => group[0]!),
  )
  return { ...out, listeners: ids }
}

function withRows(corpus: Corpus, rows: SparseRowsBuilder, owners: readonly number[]): Corpus {
  return {
    catalogue: corpus.catalogue,
    listeners: owners.map((row, i) => `${corpus.listeners[row]!}#${i}` as Corpus['listeners'][number]),
    sources: owners.map((row) => corpus.sources[row]!),
    counts: rows.build(),
    tagged: { offsets: new Uint32Array(owners.length + 1), artists: new Uint32Array(), tags: new Uint32Array() },
  }
}

function dot(a: Float32Array, i: number, b: Float32Array, j: number, d: number): number {
  let sum = 0
  for (let c = 0; c < d; c++) sum += a[i * d + c]! * b[j * d + c]!
  return sum
}
