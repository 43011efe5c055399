/** More decimals tell nobody anything. */
const mostDecimals = 3

/**
 * With as few decimals as tell them apart, so that the first ten matches differ however many listeners there are.
 * Below 1, nothing is worth telling apart.
 */
export function affinityTexts(affinities: readonly number[]): readonly string[] {
  const told = affinities.filter((affinity) => affinity >= 1)
  const distinct = new Set(told).size
  let decimals = 0
  while (decimals < mostDecimals && new Set(told.map((affinity) => affinity.toFixed(decimals))).size < distinct)
    decimals++
  return affinities.map((affinity) => (affinity < 1 ? '<1' : affinity.toFixed(decimals)))
}
