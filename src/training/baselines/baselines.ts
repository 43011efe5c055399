import type { Corpus } from '../../features/corpus.ts'
import { LinearModel } from '../../features/linear-model.ts'
import { artistCosine, genreCosine, svdCosine, tfIdfCosine, tfIdfPlusSvd } from '../../features/scorers.ts'
import type { Scorer } from '../scorer.ts'
import { randomScore } from './random-score.ts'

/** The simple ways to compare listeners that a model has to beat. */
export const simpleWays = ['random', 'artist-cosine', 'tf-idf', 'genre-cosine', 'svd64', 'tf-idf-svd64'] as const

/**
 * The simple ways by name; what needs fitting is fitted on `training` alone. Popularity, which ranks no listeners, is
 * measured with transfer.
 */
export function fitBaselines(
  training: Corpus,
  { seed }: { readonly seed: number },
): ReadonlyMap<(typeof simpleWays)[number], Scorer> {
  const linear = LinearModel.fit(training, { seed, dimensions: 64 })
  return new Map([
    ['random', randomScore(seed)],
    ['artist-cosine', artistCosine()],
    ['tf-idf', tfIdfCosine(linear)],
    ['genre-cosine', genreCosine()],
    ['svd64', svdCosine(linear)],
    ['tf-idf-svd64', tfIdfPlusSvd(linear)],
  ])
}
