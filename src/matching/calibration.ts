import { z } from 'zod'
import { Problem } from '../taste/problem.ts'
import { fitDistribution, type ScoreDistribution, sharesAt } from './score-distribution.ts'

/** A pair score, and the number of artists of the smaller of the two profiles. */
export interface SizedScore {
  readonly score: number
  readonly artists: number
}

/** Scores of pairs whose smaller profile is of one size. */
interface SizeTable {
  /** Geometric mean of the sizes. */
  readonly artists: number
  readonly pairs: number
  readonly distribution: ScoreDistribution
}

/** How pair scores are turned into numbers that a person can trust, as learned on held-out listeners. */
export interface CalibrationTables {
  /** How many held-out listeners it was learned from. */
  readonly listeners: number
  /** Two halves of one listener, by ascending size. */
  readonly halves: readonly SizeTable[]
  /** Two different listeners. */
  readonly strangers: readonly SizeTable[]
}

/** Smallest profiles of each bucket, in artists. */
const bucketEdges = [0, 10, 25, 50]
export const buckets = bucketEdges.length

/** The number of the bucket that a pair falls in, by the artists of its smaller profile. */
export function bucketOf(artists: number): number {
  return bucketEdges.findLastIndex((edge) => artists >= edge)
}

/** Fewer pairs say too little of a bucket: its neighbours speak for it. */
const leastPairs = { halves: 60, strangers: 400 }

/**
 * Two numbers about a pair score, both symmetric in the pair, continuous and strictly increasing in the score, without
 * an end at the top.
 *
 * - affinity, 0 to 100: the percentage of pairs of halves of one listener who are less alike. At 50 two listeners are
 *   as alike as two halves of one person's listening typically are.
 * - rarity: one in how many pairs of two different listeners is at least this close.
 *
 * What a score means depends on how large the profiles are, so there is one table per bucket of sizes. Between the
 * middles of two buckets both tables are mixed by the logarithm of the size, so that one artist more changes little.
 */
export class Calibration {
  readonly tables: CalibrationTables

  constructor(tables: CalibrationTables) {
    this.tables = tables
  }

  /** @returns undefined where there are too few pairs of either kind to say anything */
  static fit(listeners: number, halves: readonly SizedScore[], strangers: readonly SizedScore[]) {
    const tables = {
      listeners,
      halves: tablesOf(halves, leastPairs.halves),
      strangers: tablesOf(strangers, leastPairs.strangers),
    }
    return tables.halves.length === 0 || tables.strangers.length === 0 ? undefined : new Calibration(tables)
  }

  affinity({ score, artists }: SizedScore): number {
    return mixed(this.tables.halves, artists, ({ distribution }) => 100 * sharesAt(distribution, score).below)
  }

  rarity({ score, artists }: SizedScore): number {
    return Math.exp(
      mixed(this.tables.strangers, artists, ({ distribution }) => -Math.log(sharesAt(distribution, score).above)),
    )
  }
}

/** Name of the calibration among a model's files. */
export const calibrationFile = 'calibration.json'
/** Of the file; a reader refuses newer ones. */
const formatVersion = 1

const distributionSchema = z
  .object({
    scores: z.array(z.number()).nonempty(),
    logits: z.array(z.number()).nonempty(),
    upper: z.object({ scale: z.number().positive(), shape: z.number().nonnegative() }),
    lower: z.object({ scale: z.number().positive() }),
  })
  .refine(({ scores, logits }) => scores.length === logits.length && ascends(scores) && ascends(logits))
const tableSchema = z.object({ artists: z.number().positive(), pairs: z.number(), distribution: distributionSchema })
const fileSchema = z.object({
  version: z.literal(formatVersion),
  listeners: z.number(),
  halves: z.array(tableSchema).nonempty(),
  strangers: z.array(tableSchema).nonempty(),
})

export function writeCalibration({ tables }: Calibration): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ version: formatVersion, ...tables }))
}

/** @throws Problem for a damaged file, or one of a newer version. */
export function readCalibration(bytes: Uint8Array): Calibration {
  try {
    const { version: _, ...tables } = fileSchema.parse(JSON.parse(new TextDecoder().decode(bytes)))
    return new Calibration(tables)
  } catch (cause) {
    throw new Problem(`model file ${calibrationFile} is damaged or of a newer version of consonance`, {
      do: 'train again or promote another model',
      cause,
    })
  }
}

function tablesOf(pairs: readonly SizedScore[], least: number): readonly SizeTable[] {
  const buckets = Map.groupBy(pairs, ({ artists }) => bucketOf(artists))
  const tables = [...buckets]
    .sort(([a], [b]) => a - b)
    .filter(([, bucket]) => bucket.length >= least)
    .map(([, bucket]) => table(bucket))
  // Where no bucket has enough, all of them together may have.
  return tables.length > 0 || pairs.length < least ? tables : [table(pairs)]
}

function table(pairs: readonly SizedScore[]): SizeTable {
  const logarithms = pairs.reduce((sum, { artists }) => sum + Math.log(Math.max(1, artists)), 0)
  return {
    artists: Math.exp(logarithms / pairs.length),
    pairs: pairs.length,
    distribution: fitDistribution(pairs.map(({ score }) => score)),
  }
}

/** Linear in the logarithm of the size between two tables; beyond the outermost ones they go on. */
function mixed(tables: readonly SizeTable[], artists: number, value: (table: SizeTable) => number): number {
  const above = tables.findIndex((table) => table.artists > artists)
  if (above === 0) return value(tables[0]!)
  if (above < 0) return value(tables.at(-1)!)
  const [low, high] = [tables[above - 1]!, tables[above]!]
  const weight = Math.log(artists / low.artists) / Math.log(high.artists / low.artists)
  return (1 - weight) * value(low) + weight * value(high)
}

function ascends(values: readonly number[]): boolean {
  return values.every((value, i) => i === 0 || value > values[i - 1]!)
}
