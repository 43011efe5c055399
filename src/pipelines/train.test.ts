import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Corpus } from '../features/corpus.ts'
import { Problem } from '../taste/problem.ts'
import { linearKind } from '../training/linear-kind.ts'
import type { ModelKind } from '../training/model.ts'
import { splitText } from '../training/split.ts'
import { noProgress } from './progress.ts'
import { friendsOf, listedTracks, openSmallStore, playedArtists, type SmallStore, smallProfile } from './small-store.ts'
import { train } from './train.ts'
import type { TrainOptions } from './train-options.ts'

const everybody = [...playedArtists(90), ...listedTracks(60)]
const links = friendsOf(playedArtists(90))
const excluded = everybody.filter((_, i) => i % 5 === 2).map(({ id }) => id)

function run({ store, registry }: SmallStore, options: Partial<TrainOptions> = {}, kind: ModelKind = linearKind) {
  const deps = { store, registry, progress: noProgress, kind, clock: () => 5_000 }
  return train({ seed: 1, preset: 'quick', ...options }, deps)
}

async function exclude({ folder }: SmallStore, ids: readonly string[]): Promise<{ readonly exclude: string }> {
  const path = join(folder, 'exclude.txt')
  await writeFile(path, ids.map((id) => `${id}\n`).join(''))
  return { exclude: path }
}

const problem = (pattern: RegExp) => (error: unknown) => error instanceof Problem && pattern.test(error.message)

test('a model is fitted, evaluated beside the simple ways, registered and promoted', async () => {
  await using world = await openSmallStore()
  await world.store.putProfiles(everybody)
  await world.store.putFriends(links)
  const report = await run(world)
  assert.deepEqual([report.version, report.promoted], [1, true])
  assert.deepEqual(
    report.validated.map(({ source, kind }) => `${source}.${kind}`),
    ['plays.artists', 'plays.friends', 'songs.artists', 'songs.tracks'],
  )
  for (const { evaluation } of report.validated) {
    assert.deepEqual(Object.keys(evaluation.scores), ['embedding', 'pair'])
    const simple = ['random', 'artist-cosine', 'tf-idf', 'genre-cosine', 'svd64', 'tf-idf-svd64']
    const rest = evaluation.task === 'halves' ? ['popularity'] : []
    assert.deepEqual(Object.keys(evaluation.baselines), [...simple, ...rest])
  }
  const { train: trained, validation } = report.listeners
  assert.equal(trained + validation, everybody.length)
  assert.ok(validation > 0)
  const [registered] = await world.registry.models()
  assert.deepEqual({ ...registered }, { ...report.card, version: 1, promoted: true })
  const { metrics } = report.card
  assert.ok(metrics['validation.score']! > 0 && metrics['songs.tracks.embedding.unseen.mrr']! > 0)
  // The registered model was fitted with the validation listeners too.
  const parts = [...(await world.registry.split(1)).values()]
  assert.deepEqual([parts.length, new Set(parts)], [everybody.length, new Set(['train'])])
  const again = await run(world)
  assert.deepEqual([again.version, again.promoted, again.why], [2, false, 'the promoted model is the same'])
  assert.equal(splitText(await world.registry.split(2)), splitText(await world.registry.split(1)))
})

test('excluded listeners leave no trace: the model is that of a store without them', async () => {
  await using all = await openSmallStore()
  await all.store.putProfiles(everybody)
  await all.store.putFriends(links)
  await using without = await openSmallStore()
  const kept = everybody.filter(({ id }) => !excluded.includes(id))
  await without.store.putProfiles(kept.toReversed())
  await without.store.putFriends(links)
  const [one, other] = [await run(all, await exclude(all, excluded)), await run(without)]
  assert.equal(one.card.hash, other.card.hash)
  // Which state of which store it was is all that may differ.
  const { trainedOn, ...card } = one.card
  const { trainedOn: otherState, ...otherCard } = other.card
  assert.deepEqual(card, otherCard)
  assert.deepEqual(trainedOn!.split, otherState!.split)
  const changes = [all, without].map(({ store }) =>
    store.changes(0).then((list) => list.findLast(({ kind }) => kind === 'profile')!.seq),
  )
  assert.deepEqual([trainedOn!.upToChange, otherState!.upToChange], await Promise.all(changes))
  assert.deepEqual(one.validated, other.validated)
  assert.equal(one.listeners.excluded, excluded.length)
  const split = await all.registry.split(1)
  assert.deepEqual(
    [...split].filter(([, part]) => part === 'excluded').map(([id]) => id),
    excluded.toSorted(),
  )
  assert.notEqual((await run(all)).card.hash, one.card.hash)
})

