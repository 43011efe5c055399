/** How the learning rate moves over a run. */
export interface Schedule {
  /** The highest rate. */
  readonly rate: number
  /** Steps of linear warm-up. */
  readonly warmUp: number
  /** Steps in all. */
  readonly steps: number
  /** Share of `rate` that is left at the last step. */
  readonly floor: number
}

/** The rate at a step (1 is the first): linear warm-up, then half a cosine down to the floor (Loshchilov & Hutter 2017). */
export function rateAt({ rate, warmUp, steps, floor }: Schedule, step: number): number {
  if (step <= warmUp) return (rate * step) / warmUp
  const progress = Math.min(1, (step - warmUp) / Math.max(1, steps - warmUp))
  return rate * (floor + ((1 - floor) * (1 + Math.cos(Math.PI * progress))) / 2)
}
