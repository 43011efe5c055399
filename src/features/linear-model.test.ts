import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linearKind } from '../training/linear-kind.ts'
import { LinearModel } from './linear-model.ts'
import { denseDots } from './scorers.ts'
import { communities, type SmallListener, smallCorpora } from './small-corpus.ts'
import { rowDot } from './sparse-rows.ts'

const world = communities(80)
const genres = Object.fromEntries(
  [...new Set(world.flatMap(({ plays }) => Object.keys(plays!)))].map((artist) => [
    artist,
    artist.startsWith('famous') ? ['pop'] : [`genre ${artist[0]}`, 'music'],
  ]),
)

async function fitOn(training: readonly SmallListener[], others: readonly SmallListener[] = [], known = genres) {
  const [corpus] = await smallCorpora([training, others], known)
  return LinearModel.fit(corpus!, { seed: 1, dimensions: 8 })
}

/** Cosines of the first listener with all others, seen by a model that was fitted on `world`. */
async function cosines(listeners: readonly SmallListener[], known = genres): Promise<number[]> {
  const model = await fitOn(world)
  const [corpus] = await smallCorpora([listeners], known)
  const out = new Float32Array(listeners.length)
  const embeddings = model.embed(corpus!)
  denseDots(embeddings, 0, embeddings, 8, out)
  return [...out]
}

test('nothing but the training listeners can change a fitted parameter', async () => {
  const stranger = { id: 'stranger', plays: { 'a new artist': 3, 'famous 1': 9, '0 artist 1': 2 } }
  const alone = await fitOn(world.slice(0, 60))
  const among = await fitOn(world.slice(0, 60), [...world.slice(60), stranger], { ...genres, 'a new artist': ['new'] })
  assert.deepEqual(among.parameters, alone.parameters)
  assert.notDeepEqual((await fitOn(world.slice(0, 61))).parameters, alone.parameters)
})

test('the hash of the registered model stays when listeners who are not trained on are removed', async () => {
  const hashOf = async (others: readonly SmallListener[]) => {
    const [corpus] = await smallCorpora([world.slice(0, 60), others], genres)
    return (await linearKind.fit(corpus!, { seed: 1, preset: 'standard' })).hash
  }
  assert.equal(await hashOf(world.slice(60)), await hashOf([]))
})

test('the same listeners in another order give the same bits', async () => {
  assert.deepEqual((await fitOn(world.toReversed())).parameters, (await fitOn(world)).parameters)
})

test('listeners of one community lie together, with unit length, in any catalogue', async () => {
  const model = await fitOn(world)
  const [corpus] = await smallCorpora([communities(40), [{ id: 'more', plays: { 'a far artist': 1 } }]], genres)
  const embeddings = model.embed(corpus!)
  const out = new Float32Array(40)
  for (let q = 0; q < 40; q++) {
    denseDots(embeddings, q, embeddings, 8, out)
    assert.ok(Math.abs(out[q]! - 1) < 1e-6)
    const same = out.filter((_, c) => c % 4 === q % 4 && c !== q)
    const other = out.filter((_, c) => c % 4 !== q % 4)
    assert.ok(same.reduce((x, y) => x + y) / same.length > other.reduce((x, y) => x + y) / other.length + 0.2)
  }
})

test('a listener of unknown artists is placed by their genres', async () => {
  const [, same, other] = await cosines([{ id: '0', plays: { 'new a': 3, 'new b': 5 } }, world[1]!, world[2]!], {
    ...genres,
    'new a': ['genre 1', 'music'],
    'new b': ['genre 1'],
  })
  assert.ok(same! > 0.5 && same! > other! + 0.2, `${same} against ${other}`)
})

test('a listener about whom nothing is known is as close to one as to another', async () => {
  assert.deepEqual(await cosines([{ id: '0', plays: { 'new a': 3 } }, world[1]!, { id: '2', plays: {} }]), [0, 0, 0])
})

test('an unknown artist weighs as one that nobody had: its overlap still counts', async () => {
  const model = await fitOn(world)
  const [corpus] = await smallCorpora(
    [
      [
        { id: 'a', plays: { new: 2, 'famous 1': 2 } },
        { id: 'b', plays: { new: 1 } },
      ],
    ],
    genres,
  )
  const weights = model.tfIdf(corpus!)
  assert.ok(rowDot(weights, 0, weights, 1) > 0.9)
  assert.deepEqual([...model.project(corpus!).subarray(8)], new Array(8).fill(0), 'by artists alone b is nowhere')
})

test('training sets that teach nothing give a model that says nothing, in finite numbers', async () => {
  const identical = Array.from({ length: 5 }, (_, i) => ({ id: String(i), plays: { x: 1, y: 2 } }))
  for (const training of [[], [world[0]!], identical, [{ id: 'empty' }]]) {
    const model = await fitOn(training)
    const [corpus] = await smallCorpora([[...world.slice(0, 3), { id: 'empty' }, ...identical]], genres)
    assert.ok(model.embed(corpus!).every(Number.isFinite))
    assert.ok(model.tfIdf(corpus!).values.every(Number.isFinite))
  }
})
