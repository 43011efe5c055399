import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { artistCounts } from '../../features/bags.ts'
import { random } from '../../towers/random.ts'
import { indexVocabulary } from '../../towers/vocabulary.ts'
import { Batches } from './batches.ts'
import { networkPresets } from './configuration.ts'
import { fitVocabulary } from './fit-vocabulary.ts'
import { drawHalves } from './halves.ts'
import { besideEachOther, testCorpus } from './test-corpus.ts'

describe('drawHalves', () => {
  const artists = fc.array(fc.nat({ max: 8 }), { maxLength: 40 })
  const options = { kept: 0.5, most: 15 }

  it('draws two disjoint parts, by artist without a common artist, or none', () => {
    fc.assert(
      fc.property(artists, fc.constantFrom('artists' as const, 'tracks' as const), fc.nat(), (of, task, seed) => {
        const halves = drawHalves(of, task, options, random(seed))
        const groups = task === 'artists' ? new Set(of).size : of.length
        assert.equal(halves === undefined, groups < 2)
        if (!halves) return
        const [a, b] = halves
        assert.ok(a.length > 0 && b.length > 0)
        assert.equal(new Set([...a, ...b]).size, a.length + b.length)
        if (task === 'artists') assert.ok(a.every((i) => b.every((j) => of[i] !== of[j])))
      }),
    )
  })

  it('keeps a half of a listener of thousands within its limit', () => {
    const sizes = Array.from({ length: 30 }, (_, seed) => {
      const [a] = drawHalves(Array(10_000).fill(0), 'tracks', { kept: 0.5, most: 100 }, random(seed))!
      return a.length
    })
    assert.ok(sizes.every((size) => size < 160))
  })
})

describe('Batches', () => {
  const corpus = besideEachOther(
    testCorpus({ listeners: 90, kind: 'artists' }),
    testCorpus({ listeners: 70, kind: 'tracks' }),
  )
  const configuration = { ...networkPresets.standard, batch: 32, epochs: { artists: 6, tracks: 4 } }
  const vocabulary = indexVocabulary(fitVocabulary(corpus, configuration))
  const batches = new Batches(corpus, vocabulary, configuration, 1)
  const all = Array.from({ length: batches.steps }, (_, i) => batches.at(i + 1))

  it('takes every listener once an epoch, each kind for its own number of epochs', () => {
    assert.equal(batches.stepsPerEpoch, 3 + 2)
    assert.equal(batches.steps, 3 * 6 + 2 * 4)
    assert.equal(
      all.reduce((sum, { listeners }) => sum + listeners, 0),
      90 * 6 + 70 * 4,
    )
  })

  it('gives a step the same data whichever steps came before', () => {
    const again = new Batches(corpus, vocabulary, configuration, 1)
    for (const step of [7, 3, 20]) assert.deepEqual(again.at(step), all[step - 1])
    assert.notDeepEqual(new Batches(corpus, vocabulary, configuration, 2).at(3), all[2])
  })

  it('never draws an item as a negative of a listener who has it', () => {
    for (const { items, listeners, input } of all) {
      const columns = input.rows - 2 * listeners
      assert.equal(items.owned.length, listeners * columns)
      for (let r = 0; r < listeners; r++)
        for (let p = items.targets.offsets[r]!; p < items.targets.offsets[r + 1]!; p++)
          assert.equal(items.owned[r * columns + items.targets.indices[p]!], 1)
      const owned = items.owned.reduce((sum, own) => sum + own, 0)
      assert.ok(owned > 0 && owned < items.owned.length)
    }
  })

  it('tells how often an item is expected among those that are drawn', () => {
    for (const uniformItems of [0, 50]) {
      const mixed = new Batches(corpus, vocabulary, { ...configuration, uniformItems }, 1)
      for (const step of [1, 2, 5]) {
        const { items, input, listeners, task } = mixed.at(step)
        const counts = task === 'artists' ? artistCounts(corpus) : corpus.counts
        const drawn = items.targets.indices.length
        const listed = new Set(items.targets.indices).size
        const known = new Set(counts.indices).size
        assert.ok(items.targets.indices.every((column) => column < listed))
        assert.equal(items.logQ.length, input.rows - 2 * listeners)
        assert.equal(items.logQ.length > listed, uniformItems > 0)
        const [rarest, commonest] = [Math.min(...items.logQ), Math.max(...items.logQ)].map(Math.exp) as [number, number]
        const least = drawn / counts.indices.length + uniformItems / known
        assert.ok(rarest > least - 1e-6 && commonest <= least + (drawn * counts.rows) / counts.indices.length)
      }
    }
  })

  it('weighs all listeners alike in the item loss', () => {
    for (const { items, listeners } of all) {
      const { offsets, weights } = items.targets
      for (let r = 0; r < listeners; r++) {
        const sum = [...weights.subarray(offsets[r], offsets[r + 1])].reduce((total, weight) => total + weight, 0)
        assert.ok(Math.abs(sum - 1 / listeners) < 1e-6)
      }
    }
  })

  it('gives the id view about its share of the entries', () => {
    const whole = new Batches(corpus, vocabulary, { ...configuration, entryDropout: { id: 0, track: 0, item: 0 } }, 1)
    let kept = 0
    let of = 0
    for (let step = 0; step < all.length; step++) {
      if (all[step]!.task !== 'artists') continue
      const entries = ({ input, listeners }: (typeof all)[0]) => input.bags.id.offsets[2 * listeners]!
      kept += entries(all[step]!)
      of += entries(whole.at(step + 1))
    }
    assert.ok(Math.abs(kept / of - 0.45) < 0.03, `${kept / of}`)
  })
})
