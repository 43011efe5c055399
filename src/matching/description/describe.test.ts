import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { buildCorpora, type ListenerRow, type Lookups } from '../../features/build-corpus.ts'
import type { Corpus } from '../../features/corpus.ts'
import { communities, smallRow } from '../../features/small-corpus.ts'
import { linearKind } from '../../training/linear-kind.ts'
import type { FittedModel } from '../../training/model.ts'
import { networkPresets } from '../../training/network/configuration.ts'
import { fitTwoTower } from '../../training/network/two-tower-kind.ts'
import { describe } from './describe.ts'
import type { Description } from './description.ts'
import { packDescription, unpackDetails, unpackTerms } from './description-bytes.ts'
import { keyHash } from './key-hash.ts'
import { closenessByViews } from './view-codes.ts'

const provenance = { origin: 'simulated', source: 'test', readAt: 0 } as const
const lookups: Lookups = {
  artists: async (keys) =>
    keys.map((key) => ({
      key,
      name: key,
      listeners: 1,
      ...(!key.startsWith('famous') && { genres: { value: [`genre ${key[0]}`, 'music'], provenance } }),
    })),
  tracks: async (keys) =>
    keys.map((key) => ({
      key,
      title: `Title of ${key}`,
      artists: [key.slice(0, key.indexOf('/'))],
      year: 1960 + (key.length % 40),
      ids: { spotify: key },
      audio: { value: { energy: (key.length % 10) / 10, tempo: 100 + key.length }, provenance },
    })),
}

const rows: readonly ListenerRow[] = communities(60).map((listener) => {
  const { plays = {} } = listener
  const tracks = Object.keys(plays).flatMap((artist) => [`${artist}/a`, `${artist}/b`])
  return smallRow({ id: listener.id, ...(Number(listener.id) % 2 ? { plays } : { tracks }) })
})

let corpus: Corpus
let models: readonly FittedModel[]

before(async () => {
  const built = await buildCorpora([rows], lookups)
  corpus = built[0]!
  const quick = networkPresets.quick
  const network = await fitTwoTower(
    corpus,
    { seed: 1, preset: 'quick' },
    { ...quick, epochs: { artists: 1, tracks: 1 } },
  )
  models = [await linearKind.fit(corpus, { seed: 1, preset: 'quick' }), network]
})

const bytesOf = (description: Description) => {
  const { vector, terms, details } = packDescription(description)
  return [new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength), terms, details].map((part) =>
    Buffer.from(part).toString('base64'),
  )
}

test('a listener has the same bytes alone, in any company, and as stored', async () => {
  for (const { pair, dimensions } of models) {
    const together = await describe(rows, pair, lookups)
    const others = await describe(rows.toReversed().slice(0, 30), pair, lookups)
    for (const [i, row] of rows.entries()) {
      if (i % 7 > 0) continue
      const [alone] = await describe([row], pair, lookups)
      assert.deepEqual(bytesOf(alone!), bytesOf(together[i]!))
      if (i >= 30) assert.deepEqual(bytesOf(alone!), bytesOf(others[rows.length - 1 - i]!))
      const { terms, details } = packDescription(alone!)
      // As if from the middle of another buffer.
      const moved = (bytes: Uint8Array) => Buffer.concat([Buffer.of(0), bytes]).subarray(1)
      assert.deepEqual(unpackTerms(moved(terms)), alone!.terms)
      assert.deepEqual(unpackDetails(moved(details), dimensions), alone!.details)
    }
  }
})

test('it is what training makes of the same listener', async () => {
  for (const { pair } of models) {
    const descriptions = await describe(rows, pair, lookups)
    const { overlap, weights, embeddings } = pair.rows(corpus)
    const { keys } = corpus.catalogue.artists
    for (const [row, id] of corpus.listeners.entries()) {
      const { vector, terms } = descriptions[rows.findIndex((each) => each.id === id)!]!
      const [start, end] = [overlap.offsets[row]!, overlap.offsets[row + 1]!]
      assert.deepEqual(vector, embeddings.slice(row * pair.dimensions, (row + 1) * pair.dimensions))
      assert.equal(terms.weight, weights[row])
      assert.deepEqual(terms.artists.overlap, overlap.values.slice(start, end))
      const hashes = Float64Array.from(overlap.indices.subarray(start, end), (artist) => keyHash(keys[artist]!))
      assert.deepEqual(terms.artists.hashes, hashes)
      assert.equal(terms.known, end - start)
    }
  }
})

test('it tells what explaining needs', async () => {
  const [{ details }] = (await describe([rows[0]!], models[1]!.pair, lookups)) as [Description]
  assert.equal(details.names.length, 12)
  assert.equal(details.tracks.length, 24)
  assert.ok(Math.abs(details.genres.reduce((sum, [, share]) => sum + share, 0) - 1) < 1e-6)
  assert.ok(details.genresKnown > 0.4 && details.genresKnown < 1)
  assert.equal(details.soundKnown, 1)
  assert.ok(details.sound[1]! > 0 && details.sound[9]! > 100 && Number.isNaN(details.sound[0]))
  assert.ok(Math.abs(details.decades.reduce((sum, [, share]) => sum + share, 0) - 1) < 1e-9)
  assert.equal(details.offers.length, 24)
  assert.equal(details.offerCodes.length, 24 * models[1]!.dimensions)
  const { title, artists, spotify } = details.topTracks[0]!
  assert.equal(title, `Title of ${spotify}`)
  assert.deepEqual(artists, [spotify!.slice(0, spotify!.indexOf('/'))])
})

test('eight bits tell the closeness by views to a hundredth', async () => {
  const { pair, dimensions } = models[1]!
  const described = await describe([rows[0]!, rows[1]!], pair, lookups)
  const [a, b] = described.map(({ details }) => details.views!) as [never, never]
  const exact = await Promise.all(
    [rows[0]!, rows[1]!].map(async (row) => pair.embedder.embedByViews!((await buildCorpora([[row]], lookups))[0]!)),
  )
  const { centroid } = pair.parameters
  for (const [subset, x] of exact[0]!.entries()) {
    const y = exact[1]![subset]!
    let closeness = 0
    for (let d = 0; d < dimensions; d++) closeness += x[d]! * y[d]! - (x[d]! + y[d]!) * centroid[d]!
    assert.ok(Math.abs(closenessByViews(a, b, subset, centroid) - closeness) < 0.01, `subset ${subset}`)
  }
})
