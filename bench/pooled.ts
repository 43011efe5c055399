/** A difference with half the width of its 95 % interval. */
export interface Estimate {
  readonly difference: number
  readonly half: number
}

/**
 * The mean of independent estimates. Seeds that hold out some of the same listeners are not quite independent; at a share
 * of .3, a listener is in two of three seeds in one case of five.
 */
export function pooled(estimates: readonly Estimate[]): Estimate {
  const n = estimates.length
  return {
    difference: estimates.reduce((sum, { difference }) => sum + difference, 0) / n,
    half: Math.hypot(...estimates.map(({ half }) => half)) / n,
  }
}
