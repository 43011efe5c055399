import { artistCounts } from '../../features/bags.ts'
import type { Corpus } from '../../features/corpus.ts'
import { bucketOf, buckets, type SizedScore } from '../../matching/calibration.ts'
import { leastArtists } from '../../matching/confidence.ts'
import type { PairScore } from '../../matching/pair-score.ts'
import type { Scorer } from '../scorer.ts'
import { cutDown, listeningHalves } from './listening-halves.ts'

/** A scored pair of the held-out listeners in rows i and j; i = j for two halves of one. */
export interface SampledPair extends SizedScore {
  readonly i: number
  readonly j: number
}

export interface PairSamples {
  readonly halves: readonly SampledPair[]
  readonly strangers: readonly SampledPair[]
}

/** How often each listener is cut in halves. */
const cuts = 3
/** A bucket with fewer pairs of whole profiles than this also takes profiles that were cut down to its size. */
const enoughWhole = 2_000

/**
 * Scores pairs of halves of one listener, and all pairs of different ones.
 * @param heldOut listeners whom the model has never seen
 */
export function samplePairs(pair: PairScore, heldOut: Corpus, { seed }: { readonly seed: number }): PairSamples {
  const halves: SampledPair[] = []
  for (let cut = 0; cut < cuts; cut++) {
    const { a, b } = listeningHalves(heldOut, cut, seed)
    const [sizesA, sizesB] = [artistsPerRow(a), artistsPerRow(b)]
    const [rowsA, rowsB] = [pair.rows(a), pair.rows(b)]
    for (let i = 0; i < heldOut.listeners.length; i++) {
      const artists = Math.min(sizesA[i]!, sizesB[i]!)
      if (artists >= leastArtists) halves.push({ i, j: i, artists, score: pair.score(rowsA, i, rowsB, i) })
    }
  }

  const sizes = artistsPerRow(heldOut)
  const strangers = [...pairsOf(pair, { corpus: heldOut, sizes }, { corpus: heldOut, sizes }, (i, j) => j < i)]
  const whole = new Map<number, number>()
  for (const { artists } of strangers) whole.set(bucketOf(artists), (whole.get(bucketOf(artists)) ?? 0) + 1)
  if ([...whole.values()].every((count) => count >= enoughWhole) && whole.size === buckets) return { halves, strangers }
  const small = cutDown(heldOut, seed)
  const smaller = pairsOf(
    pair,
    { corpus: small, sizes: artistsPerRow(small) },
    { corpus: heldOut, sizes },
    (i, j) => i !== j,
  )
  for (const one of smaller) if ((whole.get(bucketOf(one.artists)) ?? 0) < enoughWhole) strangers.push(one)
  return { halves, strangers }
}

/** How many artists each listener has. */
export function artistsPerRow(corpus: Corpus): Uint32Array {
  const { offsets } = artistCounts(corpus)
  return Uint32Array.from(corpus.listeners, (_, row) => offsets[row + 1]! - offsets[row]!)
}

interface SizedCorpus {
  readonly corpus: Corpus
  readonly sizes: Uint32Array
}

function* pairsOf(
  scorer: Scorer,
  a: SizedCorpus,
  b: SizedCorpus,
  wanted: (i: number, j: number) => boolean,
): Generator<SampledPair> {
  const score = scorer.prepare(a.corpus, b.corpus)
  const scores = new Float32Array(b.sizes.length)
  for (let i = 0; i < a.sizes.length; i++) {
    if (a.sizes[i]! < leastArtists) continue
    score(i, scores)
    for (let j = 0; j < scores.length; j++) {
      if (!wanted(i, j) || b.sizes[j]! < leastArtists) continue
      yield { i, j, artists: Math.min(a.sizes[i]!, b.sizes[j]!), score: scores[j]! }
    }
  }
}
