/**
 * Measures of one ranking. Ranks are full and start at 1; ties count as their expected rank, so that no order of the
 * candidates makes a score look better than it is.
 */

/** @throws Error when a score is not finite: it would rank first or last without a reason. */
export function assertFinite(scores: Float32Array, scorer: string): void {
  let check = 0
  for (let i = 0; i < scores.length; i++) check += scores[i]! * 0
  if (check !== 0) throw new Error(`the score "${scorer}" is not finite`)
}

/**
 * Mean rank of candidate `own` over all orders of its ties: 1 + number above + half the number beside it.
 * @param pool 1 for candidates that count, 0 for others; all count when absent
 */
export function expectedRank(scores: Float32Array, own: number, pool?: Uint8Array): number {
  const score = scores[own]!
  let above = 0
  let beside = 0
  for (let i = 0; i < scores.length; i++) {
    const other = scores[i]!
    if (other < score || (pool !== undefined && pool[i] === 0)) continue
    if (other > score) above++
    else if (i !== own) beside++
  }
  return 1 + above + beside / 2
}

/**
 * Mean rank of the best of several candidates over all orders of their ties: of m among t that tie below `above`
 * others, the first stands at above + (t + 1) / (m + 1).
 */
export function expectedRankOfFirst(scores: Float32Array, wanted: Uint8Array, pool: Uint8Array): number {
  let best = Number.NEGATIVE_INFINITY
  for (let i = 0; i < scores.length; i++) if (wanted[i] && pool[i] && scores[i]! > best) best = scores[i]!
  let above = 0
  let tied = 0
  let wantedTied = 0
  for (let i = 0; i < scores.length; i++) {
    if (!pool[i]) continue
    if (scores[i]! > best) above++
    else if (scores[i] === best) {
      tied++
      if (wanted[i]) wantedTied++
    }
  }
  return above + (tied + 1) / (wantedTied + 1)
}

/** Probability that a wanted candidate scores above one that is not, ties counting half; NaN without one of either. */
export function areaUnderCurve(scores: Float32Array, wanted: Uint8Array, pool: Uint8Array): number {
  const targets = sorted(scores, wanted, pool)
  let others = 0
  let wins = 0
  for (let i = 0; i < scores.length; i++) {
    if (!pool[i] || wanted[i]) continue
    others++
    const above = countAbove(targets, scores[i]!)
    wins += above + (countFrom(targets, scores[i]!) - above) / 2
  }
  return wins / (others * targets.length)
}

/** Indices of the `k` highest scores, best first, ties in the order of the candidates. `skip` is left out. */
export function highest(scores: Float32Array, k: number, skip = -1): Uint32Array {
  const top = new Uint32Array(Math.min(k, scores.length - (skip >= 0 ? 1 : 0)))
  let filled = 0
  let bar = Number.NEGATIVE_INFINITY
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!
    if (i === skip || (filled === top.length && score <= bar)) continue
    let at = filled < top.length ? filled++ : filled - 1
    while (at > 0 && scores[top[at - 1]!]! < score) {
      top[at] = top[at - 1]!
      at--
    }
    top[at] = i
    if (filled === top.length) bar = scores[top[filled - 1]!]!
  }
  return top
}

/**
 * How many of the wanted are expected among the `k` highest of `values`, where those that tie for the last places share
 * them equally. Zero and negative values are not ranked.
 * @param ranked which of the values to rank, each once
 */
export function expectedHits(values: Float64Array, ranked: Uint32Array, wanted: Uint8Array, k: number): number {
  const scratch = new Float64Array(ranked.length)
  let positive = 0
  for (const i of ranked) if (values[i]! > 0) scratch[positive++] = values[i]!
  const bar = positive > k ? nthHighest(scratch.subarray(0, positive), k) : 0
  let above = 0
  let tied = 0
  let hits = 0
  let tiedHits = 0
  for (const i of ranked) {
    const value = values[i]!
    if (value <= 0) continue
    if (value > bar) {
      above++
      hits += wanted[i]!
    } else if (value === bar) {
      tied++
      tiedHits += wanted[i]!
    }
  }
  return tied === 0 ? hits : hits + (tiedHits * (k - above)) / tied
}

/** The n-th highest value, n from 1 (Hoare's quickselect). Reorders `values`. */
function nthHighest(values: Float64Array, n: number): number {
  let low = 0
  let high = values.length - 1
  const target = n - 1
  while (low < high) {
    const pivot = values[(low + high) >> 1]!
    let i = low
    let j = high
    while (i <= j) {
      while (values[i]! > pivot) i++
      while (values[j]! < pivot) j--
      if (i <= j) {
        const swapped = values[i]!
        values[i++] = values[j]!
        values[j--] = swapped
      }
    }
    if (target <= j) high = j
    else if (target >= i) low = i
    else break
  }
  return values[target]!
}

function sorted(scores: Float32Array, wanted: Uint8Array, pool: Uint8Array): Float32Array {
  return scores.filter((_, i) => wanted[i] === 1 && pool[i] === 1).sort()
}

/** How many of the ascending values are above `bar`. */
function countAbove(ascending: Float32Array, bar: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle]! > bar) high = middle
    else low = middle + 1
  }
  return ascending.length - low
}

/** How many of the ascending values are `bar` or above. */
function countFrom(ascending: Float32Array, bar: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle]! >= bar) high = middle
    else low = middle + 1
  }
  return ascending.length - low
}
