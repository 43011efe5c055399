import { random } from '../../towers/random.ts'
import type { NetworkConfiguration } from '../network/configuration.ts'

/** How a number may differ from the recipe's: by a factor up to `factor` either way, or anywhere between two ends. */
type Range = { readonly factor: number } | { readonly from: number; readonly to: number }

/**
 * What tuning may change. Sizes of layers and tables are not among it: they change how long a fit takes and how large a
 * model is, not only how good.
 */
const space: Readonly<Record<string, Range>> = {
  'optimiser.rate': { factor: 2 },
  'optimiser.tableRate': { factor: 3 },
  'optimiser.decay': { factor: 10 },
  'halfTau.artists': { factor: 1.5 },
  'halfTau.tracks': { factor: 1.5 },
  itemTau: { factor: 1.5 },
  itemWeight: { factor: 2.5 },
  artistBatches: { from: 0.1, to: 0.5 },
  keptEntries: { from: 0.3, to: 0.8 },
  'entryDropout.id': { from: 0.2, to: 0.7 },
  'entryDropout.track': { from: 0.3, to: 0.8 },
  'entryDropout.item': { from: 0.2, to: 0.7 },
  viewDropout: { from: 0, to: 0.3 },
  'dropout.views': { from: 0, to: 0.3 },
  'dropout.hidden': { from: 0, to: 0.3 },
}

/** Numbers of a stream of their own. */
const purpose = 0x7a1

/**
 * The configuration of a trial: trial 0 is the recipe itself, every other one a random search around it (Bergstra &
 * Bengio 2012) that keeps each number with a chance of one half, because the recipe is a good one already. A trial
 * depends on its number and the seed alone, not on how many there are.
 */
export function sampleConfiguration(recipe: NetworkConfiguration, seed: number, trial: number): NetworkConfiguration {
  if (trial === 0) return recipe
  const generator = random(seed, purpose, trial)
  let sampled = recipe
  for (const [path, range] of Object.entries(space)) {
    const changed = generator.uniform() < 0.5
    const place = generator.uniform()
    if (changed) sampled = replace(sampled, path.split('.'), (value) => draw(value, range, place)) as typeof sampled
  }
  return sampled
}

/**
 * The same with a share of the work: fewer networks first, because one that is trained to its end tells more of the whole
 * than three that are cut short; then fewer passes, with which the schedule of the learning rate shrinks.
 */
export function shortened(configuration: NetworkConfiguration, share: number): NetworkConfiguration {
  if (share === 1) return configuration
  const { artists, tracks } = configuration.epochs
  const members = Math.max(1, Math.round(configuration.members * share))
  const passes = (share * configuration.members) / members
  const fewer = (epochs: number) => Math.min(epochs, Math.max(1, Math.round(epochs * passes)))
  return { ...configuration, members, epochs: { artists: fewer(artists), tracks: fewer(tracks) } }
}

/** Three digits are as much as a difference between trials can tell. */
function draw(value: number, range: Range, place: number): number {
  const drawn =
    'factor' in range ? value * range.factor ** (2 * place - 1) : range.from + (range.to - range.from) * place
  return Number(drawn.toPrecision(3))
}

function replace(node: unknown, [name, ...rest]: readonly string[], change: (value: number) => number): unknown {
  if (name === undefined) return change(node as number)
  const parent = node as Readonly<Record<string, unknown>>
  return { ...parent, [name]: replace(parent[name], rest, change) }
}