test('validation listeners are left out of all that is fitted while the model is evaluated', async () => {
  await using world = await openSmallStore()
  await world.store.putProfiles(everybody)
  const fitted: (readonly string[])[] = []
  const watching: ModelKind = {
    ...linearKind,
    fit(training, options) {
      fitted.push(training.listeners)
      return linearKind.fit(training, options)
    },
  }
  const { listeners } = await run(world, {}, watching)
  assert.deepEqual(
    fitted.map(({ length }) => length),
    [listeners.train, everybody.length],
  )
  fitted.length = 0
  const kept = await run(world, { seed: 2 }, { ...watching, refit: false })
  assert.deepEqual(
    fitted.map(({ length }) => length),
    [listeners.train],
  )
  const parts = await world.registry.split(kept.version)
  assert.deepEqual(
    [...parts].filter(([, part]) => part === 'train').map(([id]) => id),
    fitted[0],
  )
  assert.equal([...parts.values()].filter((part) => part === 'validation').length, listeners.validation)
})

test('the terms of the data are on the model', async () => {
  await using world = await openSmallStore()
  await world.store.putProfiles(playedArtists(20))
  assert.deepEqual((await run(world)).card.marks, [])
  const provenance = { origin: 'research', source: 'table', readAt: 1 } as const
  await world.store.putArtistGenres([{ name: '0 artist 1', genres: ['pop'], provenance }])
  assert.deepEqual((await run(world)).card.marks, ['research use only'])
  await using other = await openSmallStore()
  await other.store.putProfiles([...playedArtists(20), smallProfile('set:1', [{ artists: ['a'] }], 'research')])
  assert.deepEqual((await run(other)).card.marks, ['research use only'])
  assert.deepEqual((await run(other, await exclude(other, ['set:1']))).card.marks, [])
})

test('nobody to learn from is said in one line', async () => {
  await using world = await openSmallStore()
  await assert.rejects(
    run(world),
    problem(/^0 of the 0 stored listeners may be trained on; import more listeners first/),
  )
  const [one, two] = playedArtists(2) as [ReturnType<typeof smallProfile>, ReturnType<typeof smallProfile>]
  await world.store.putProfiles([one])
  await assert.rejects(run(world), problem(/^1 of the 1 stored/))
  await world.store.putProfiles([two])
  await assert.rejects(run(world, await exclude(world, [one.id])), problem(/^1 of the 2 stored/))
  await assert.rejects(run(world, { exclude: join(world.folder, 'nowhere') }), problem(/nowhere/))
  assert.deepEqual(await world.registry.models(), [])
})

test('two listeners are enough to fit, not to evaluate; unknown exclusions are told', async () => {
  await using world = await openSmallStore()
  await world.store.putProfiles(playedArtists(2))
  const report = await run(world, await exclude(world, ['plays:nobody', 'spotify:somebody']))
  assert.deepEqual([report.promoted, report.validated, report.card.metrics], [true, [], {}])
  assert.deepEqual(report.notes, ['2 of the 2 excluded listeners are not stored.'])
})

test('listeners who are all alike, empty or alone with one artist are trained on without a number going wrong', async () => {
  await using world = await openSmallStore()
  const items = Array.from({ length: 20 }, (_, i) => ({ artists: [`artist ${i}`], plays: 3 }))
  const alike = Array.from({ length: 60 }, (_, i) => smallProfile(`same:${i}`, items))
  await world.store.putProfiles([...alike, smallProfile('same:none', []), smallProfile('same:one', items.slice(0, 1))])
  const report = await run(world)
  assert.deepEqual(
    report.validated.map(({ source, kind }) => `${source}.${kind}`),
    ['same.artists'],
  )
  for (const number of Object.values(report.card.metrics)) assert.ok(number >= -1 && number <= 1)
  assert.ok(report.card.metrics['validation.score']! > 0)
})

/** The linear model under another name, whose embedding is spoilt where it should lose. */
function otherKind(spoilt: boolean): ModelKind {
  return {
    ...linearKind,
    kind: 'other',
    refit: false,
    async fit(training, options) {
      const { pair } = await linearKind.fit(training, options)
      const alike = (corpus: Corpus) => new Float32Array(corpus.listeners.length * 64).fill(1 / 8)
      const saved = { hash: 'other', configuration: {}, save: () => new Map() }
      return { ...saved, kind: 'other', pair, dimensions: 64, embed: spoilt ? alike : better }
    },
  }
}

