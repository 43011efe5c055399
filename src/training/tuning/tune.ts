import type { Corpus } from '../../features/corpus.ts'
import { Problem } from '../../taste/problem.ts'
import type { FitOptions, FittedModel, Trial } from '../model.ts'
import { byScore, rungsOf, survivors } from './rungs.ts'
import { changesOf, type TrialResult, type TuningFile, type TuningTrail } from './trail.ts'

export interface TuneOptions {
  /** How many configurations to try, trial 0, the recipe itself, included. */
  readonly trials: number
  /** Of a number of a trial; 0 is the recipe. */
  trial(number: number): Trial
  /** How good a model is on the validation listeners; higher is better. */
  score(model: FittedModel): number
  /** For each fit. */
  readonly fit: FitOptions
  readonly file?: TuningFile
  readonly progress?: (progress: TuningProgress) => void
}

export interface TuningProgress {
  /** Such as `rung 1 of 3, trial 5 of 20, best .512: epoch 3 of 8`. */
  readonly step: string
  /** 0 to 1. */
  readonly done: number
}

export interface Tuned {
  readonly model: FittedModel
  readonly trail: TuningTrail
}

/**
 * Tries configurations by successive halving on the rows of `training`. The model is the best of those fitted for the
 * whole run, of which the recipe is one: it is at least as good as the recipe by `score`. Results that the file has are
 * not repeated. When the fits' signal is aborted, the model is the best so far.
 * @throws the signal's reason when it is aborted before there is a model; what was finished is in the file.
 */
export async function tune(training: Corpus, options: TuneOptions): Promise<Tuned> {
  const { trials, trial, score, fit, file } = options
  const { signal } = fit
  const rungs = rungsOf(trials)
  const results = [...((await file?.load()) ?? [])].filter(
    (result) => result.trial < trials && rungs.some(({ share }) => share === result.share),
  )
  const resultOf = (number: number, share: number) => results.find((r) => r.trial === number && r.share === share)
  const leader = (share: number) => byScore(results.filter((r) => r.share === share))[0]
  const work = new Work(rungs, options.progress)
  let held: { readonly model: FittedModel; readonly number: number; readonly share: number } | undefined

  let contenders: readonly number[] = Array.from({ length: trials }, (_, number) => number)
  for (const [r, { share }] of rungs.entries()) {
    for (const [i, number] of contenders.entries()) {
      if (signal?.aborted) break
      if (!resultOf(number, share)) {
        const best = leader(share)?.score
        const where = `rung ${r + 1} of ${rungs.length}, trial ${i + 1} of ${contenders.length}`
        const progress = work.within(
          best === undefined || best === null ? where : `${where}, best ${three(best)}`,
          share,
        )
        const model = await fitted(trial(number), training, { ...fit, progress }, share, number)
        if (signal?.aborted) {
          if (model) held ??= { model, number, share } // as far as it got
          break
        }
        const achieved = model && score(model)
        results.push({ trial: number, share, score: Number.isFinite(achieved) ? achieved! : null })
        if (model && (!held || share > held.share || leader(share)!.trial === number)) held = { model, number, share }
        await file?.save(results)
      }
      work.finish(share)
    }
    if (signal?.aborted) break
    const next = rungs[r + 1]
    if (next)
      contenders = survivors(
        results.filter((result) => result.share === share),
        next.trials,
      )
  }

  const winner = leader(1)
  if (!signal?.aborted && winner && (held?.number !== winner.trial || held.share !== 1)) {
    const model = await trial(winner.trial).fit(training, { ...fit, progress: work.within('the winner again', 0) }, 1)
    held = { model, number: winner.trial, share: 1 }
  }
  if (!held) {
    signal?.throwIfAborted()
    throw new Problem('no trial could be fitted', { do: 'leave out --tune' })
  }
  if (!signal?.aborted) await file?.remove()
  return { model: held.model, trail: trailOf(options, rungs, results, held) }
}

/** Undefined where a drawn configuration can't be fitted; that the recipe can't be is an error. */
async function fitted(
  trial: Trial,
  training: Corpus,
  options: FitOptions,
  share: number,
  number: number,
): Promise<FittedModel | undefined> {
  try {
    return await trial.fit(training, options, share)
  } catch (error) {
    if (number > 0 && error instanceof Problem) return undefined
    throw error
  }
}

function trailOf(
  { trials, trial }: TuneOptions,
  rungs: readonly { readonly share: number }[],
  results: readonly TrialResult[],
  { number, share }: { readonly number: number; readonly share: number },
): TuningTrail {
  const recipe = trial(0).configuration
  return {
    trials,
    shares: rungs.map((rung) => rung.share),
    changes: Array.from({ length: trials }, (_, n) => changesOf(recipe, trial(n).configuration)),
    results,
    winner: number,
    share,
  }
}

/** How far tuning is, in whole runs. */
class Work {
  readonly #total: number
  readonly #show: TuneOptions['progress']
  #done = 0

  constructor(rungs: ReturnType<typeof rungsOf>, show: TuneOptions['progress']) {
    this.#total = rungs.reduce((sum, { trials, share }) => sum + trials * share, 0)
    this.#show = show
  }

  /** Progress of a fit in the middle of it all. */
  within(where: string, share: number): NonNullable<FitOptions['progress']> {
    return ({ step, done }) =>
      this.#show?.({ step: `${where}: ${step}`, done: Math.min(1, (this.#done + done * share) / this.#total) })
  }

  finish(share: number): void {
    this.#done += share
  }
}

/** .512. */
function three(value: number): string {
  return value.toFixed(3).replace(/^0\./, '.')
}
