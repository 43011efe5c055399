import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Corpus } from '../features/corpus.ts'
import { communities, type SmallListener, smallCorpora } from '../features/small-corpus.ts'
import type { ModelFiles } from '../store/model-registry.ts'
import { Problem } from '../taste/problem.ts'
import { linearKind } from './linear-kind.ts'
import type { FittedModel } from './model.ts'

const listeners = communities(60)
const genres = { '0 artist 1': ['pop', 'rock'], '1 artist 2': ['jazz'], unseen: ['jazz'] }
const options = { seed: 1, preset: 'standard' } as const

async function corpora(extra: typeof listeners = []): Promise<[Corpus, Corpus]> {
  const strangers: readonly SmallListener[] = [
    { id: 'x', plays: { '1 artist 2': 3, unseen: 9 } },
    { id: 'y', plays: { unseen: 1 } },
    { id: 'z' },
  ]
  return (await smallCorpora([listeners, strangers, extra], genres)) as [Corpus, Corpus]
}

function scoresOf(model: FittedModel, queries: Corpus, candidates: Corpus): readonly Float32Array[] {
  const score = model.pair.prepare(queries, candidates)
  return queries.listeners.map((_, q) => {
    const out = new Float32Array(candidates.listeners.length)
    score(q, out)
    return out
  })
}

test('a saved model opens as itself, bit for bit', async () => {
  const [training, strangers] = await corpora()
  const model = await linearKind.fit(training, { ...options, marks: ['made up'] })
  const opened = await linearKind.open(model.save())
  assert.equal(opened.hash, model.hash)
  assert.deepEqual(opened.configuration, { seed: 1, dimensions: 64 })
  assert.deepEqual(opened.save(), model.save())
  assert.deepEqual(opened.embed(strangers), model.embed(strangers))
  assert.deepEqual(scoresOf(opened, strangers, training), scoresOf(model, strangers, training))
})

test('the hash depends on the training listeners and the seed, and on nobody else', async () => {
  const [training] = await corpora()
  const { hash } = await linearKind.fit(training, options)
  const [among] = await corpora([{ id: 'w', plays: { '0 artist 1': 5, 'another one': 2 } }])
  assert.equal((await linearKind.fit(among, options)).hash, hash)
  const [fewer] = (await smallCorpora([listeners.slice(1)], genres)) as [Corpus]
  assert.notEqual((await linearKind.fit(fewer, options)).hash, hash)
  assert.notEqual((await linearKind.fit(training, { ...options, seed: 2 })).hash, hash)
})

test('damaged, foreign and newer files are refused in one line', async () => {
  const [training] = await corpora()
  const files = (await linearKind.fit(training, options)).save()
  const json = JSON.parse(new TextDecoder().decode(files.get('linear.json')))
  const withJson = (value: unknown): ModelFiles =>
    new Map([...files, ['linear.json', Buffer.from(JSON.stringify(value))]])
  const tensors = files.get('linear.safetensors')!
  const cases: readonly (readonly [ModelFiles, RegExp])[] = [
    [new Map(), /linear.json is damaged/],
    [new Map([...files, ['linear.json', Buffer.from('{')]]), /linear.json is damaged/],
    [withJson(null), /damaged/],
    [withJson({ ...json, kind: 'two-tower' }), /damaged/],
    [withJson({ ...json, version: 2 }), /newer version.*upgrade/],
    [withJson({ ...json, artists: json.artists.slice(1) }), /linear.safetensors, frequencies is damaged/],
    [new Map([...files, ['linear.safetensors', tensors.subarray(0, tensors.length - 8)]]), /linear.safetensors/],
    [new Map([['linear.json', files.get('linear.json')!]]), /linear.safetensors/],
  ]
  for (const [bad, pattern] of cases)
    await assert.rejects(linearKind.open(bad), (error) => error instanceof Problem && pattern.test(error.message))
})
