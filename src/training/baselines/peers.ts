import type { Corpus } from '../../features/corpus.ts'
import { selectListeners } from '../cut-corpus.ts'

/** Fewer listeners than the SVD has dimensions can't stand for their source. */
const leastPeers = 64

/**
 * The stored listeners of the queries' sources, or all of them where these are too few: what the simple ways are fitted
 * on. Fitted on a mixture of sources they are weaker (on one of 897 listeners with artists and 3,514 with playlists, the
 * SVD finds .48 of the other halves of the former among the first ten, instead of .66), and too easy to beat.
 */
export function peersOf(stored: Corpus, sources: Iterable<string>): Corpus {
  const wanted = new Set(sources)
  const rows = [...stored.listeners.keys()].filter((row) => wanted.has(stored.sources[row]!))
  return rows.length < leastPeers || rows.length === stored.listeners.length ? stored : selectListeners(stored, rows)
}