/** Two halves of one listener lie together, and nobody else. */
function better(corpus: Corpus): Float32Array {
  const rows = corpus.listeners.flatMap((id) => {
    const row = new Array(64).fill(0)
    const number = Number(id.split(':')[1])
    row[number % 31] = Math.SQRT1_2
    row[31 + (number % 33)] = Math.SQRT1_2
    return row
  })
  return Float32Array.from(rows)
}

test('of two kinds the better one is promoted, and it is said by how much', async () => {
  for (const spoilt of [false, true]) {
    await using world = await openSmallStore()
    await world.store.putProfiles(everybody)
    const { store, registry } = world
    const deps = { store, registry, progress: noProgress, kind: otherKind(spoilt), simpler: linearKind }
    const report = await train({ seed: 1, preset: 'quick' }, deps)
    const { winner, difference } = report.arbitration!
    assert.equal(winner, spoilt ? 'linear' : 'other')
    assert.deepEqual([report.promoted, report.card.kind], [true, winner])
    assert.ok(difference.ci95[0] > 0 && report.why.includes(difference.difference.toFixed(4)))
    const models = (await registry.models()).map(({ kind, promoted }) => `${kind} ${promoted}`)
    assert.deepEqual(models, spoilt ? ['linear true', 'other false'] : ['other true'])
    const names = report.validated.map(({ evaluation }) => Object.keys(evaluation.scores))
    for (const scores of names) assert.deepEqual(scores.slice(0, 2), ['embedding', 'pair'])
  }
})

test('where too few listeners are left to tell, the simpler kind is taken', async () => {
  await using world = await openSmallStore()
  await world.store.putProfiles(playedArtists(2))
  const { store, registry } = world
  const deps = { store, registry, progress: noProgress, kind: otherKind(false), simpler: linearKind }
  const report = await train({ seed: 1, preset: 'quick' }, deps)
  assert.deepEqual([report.card.kind, report.promoted], ['linear', true])
  assert.deepEqual(report.notes, ['Too few listeners to tell whether the other model is better than the linear one.'])
})

/** Something to choose: trial 1 is good, all others are spoilt. */
function choosyKind(): ModelKind {
  return {
    ...otherKind(false),
    trial: (number) => ({
      configuration: { number },
      fit: (training, options) => otherKind(number !== 1).fit(training, options),
    }),
  }
}

test('tuning ends at least as good as the recipe, never reads excluded listeners, and is stored with the model', async () => {
  const trails = []
  for (const kept of [everybody, everybody.filter(({ id }) => !excluded.includes(id))]) {
    await using world = await openSmallStore()
    await world.store.putProfiles(kept)
    const options = { tune: 3, checkpoint: join(world.folder, 'checkpoint'), ...(await exclude(world, excluded)) }
    const report = await run(world, options, choosyKind())
    assert.ok(report.card.metrics['validation.score']! > 0)
    const file = (await world.registry.files(report.version)).get('tuning.json')
    const trail = JSON.parse(new TextDecoder().decode(file))
    assert.deepEqual([trail.winner, trail.trials, trail.results.length], [1, 3, 5])
    trails.push(trail)
  }
  assert.deepEqual(trails[1], trails[0])
})

test('what cannot be tuned is said in one line', async () => {
  await using world = await openSmallStore()
  await world.store.putProfiles(playedArtists(2))
  await assert.rejects(run(world, { tune: 2 }), problem(/^a linear model has nothing to tune; leave out --tune/))
  await assert.rejects(run(world, { tune: 2 }, choosyKind()), problem(/^too few listeners are left to tune on/))
})

test('stopped while it is fitted again, the model that was evaluated is registered', async () => {
  await using world = await openSmallStore()
  await world.store.putProfiles(everybody)
  const { store, registry } = world
  const stop = new AbortController()
  let fits = 0
  const kind: ModelKind = {
    ...linearKind,
    async fit(training, options) {
      if (++fits === 2) stop.abort()
      return linearKind.fit(training, options)
    },
  }
  const deps = { store, registry, progress: noProgress, kind, signal: stop.signal }
  const report = await train({ seed: 1, preset: 'quick' }, deps)
  assert.equal(fits, 2)
  const parts = [...(await registry.split(report.version)).values()]
  assert.equal(parts.filter((part) => part === 'validation').length, report.listeners.validation)
})
