import type { LossFunctions } from '../../src/towers/two-towers.ts'
import { type NetworkConfiguration, networkPresets } from '../../src/training/network/configuration.ts'
import { withMemory, withoutLogQ, withRefinedLogQ } from './losses.ts'

/** One way in which the recipe could be different. */
export interface Variant {
  readonly name: string
  readonly configuration?: (recipe: NetworkConfiguration) => NetworkConfiguration
  /** Made anew for each fit. */
  readonly losses?: () => LossFunctions
  /** Share of the last steps whose parameters are averaged. */
  readonly averaged?: number
  /** Asks only sources that have this. */
  readonly needs?: 'tracks' | 'tags'
}

const views = ['id', 'genre', 'tag', 'cooccurrence', 'track', 'audio'] as const
type ViewName = (typeof views)[number]

/** What all others are compared with: one network of the `standard` preset. */
export const recipe: Variant = { name: 'recipe' }

export const variants: readonly Variant[] = [
  recipe,
  { name: 'ensemble of two', configuration: (c) => ({ ...c, members: 2 }) },
  { name: 'ensemble of three', configuration: (c) => ({ ...c, members: 3 }) },
  { name: 'no id dropout', configuration: (c) => ({ ...c, entryDropout: { ...c.entryDropout, id: 0 } }) },
  { name: 'linear', configuration: (c) => ({ ...c, columns: { ...c.columns, hidden: 0 } }) },
  { name: 'no L_item', configuration: (c) => ({ ...c, itemWeight: 0 }) },
  { name: 'L_item without logQ', losses: withoutLogQ },
  { name: 'refined logQ', losses: withRefinedLogQ },
  { name: 'uniform negatives', configuration: (c) => ({ ...c, uniformItems: 256 }) },
  { name: 'memory of 4 batches', losses: () => withMemory(4) },
  { name: 'averaged weights', averaged: 0.2 },
  { name: 'batches of 256', configuration: (c) => ({ ...c, batch: 256 }) },
  { name: 'no id view', configuration: without('id') },
  { name: 'no genre view', configuration: without('genre') },
  { name: 'no tag view', configuration: without('tag'), needs: 'tags' },
  { name: 'no track view', configuration: without('track'), needs: 'tracks' },
  { name: 'no audio view', configuration: without('audio'), needs: 'tracks' },
  { name: 'audio view alone', configuration: without('id', 'genre', 'tag', 'cooccurrence', 'track'), needs: 'tracks' },
  { name: 'halved by artist only', configuration: (c) => ({ ...c, artistBatches: 1 }), needs: 'tracks' },
  { name: 'halved by track only', configuration: (c) => ({ ...c, artistBatches: 0 }), needs: 'tracks' },
]

/** A variant's configuration, for a share of the epochs. */
export function configurationOf({ configuration = (c) => c }: Variant, share: number): NetworkConfiguration {
  const { epochs, ...standard } = networkPresets.standard
  const shortened = (n: number) => Math.max(1, Math.round(n * share))
  const one = {
    ...standard,
    members: 1,
    epochs: { artists: shortened(epochs.artists), tracks: shortened(epochs.tracks) },
  }
  return configuration(one)
}

function without(...names: readonly ViewName[]): (recipe: NetworkConfiguration) => NetworkConfiguration {
  const none = Object.fromEntries(names.map((name) => [name, 0]))
  return (c) => ({ ...c, columns: { ...c.columns, ...none } })
}
