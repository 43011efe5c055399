/**
 * The weights' shares in whole percents that add up to 100, by largest remainder (Hamilton's method): rounding each alone
 * can make 101. None when there are none.
 * @param weights not negative, not all 0
 */
export function wholePercents(weights: readonly number[]): readonly number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const exact = weights.map((weight) => (100 * weight) / total)
  const whole = exact.map(Math.floor)
  const missing = weights.length === 0 ? 0 : 100 - whole.reduce((sum, percent) => sum + percent, 0)
  const byRemainder = [...exact.keys()].sort((a, b) => exact[b]! - whole[b]! - (exact[a]! - whole[a]!))
  for (const place of byRemainder.slice(0, missing)) whole[place]!++
  return whole
}
