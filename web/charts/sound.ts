import type { Taste } from '../api/types.ts'
import { percent } from '../texts/numbers.ts'
import { texts } from '../texts/texts.ts'

export type Feature = Taste['sound'][number]['feature']

/** One feature of one listener, or of two, and where everybody is. */
export interface SoundRow {
  readonly feature: Feature
  readonly yours: number
  readonly theirs?: number
  readonly middle: number
  /** Eight in ten listeners lie between. */
  readonly band?: readonly [number, number]
}

/** Ends of the scales that are no shares: slow to fast, and quiet to as loud as records are. */
const scales: { readonly [feature in Feature]?: readonly [number, number] } = { tempo: [60, 180], loudness: [-30, 0] }

/** Where a value lies on its scale, 0 to 100. */
export function place(feature: Feature, value: number): number {
  const [low, high] = scales[feature] ?? [0, 1]
  return Math.min(100, Math.max(0, (100 * (value - low)) / (high - low)))
}

export function told(feature: Feature, value: number): string {
  if (feature === 'tempo') return texts.taste.perMinute(value)
  if (feature === 'loudness') return texts.taste.decibels(value)
  return percent(value)
}

/** Whether this is a feature that the page has words for. */
export function isFeature(feature: string): feature is Feature {
  return feature in texts.taste.features
}

/** What stands out of how it sounds: at most three features, those furthest from everybody's middle first. */
export function standingOut(sound: Taste['sound']): { readonly higher: string[]; readonly lower: string[] } {
  const away = ({ value, middle, low, high }: Taste['sound'][number]) => (value - middle) / Math.max(high - low, 1e-9)
  const furthest = sound
    .filter((each) => Math.abs(away(each)) >= 0.25)
    .sort((a, b) => Math.abs(away(b)) - Math.abs(away(a)))
    .slice(0, 3)
  const words = texts.taste.features
  return {
    higher: furthest.filter((each) => away(each) > 0).map(({ feature }) => words[feature].more),
    lower: furthest.filter((each) => away(each) < 0).map(({ feature }) => words[feature].less),
  }
}
