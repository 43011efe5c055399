import type { Scorer } from '../training/scorer.ts'
import { artistCounts, genreBags } from './bags.ts'
import type { Corpus } from './corpus.ts'
import { InvertedIndex } from './inverted-index.ts'
import type { LinearModel } from './linear-model.ts'
import { normaliseRows, type SparseRows } from './sparse-rows.ts'

/** Cosine of plays by artist, unweighted: what ListenBrainz compares listeners by. */
export function artistCosine(): Scorer {
  return sparseCosine('artist cosine', (corpus) => normaliseRows(artistCounts(corpus)))
}

/** Cosine of TF-IDF over artists. */
export function tfIdfCosine(model: LinearModel): Scorer {
  return sparseCosine('TF-IDF', (corpus) => model.tfIdf(corpus))
}

/** Cosine of genre bags. */
export function genreCosine(): Scorer {
  return sparseCosine('genre cosine', (corpus) => genreBags(artistCounts(corpus), corpus.catalogue.artists.genreRows))
}

/** Cosine of any model's embeddings. */
export function embeddingCosine(
  name: string,
  model: { readonly dimensions: number; embed(corpus: Corpus): Float32Array },
): Scorer {
  return {
    name,
    prepare(queries, candidates) {
      const a = model.embed(queries)
      const b = model.embed(candidates)
      return (q, out) => denseDots(a, q, b, model.dimensions, out)
    },
  }
}

/** Cosine along the singular vectors, by known artists alone: plain latent semantic analysis. */
export function svdCosine(model: LinearModel): Scorer {
  const { dimensions } = model
  return embeddingCosine(`SVD${dimensions}`, { dimensions, embed: (corpus) => model.project(corpus) })
}

/** TF-IDF cosine + .5 SVD cosine: the strongest of the simple ways. */
export function tfIdfPlusSvd(model: LinearModel): Scorer {
  const tfIdf = tfIdfCosine(model)
  const svd = svdCosine(model)
  return {
    name: `TF-IDF + .5 SVD${model.dimensions}`,
    prepare(queries, candidates) {
      const tfIdfScores = tfIdf.prepare(queries, candidates)
      const svdScores = svd.prepare(queries, candidates)
      const half = new Float32Array(candidates.listeners.length)
      return (q, out) => {
        tfIdfScores(q, out)
        svdScores(q, half)
        for (let c = 0; c < out.length; c++) out[c]! += 0.5 * half[c]!
      }
    },
  }
}

/** out[c] = the dot product of row q of A with row c of B, both [... x dimensions]. */
export function denseDots(a: Float32Array, q: number, b: Float32Array, dimensions: number, out: Float32Array): void {
  const query = Float64Array.from(a.subarray(q * dimensions, (q + 1) * dimensions))
  // Four sums, because each addition to one sum has to wait for the one before.
  const whole = dimensions - (dimensions % 4)
  for (let c = 0, from = 0; c < out.length; c++, from += dimensions) {
    let [s0, s1, s2, s3] = [0, 0, 0, 0]
    let d = 0
    for (; d < whole; d += 4) {
      s0 += query[d]! * b[from + d]!
      s1 += query[d + 1]! * b[from + d + 1]!
      s2 += query[d + 2]! * b[from + d + 2]!
      s3 += query[d + 3]! * b[from + d + 3]!
    }
    for (; d < dimensions; d++) s0 += query[d]! * b[from + d]!
    out[c] = s0 + s1 + s2 + s3
  }
}

function sparseCosine(name: string, rowsOf: (corpus: Corpus) => SparseRows): Scorer {
  return {
    name,
    prepare(queries, candidates) {
      const rows = rowsOf(queries)
      const index = new InvertedIndex(rowsOf(candidates))
      const sums = new Float64Array(candidates.listeners.length)
      return (q, out) => {
        index.dots(rows, q, sums)
        out.set(sums)
      }
    },
  }
}
