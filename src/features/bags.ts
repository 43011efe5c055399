import type { Corpus } from './corpus.ts'
import { mapValues, multiply, normaliseRows, type SparseRows } from './sparse-rows.ts'

const artistCountsOf = new WeakMap<Corpus, SparseRows>()

/**
 * n: [listeners x artists], plays or entries by artist; an item's first artist is credited in full, each further one by
 * half. Computed once per corpus.
 */
export function artistCounts(corpus: Corpus): SparseRows {
  const known = artistCountsOf.get(corpus)
  if (known) return known
  const counts = multiply(corpus.counts, corpus.catalogue.items.credits)
  artistCountsOf.set(corpus, counts)
  return counts
}

/**
 * Rows of TF-IDF: log1p(n) idf, of unit length. The logarithm keeps one artist with 100,000 plays from being all that
 * counts.
 */
export function tfIdf(artistCounts: SparseRows, idf: Float64Array): SparseRows {
  return normaliseRows(mapValues(artistCounts, (count, artist) => Math.log1p(count) * idf[artist]!))
}

/** [listeners x genres]: each artist spreads log1p(n) evenly over its genres; of unit length where any is known. */
export function genreBags(artistCounts: SparseRows, genreRows: SparseRows): SparseRows {
  return normaliseRows(
    multiply(
      mapValues(artistCounts, (count) => Math.log1p(count)),
      genreRows,
    ),
  )
}
