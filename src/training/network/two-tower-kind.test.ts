import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { InferenceSession } from 'onnxruntime-web'
import type { Corpus } from '../../features/corpus.ts'
import { SparseRowsBuilder, selectRows } from '../../features/sparse-rows.ts'
import { Problem } from '../../taste/problem.ts'
import { readSafetensors, writeSafetensors } from '../../towers/safetensors.ts'
import { type NetworkConfiguration, networkPresets } from './configuration.ts'
import { besideEachOther, testCorpus } from './test-corpus.ts'
import { fitTwoTower, twoTowerKind } from './two-tower-kind.ts'

const small: NetworkConfiguration = {
  ...networkPresets.quick,
  columns: { id: 16, genre: 8, tag: 8, cooccurrence: 8, track: 8, audio: 4, hidden: 16, output: 16, stored: 8 },
  members: 2,
  leastListeners: { tag: 2, track: 2, cooccurrence: 2 },
  batch: 32,
  epochs: { artists: 8, tracks: 8 },
}
const options = { seed: 3, preset: 'quick' } as const
const byArtist = testCorpus({ listeners: 150, kind: 'artists' })
const both = besideEachOther(byArtist, testCorpus({ listeners: 100, kind: 'tracks', seed: 2 }))

describe('two-tower network', () => {
  it('gives the same bytes for 1, 2 and 4 threads', async () => {
    const models = []
    for (const threads of [1, 2, 4]) models.push((await fitTwoTower(both, options, small, threads)).save())
    assert.deepEqual(models[1], models[0])
    assert.deepEqual(models[2], models[0])
  })

  it('has other parameters for another seed', async () => {
    const [one, other] = [
      await fitTwoTower(byArtist, options, small),
      await fitTwoTower(byArtist, { ...options, seed: 4 }, small),
    ]
    assert.notEqual(one.hash, other.hash)
  })

  it('does not depend on what else the catalogue names', async () => {
    const crowded = testCorpus({ listeners: 150, kind: 'artists', strangers: 30 })
    const [alone, among] = [await fitTwoTower(byArtist, options, small), await fitTwoTower(crowded, options, small)]
    assert.equal(among.hash, alone.hash)
  })

  it('continues after an interruption to the same bytes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'consonance-'))
    try {
      const checkpoint = join(folder, 'run', 'checkpoint')
      const fit = (validate: () => number, signal?: AbortSignal) =>
        fitTwoTower(both, { ...options, ...(signal ? { checkpoint, signal } : {}), validate }, small)
      const whole = await fit(() => 0.5)
      for (let interruption = 0; interruption < 2; interruption++) {
        const stop = new AbortController()
        let validations = 0
        const { network } = await fit(() => {
          // Four to a network: in the midst of the first one, then of the second.
          if (++validations === 2 + interruption) stop.abort()
          return 0.5
        }, stop.signal)
        assert.ok(network.steps < whole.network.steps)
      }
      const continued = await fit(() => 0.5, new AbortController().signal)
      assert.equal(continued.hash, whole.hash)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('learns: the loss falls, and other halves of listeners it has never seen are near', async () => {
    const unseen = testCorpus({ listeners: 60, kind: 'artists', seed: 77 })
    const model = await fitTwoTower(byArtist, options, small)
    const { trail } = model.network
    assert.ok(trail.at(-1)!.half < trail[0]!.half && trail.at(-1)!.item < trail[0]!.item)
    const rank = meanRank(model.embed(half(unseen, 0)), model.embed(half(unseen, 1)), model.dimensions)
    assert.ok(rank < 8, `mean rank ${rank}, where chance is 30`)
  })

  it('opens what it saved', async () => {
    const model = await fitTwoTower(both, { ...options, marks: ['research use only'] }, small)
    const opened = await twoTowerKind.open(model.save())
    assert.equal(opened.hash, model.hash)
    assert.deepEqual(opened.configuration, model.configuration)
    assert.deepEqual(opened.embed(both), model.embed(both))
    const text = new TextDecoder().decode(model.save().get('two-tower.json'))
    assert.ok(text.includes('research use only'))
    assert.ok(!text.includes('made-up:'), 'a listener id is in the model')
  })

  it('opens what was saved before there were ensembles', async () => {
    const model = await fitTwoTower(byArtist, options, { ...small, members: 1 })
    const files = model.save()
    const { tensors, metadata } = readSafetensors(files.get('two-tower.safetensors')!, 'tensors')
    const former = new Map([...tensors].map(([name, tensor]) => [name.replace(/^0\./, ''), tensor]))
    const bytes = writeSafetensors(former, metadata)
    const { members: _, ...header } = JSON.parse(new TextDecoder().decode(files.get('two-tower.json')))
    const text = JSON.stringify({ ...header, version: 1, tensors: hash('sha256', bytes, 'hex') })
    const opened = await twoTowerKind.open(
      new Map([
        ['two-tower.json', new TextEncoder().encode(text)],
        ['two-tower.safetensors', bytes],
      ]),
    )
    assert.deepEqual(opened.embed(byArtist), model.embed(byArtist))
  })

  it('can keep one number a table row instead of moments', async () => {
    const light = { ...small, optimiser: { ...small.optimiser, tables: 'adagrad', tableRate: 10 } } as const
    const { network } = await fitTwoTower(byArtist, options, light)
    assert.ok(network.trail.at(-1)!.half < network.trail[0]!.half)
  })

  it('is fitted with the configuration of a trial, for a share of its epochs', async () => {
    const trial = twoTowerKind.trial!(1, options)
    const { configuration } = await trial.fit(byArtist, options, 0.05)
    const { epochs, ...drawn } = trial.configuration as NetworkConfiguration
    assert.deepEqual(configuration, { ...drawn, ...options, epochs: { artists: 1, tracks: 1 } })
    assert.deepEqual(twoTowerKind.trial!(0, options).configuration, networkPresets.quick)
    assert.deepEqual(epochs, networkPresets.quick.epochs)
  })

  it('exports itself to ONNX', async () => {
    const file = await (await fitTwoTower(both, options, small)).toOnnx()
    const graph = await InferenceSession.create(file)
    assert.deepEqual(graph.outputNames, ['listener', 'item'])
    for (const view of ['id', 'genre', 'tag', 'cooccurrence', 'track'])
      assert.ok(graph.inputNames.includes(`${view}_indices`), view)
  })

  it('refuses foreign, newer and damaged files in one line', async () => {
    const files = (await fitTwoTower(byArtist, options, small)).save()
    const header = JSON.parse(new TextDecoder().decode(files.get('two-tower.json')))
    const withHeader = (change: object) =>
      new Map([...files, ['two-tower.json', new TextEncoder().encode(JSON.stringify({ ...header, ...change }))]])
    const tensors = files.get('two-tower.safetensors')!
    const flipped = tensors.slice()
    flipped[flipped.length - 1]! ^= 1
    for (const [name, broken] of Object.entries({
      foreign: withHeader({ kind: 'linear' }),
      newer: withHeader({ version: 99 }),
      empty: new Map<string, Uint8Array>(),
      'other tensors': new Map([...files, ['two-tower.safetensors', flipped]]),
      'cut tensors': new Map([...files, ['two-tower.safetensors', tensors.subarray(0, 1000)]]),
      'other shape': withHeader({ shape: { ...header.shape, output: 17 } }),
    }))
      await assert.rejects(twoTowerKind.open(broken), (error) => {
        assert.ok(error instanceof Problem, `${name}: ${error}`)
        assert.ok(!error.message.includes('\n'))
        return true
      })
  })

  it('stops at the best so far when asked to', async () => {
    const stop = new AbortController()
    const scores = [0.5, 0.9, 0.4]
    let asked = 0
    const model = await fitTwoTower(
      byArtist,
      {
        ...options,
        signal: stop.signal,
        validate: () => {
          const score = scores[asked++]!
          if (asked === scores.length) stop.abort()
          return score
        },
      },
      small,
    )
    assert.equal(asked, 3)
    assert.equal(model.network.steps, model.network.trail.filter(({ validation }) => validation !== undefined)[1]?.step)
  })
})

describe('two-tower network on hostile data', () => {
  const cases: Record<string, Corpus> = {
    'one listener': withRows(byArtist, [entriesOf(byArtist, 0)]),
    'listeners with one item among others': withRows(both, [
      ...Array.from({ length: 20 }, (_, row) => entriesOf(both, row)),
      ...Array.from({ length: 20 }, (_, item) => [[item, 1] as const]),
    ]),
    'a listener of everything': withRows(both, [
      ...Array.from({ length: 20 }, (_, row) => entriesOf(both, row)),
      Array.from({ length: both.counts.columns }, (_, item) => [item, 1e30] as const),
    ]),
    'identical listeners': withRows(byArtist, Array(40).fill(entriesOf(byArtist, 0))),
    'listeners of nothing': withRows(byArtist, [entriesOf(byArtist, 0), [], entriesOf(byArtist, 1), []]),
    'broken sound': {
      ...both,
      catalogue: {
        ...both.catalogue,
        items: {
          ...both.catalogue.items,
          audio: both.catalogue.items.audio.map((value, i) =>
            i % 7 === 0 ? Number.NaN : i % 11 === 0 ? Number.POSITIVE_INFINITY : i % 13 === 0 ? 3e38 : value,
          ),
        },
      },
    },
    'broken counts': withRows(byArtist, [
      ...Array.from({ length: 20 }, (_, row) => entriesOf(byArtist, row)),
      entriesOf(byArtist, 0).map(([item], i) => [item, [Number.NaN, -5, 0, Number.POSITIVE_INFINITY][i % 4]!] as const),
    ]),
  }
  for (const [name, corpus] of Object.entries(cases))
    it(`never learns NaN from ${name}`, async () => {
      const model = await fitTwoTower(corpus, options, { ...small, epochs: { artists: 3, tracks: 3 } })
      for (const [parameter, values] of model.network.members.flatMap((member) => [...member]))
        assert.ok(values.every(Number.isFinite), parameter)
      assert.ok(model.embed(corpus).every(Number.isFinite))
    })

  it('refuses a vocabulary of one with a way out', async () => {
    const one = withRows(byArtist, [[[0, 5]], [[0, 2]]])
    await assert.rejects(fitTwoTower(one, options, small), (error) => error instanceof Problem)
  })
})

/** The items at even or odd places of each listener. */
function half(corpus: Corpus, side: 0 | 1): Corpus {
  return withRows(
    corpus,
    corpus.listeners.map((_, row) => entriesOf(corpus, row).filter((_, i) => i % 2 === side)),
  )
}

/** Of each row of `a`, the rank of its own row of `b`. */
function meanRank(a: Float32Array, b: Float32Array, d: number): number {
  const rows = a.length / d
  const cosine = (i: number, j: number) => {
    let sum = 0
    for (let c = 0; c < d; c++) sum += a[i * d + c]! * b[j * d + c]!
    return sum
  }
  const all = Array.from({ length: rows }, (_, row) => row)
  const ranks = all.map((i) => 1 + all.filter((j) => cosine(i, j) > cosine(i, i)).length)
  return ranks.reduce((sum, rank) => sum + rank, 0) / rows
}

function entriesOf({ counts }: Corpus, row: number): (readonly [item: number, count: number])[] {
  const { indices, values } = selectRows(counts, [row])
  return Array.from(indices, (item, i) => [item, values[i]!] as const)
}

function withRows(corpus: Corpus, rows: readonly (readonly (readonly [item: number, count: number])[])[]): Corpus {
  const counts = new SparseRowsBuilder(corpus.counts.columns)
  for (const row of rows) {
    for (const [item, count] of row) counts.add(item, count)
    counts.endRow()
  }
  return {
    catalogue: corpus.catalogue,
    listeners: rows.map((_, row) => `made-up:${row}`),
    sources: rows.map(() => 'made-up'),
    counts: counts.build(),
    tagged: { offsets: new Uint32Array(rows.length + 1), artists: new Uint32Array(), tags: new Uint32Array() },
  }
}
