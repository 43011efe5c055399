import type { ModelCard } from '../store/model-registry.ts'
import type { Difference } from './evaluation.ts'

/** Names of the numbers that models are chosen by, among a card's metrics. */
export const headline = { score: 'validation.score', gain: 'validation.gain' } as const

/** What makes two validation scores comparable, and two models siblings; part of a card's configuration. */
export interface Recipe {
  /** Hash of the training data and its split. */
  readonly data: string
  /** What was fitted, seed aside. */
  readonly recipe: unknown
}

type Rival = Pick<ModelCard, 'kind' | 'hash' | 'metrics'> & { readonly configuration: unknown }

interface Decision {
  readonly promote: boolean
  readonly why: string
}

/** Which of two kinds fitted beside each other was better on validation, and by how much. */
interface Contest {
  readonly winner: string
  readonly other: string
  readonly difference: Difference
}

/**
 * Whether a new model takes the place of the promoted one, and why.
 *
 * On the same data the validation scores decide. On other data they can't be compared: then the same recipe is taken to
 * be better for knowing the data of today, and another recipe must gain at least as much over the strongest simple
 * way as the promoted model did. A model that lost against another kind on the same listeners is never promoted.
 */
export function decidePromotion(made: Rival, promoted: Rival | undefined, contest?: Contest): Decision {
  if (!contest) return decideAgainst(made, promoted)
  const { winner, other, difference } = contest
  const won = made.kind === winner
  const beats = `it is ahead of the ${other} model by ${inWords(difference)} on the validation score`
  if (!won)
    return { promote: false, why: `the ${winner} model is ahead by ${inWords(difference)} on the validation score` }
  const { promote, why } = decideAgainst(made, promoted)
  return { promote, why: `${beats}; ${why}` }
}

function inWords({ difference, ci95: [low, high] }: Difference): string {
  return `${difference.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`
}

function decideAgainst(made: Rival, promoted: Rival | undefined): Decision {
  if (!promoted) return { promote: true, why: 'no model was promoted before' }
  if (made.hash === promoted.hash) return { promote: false, why: 'the promoted model is the same' }
  const [now, before] = [recipeOf(made), recipeOf(promoted)]
  const sameData = now.data === before.data
  if (!sameData && JSON.stringify(now.recipe) === JSON.stringify(before.recipe))
    return { promote: true, why: 'the same recipe as the promoted model, on newer data' }
  const name = sameData ? headline.score : headline.gain
  const what = sameData ? 'validation score' : 'gain over the strongest simple way'
  const mine = made.metrics[name]
  const theirs = promoted.metrics[name]
  if (theirs === undefined) return { promote: mine !== undefined, why: `the promoted model has no ${what}` }
  if (mine === undefined) return { promote: false, why: `too few listeners for a ${what}` }
  const numbers = `${what} ${mine.toFixed(4)}, promoted model ${theirs.toFixed(4)}`
  return { promote: sameData ? mine > theirs : mine >= theirs, why: numbers }
}

function recipeOf({ configuration }: Rival): Recipe {
  return configuration as Recipe
}
