import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Problem } from '../../taste/problem.ts'
import type { FittedModel, Trial } from '../model.ts'
import { testCorpus } from '../network/test-corpus.ts'
import { TuningFile } from './trail.ts'
import { type TuneOptions, tune } from './tune.ts'

const training = testCorpus({ listeners: 4, kind: 'artists' })

/** Trials whose models say what they are: the better, the nearer their number is to `best`, if fitted for long enough. */
function world({ best = 5, fails = -1, stopAfter = Number.POSITIVE_INFINITY } = {}) {
  const fits: string[] = []
  const stop = new AbortController()
  const trial = (number: number): Trial => ({
    configuration: { number },
    async fit(_, { progress }, share) {
      if (fits.length === stopAfter) stop.abort()
      fits.push(`${number} at ${share.toFixed(2)}`)
      progress?.({ step: 'epoch 1 of 1', done: 0.5 })
      if (number === fails) throw new Problem('the loss is not a number', { do: 'lower the learning rate' })
      return { configuration: { number, share } } as unknown as FittedModel
    },
  })
  const score = ({ configuration }: FittedModel) => {
    const { number, share } = configuration as { number: number; share: number }
    return share - Math.abs(number - best) / 100
  }
  const options: TuneOptions = { trials: 9, trial, score, fit: { seed: 1, preset: 'quick', signal: stop.signal } }
  return { fits, options }
}

async function inFolder(work: (path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'consonance-'))
  try {
    await work(join(folder, 'tuning.json'))
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('halves to the best trial, with the recipe in every round', async () => {
  const { fits, options } = world()
  const steps: number[] = []
  const { model, trail } = await tune(training, { ...options, progress: ({ done }) => steps.push(done) })
  assert.deepEqual(model.configuration, { number: 5, share: 1 })
  assert.deepEqual([trail.winner, trail.share, trail.trials], [5, 1, 9])
  assert.deepEqual(fits.slice(9), ['0 at 0.33', '4 at 0.33', '5 at 0.33', '6 at 0.33', '0 at 1.00', '5 at 1.00'])
  assert.deepEqual(trail.changes[5], { number: 5 })
  assert.equal(trail.results.length, 15)
  assert.deepEqual(
    steps,
    steps.toSorted((a, b) => a - b),
  )
})

test('the recipe wins where nothing is better, and a trial that fails is passed over', async () => {
  const { options } = world({ best: -3 })
  assert.equal((await tune(training, options)).trail.winner, 0)
  const failing = world({ fails: 5 })
  const { trail } = await tune(training, failing.options)
  assert.equal(trail.winner, 4)
  assert.equal(trail.results.find((result) => result.trial === 5)?.score, null)
  await assert.rejects(tune(training, world({ fails: 0 }).options), Problem)
})

test('continues after a kill without repeating what was finished, to the same trail', async () => {
  await inFolder(async (path) => {
    const whole = await tune(training, world().options)
    for (let kill = 0; kill < 3; kill++) {
      const { options } = world({ stopAfter: 4 })
      const stopped = await tune(training, { ...options, file: new TuningFile(path, 'run') })
      assert.ok(stopped.trail.results.length === 4 * (kill + 1))
    }
    const { fits, options } = world()
    const continued = await tune(training, { ...options, file: new TuningFile(path, 'run') })
    assert.deepEqual(fits, ['6 at 0.33', '0 at 1.00', '5 at 1.00'])
    assert.deepEqual(continued.trail, whole.trail)
    assert.deepEqual(continued.model.configuration, { number: 5, share: 1 })
    const again = world()
    await tune(training, { ...again.options, file: new TuningFile(path, 'run') })
    assert.equal(again.fits.length, 15, 'tuning that is over leaves no file')
  })
})

test('a file of another run, or a broken one, is not continued', async () => {
  await inFolder(async (path) => {
    await tune(training, { ...world({ stopAfter: 4 }).options, file: new TuningFile(path, 'run') })
    const other = world()
    await tune(training, { ...other.options, file: new TuningFile(path, 'another') })
    assert.equal(other.fits.length, 15)
  })
})

test('stopped, the model is the best so far', async () => {
  const { options } = world({ stopAfter: 12 })
  const { model, trail } = await tune(training, options)
  assert.deepEqual<unknown>([model.configuration, trail.winner], [{ number: 5, share: 1 / 3 }, 5])
  const first = await tune(training, world({ stopAfter: 0 }).options)
  assert.deepEqual<unknown>(first.model.configuration, { number: 0, share: 1 / 9 })
  assert.deepEqual(first.trail.results, [])
})
