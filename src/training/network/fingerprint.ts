import { createHash } from 'node:crypto'
import { artistCounts } from '../../features/bags.ts'
import type { Corpus } from '../../features/corpus.ts'
import { columnCounts } from '../../features/sparse-rows.ts'

/**
 * SHA-256 of what a fit reads of its training listeners: their counts, tags, and what is known of their items. Listeners
 * who are not in the rows, and listeners' ids, make no difference.
 */
export function fingerprint(training: Corpus): string {
  const { catalogue, counts, tagged, sources } = training
  const { items, artists, tags } = catalogue
  const hash = createHash('sha256')
  const text = (lines: readonly (string | undefined)[]) => hash.update(`${JSON.stringify(lines)}\n`)
  const numbers = (array: Uint32Array | Float32Array) => hash.update(array)

  const rank = new Uint32Array(items.keys.length)
  let rows = 0
  for (const [item, listeners] of columnCounts(counts).entries()) {
    if (listeners === 0) continue
    rank[item] = rows++
    text([items.keys[item], items.tracks[item]])
    const [start, end] = [items.credits.offsets[item]!, items.credits.offsets[item + 1]!]
    text(Array.from(items.credits.indices.subarray(start, end), (artist) => artists.keys[artist]))
    numbers(items.audio.slice(item * 10, item * 10 + 10))
  }
  for (const artist of [...new Set(artistCounts(training).indices)].sort((a, b) => a - b)) {
    const [start, end] = [artists.genreRows.offsets[artist]!, artists.genreRows.offsets[artist + 1]!]
    text([artists.keys[artist]])
    text(Array.from(artists.genreRows.indices.subarray(start, end), (genre) => artists.genres[genre]))
  }
  numbers(counts.offsets)
  numbers(counts.indices.map((item) => rank[item]!))
  numbers(counts.values)
  text(sources)
  numbers(tagged.offsets)
  text(Array.from(tagged.artists, (artist) => artists.keys[artist]))
  text(Array.from(tagged.tags, (tag) => tags[tag]))
  return hash.digest('hex')
}
