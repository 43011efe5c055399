import { random } from '../towers/random.ts'

/** Lower and upper end of a 95 % interval. */
export type Interval = readonly [low: number, high: number]

export interface Bootstrap {
  /** Mean of a column over the listeners it applies to; NaN when it applies to nobody. */
  mean(column: number): number
  interval(column: number): Interval
  /** Interval of `mean(column) - mean(baseline)`, paired: both means are taken over the same drawn listeners. */
  differenceInterval(column: number, baseline: number): Interval
  /** The same where each side is the mean over several columns, such as a score over several tasks. */
  meanDifferenceInterval(columns: readonly number[], baselines: readonly number[]): Interval
}

const defaultResamples = 1_000

/**
 * Percentile bootstrap over listeners (Efron 1979): listeners are drawn with replacement, the same ones for every
 * column, so that differences between columns are paired.
 * @param columns [columns][listeners]: one measurement per listener; NaN where it does not apply
 */
export function bootstrap(
  columns: readonly Float64Array[],
  options: { readonly seed: number; readonly resamples?: number },
): Bootstrap {
  const listeners = columns[0]?.length ?? 0
  const resamples = options.resamples ?? defaultResamples
  const masked = columns.map(mask)
  const once = new Uint16Array(listeners).fill(1)
  const means = masked.map((column) => weightedMean(column, once))
  const resampled = columns.map(() => new Float64Array(resamples)) // [columns][resamples]
  const { below } = random(options.seed)
  const weights = new Uint16Array(listeners)
  for (let r = 0; r < resamples; r++) {
    weights.fill(0)
    for (let i = 0; i < listeners; i++) weights[below(listeners)]!++
    for (let c = 0; c < masked.length; c++) resampled[c]![r] = weightedMean(masked[c]!, weights)
  }
  return {
    mean: (column) => means[column]!,
    interval: (column) => middle(resampled[column]!),
    differenceInterval: (column, baseline) =>
      middle(resampled[column]!.map((mean, r) => mean - resampled[baseline]![r]!)),
    meanDifferenceInterval(columns, baselines) {
      const at = (some: readonly number[], r: number) =>
        some.reduce((sum, c) => sum + resampled[c]![r]!, 0) / some.length
      return middle(Float64Array.from({ length: resamples }, (_, r) => at(columns, r) - at(baselines, r)))
    },
  }
}

/** A column with zeros where it does not apply, and 1 where it does; no mask where it applies to everybody. */
interface Masked {
  readonly values: Float64Array
  readonly applies: Uint8Array | undefined
}

function mask(column: Float64Array): Masked {
  const applies = Uint8Array.from(column, (value) => Number(!Number.isNaN(value)))
  return {
    values: column.map((value, i) => (applies[i] ? value : 0)),
    applies: applies.includes(0) ? applies : undefined,
  }
}

function weightedMean({ values, applies }: Masked, weights: Uint16Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += weights[i]! * values[i]!
  if (!applies) return sum / values.length
  let weight = 0
  for (let i = 0; i < applies.length; i++) weight += weights[i]! * applies[i]!
  return sum / weight
}

/** The middle 95 % of the values, between two neighbours where a percentile falls between them. */
function middle(values: Float64Array): Interval {
  const ascending = values.filter((value) => !Number.isNaN(value)).sort()
  const at = (share: number) => {
    const place = share * (ascending.length - 1)
    const low = ascending[Math.floor(place)] ?? Number.NaN
    const high = ascending[Math.ceil(place)] ?? Number.NaN
    return low + (high - low) * (place - Math.floor(place))
  }
  return [at(0.025), at(0.975)]
}
