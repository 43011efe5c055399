import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { Item } from '../taste/item.ts'
import { normaliseName } from '../taste/name.ts'
import { Problem } from '../taste/problem.ts'
import type { Score } from '../training/evaluation.ts'
import type { FriendsLine, HalvesLine } from '../training/evaluation-file.ts'
import { linearKind } from '../training/linear-kind.ts'
import { type EvaluateOptions, evaluate } from './evaluate.ts'
import { type HalvesReport, halves } from './halves.ts'
import { noProgress } from './progress.ts'
import { friendsOf, listedTracks, openSmallStore, playedArtists, type SmallStore, smallProfile } from './small-store.ts'
import { train } from './train.ts'

let world: SmallStore
let written: HalvesReport

before(async () => {
  world = await openSmallStore()
  await world.store.putProfiles([
    ...playedArtists(90),
    ...listedTracks(60),
    smallProfile('plays:tiny', [{ artists: ['a'] }]),
  ])
  await world.store.putFriends(friendsOf(playedArtists(90)))
  written = await write('one')
  const deps = { store: world.store, registry: world.registry, progress: noProgress, kind: linearKind }
  await train({ seed: 1, preset: 'quick', exclude: written.exclude.path }, deps)
})
after(() => world[Symbol.asyncDispose]())

function write(folder: string, seed = 1): Promise<HalvesReport> {
  return halves({ out: join(world.folder, folder), share: 0.3, seed }, { store: world.store, progress: noProgress })
}

function run(options: EvaluateOptions) {
  return evaluate(options, { store: world.store, registry: world.registry, progress: noProgress })
}

const pathOf = (name: string) => join(world.folder, 'one', name)
async function linesOf<T>(name: string): Promise<readonly T[]> {
  const text = gunzipSync(await readFile(pathOf(name))).toString()
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}
async function fileOf(name: string, lines: readonly unknown[]): Promise<string> {
  const path = join(world.folder, name)
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  return path
}
const problem = (pattern: RegExp) => (error: unknown) => error instanceof Problem && pattern.test(error.message)

test('halves writes a file per source and task, and whom to leave out', async () => {
  assert.deepEqual(
    written.files.map(({ path }) => basename(path)),
    [
      'plays.artists.halves.jsonl.gz',
      'plays.friends.jsonl.gz',
      'songs.artists.halves.jsonl.gz',
      'songs.tracks.halves.jsonl.gz',
    ],
  )
  const exclude = (await readFile(written.exclude.path, 'utf8')).trimEnd().split('\n')
  assert.equal(exclude.length, written.exclude.listeners)
  assert.ok(Math.abs(exclude.length - 45) < 20)
  for (const { path, listeners, queries } of written.files) {
    const lines = await linesOf<HalvesLine>(basename(path))
    assert.deepEqual([lines.length, lines.filter(({ query }) => query).length], [listeners, queries])
    assert.deepEqual(
      lines
        .filter(({ query }) => query)
        .map(({ listener }) => listener)
        .filter((id) => !exclude.includes(id)),
      [],
    )
  }
  const artist = ({ artists: [name] }: Item) => normaliseName(name!)
  const track = (item: Item) => `${artist(item)}/${normaliseName(item.track!)}`
  const shared = (a: readonly string[], b: readonly string[]) => a.filter((name) => b.includes(name))
  for (const { a, b } of await linesOf<HalvesLine>('songs.tracks.halves.jsonl.gz'))
    assert.deepEqual(shared(a.map(track), b.map(track)), [])
  for (const { a, b } of await linesOf<HalvesLine>('songs.artists.halves.jsonl.gz'))
    assert.deepEqual(shared(a.map(artist), b.map(artist)), [])
  const friends = await linesOf<FriendsLine>('plays.friends.jsonl.gz')
  assert.ok(friends.some(({ listener }) => listener === 'plays:tiny'))
  assert.deepEqual(friends[4]!.friends.toSorted(), ['plays:0000', 'plays:0008'])
})

test('the same seed writes the same bytes, another one other halves', async () => {
  const [again, other] = [await write('two'), await write('three', 2)]
  for (const [i, { path }] of written.files.entries()) {
    const bytes = await readFile(path)
    assert.ok(bytes.equals(await readFile(again.files[i]!.path)))
    assert.ok(!bytes.equals(await readFile(other.files[i]!.path)))
  }
})

test('nothing to hold out, or nowhere to write, is said in one line', async () => {
  await using empty = await openSmallStore()
  const write = (out: string) => halves({ out, share: 0.3, seed: 1 }, { store: empty.store, progress: noProgress })
  await assert.rejects(write(join(empty.folder, 'out')), problem(/no stored listener can be held out/))
  await assert.rejects(write(join(written.exclude.path, 'out')), problem(/can't be made a folder/))
})

test('a model is measured on the listeners it never saw', async () => {
  for (const { path, task, listeners, queries } of written.files) {
    const report = await run({ task: task === 'friends' ? 'friends' : 'halves', file: path })
    assert.deepEqual(
      [report.task, report.queries, report.candidates, report.model, report.notes, report.broken],
      [task === 'friends' ? 'friends' : 'halves', queries, listeners, 1, [], []],
    )
    // Of two halves without an artist in common, those of others share more in so small a world: only transfer tells.
    const measure = (score: Score) =>
      at(score, ...(task === 'friends' ? ['auc'] : task === 'tracks' ? ['unseen', 'mrr'] : ['transfer', 'recall50']))
    const { scores, baselines } = report
    for (const score of [scores.embedding!, scores.pair!, baselines['tf-idf']!])
      assert.ok(measure(score) > measure(baselines.random!) + 0.05, `${path}: ${JSON.stringify(score)}`)
  }
})

function at(score: Score, ...path: readonly string[]): number {
  return path.reduce<unknown>((node, name) => (node as Readonly<Record<string, unknown>>)[name], score) as number
}

test('the same evaluation twice is the same, and baselines can be left out', async () => {
  const file = pathOf('plays.artists.halves.jsonl.gz')
  const report = await run({ task: 'halves', file })
  assert.deepEqual(await run({ task: 'halves', file }), report)
  const alone = await run({ task: 'halves', file, baselines: false, model: 1 })
  assert.deepEqual([alone.baselines, alone.paired], [{}, { embedding: {}, pair: {} }])
  assert.deepEqual(alone.scores, report.scores)
})

test('query listeners who were trained on are told', async () => {
  const lines = await linesOf<HalvesLine>('plays.artists.halves.jsonl.gz')
  const file = await fileOf(
    'trained.jsonl',
    lines.map((line) => ({ ...line, query: true })),
  )
  const { notes, queries } = await run({ task: 'halves', file, baselines: false })
  const trained = lines.filter(({ query }) => !query).length
  assert.deepEqual(notes, [`${trained} of the ${queries} query listeners were trained on, which flatters the model.`])
})

test('strangers, unknown items, empty halves and broken lines are measured or told', async () => {
  const item = (name: string): Item => ({ artists: [name], track: `of ${name}` })
  const file = await fileOf('strange.jsonl', [
    { listener: 'new:1', query: true, a: [item('nobody knows'), item('this')], b: [item('or that')] },
    { listener: 'new:2', query: true, a: [], b: [item('x')] },
    { listener: 'new:3', query: true, a: [{ artists: ['0 artist 1'] }], b: [] },
    { listener: 'new:4', query: false, a: [], b: [] },
    { listener: 'new:4', query: false, a: [], b: [] },
    'rubbish',
  ])
  const { queries, candidates, scores, broken, notes } = await run({ task: 'halves', file })
  assert.deepEqual([queries, candidates, broken.length], [3, 4, 2])
  assert.deepEqual(notes, [`2 lines were left out, first ${file}:5.`])
  assert.ok((scores.pair!.all as { mrr: number }).mrr > 0)
})

test('a file that asks for nobody, or of the other kind, is refused in one line', async () => {
  const lines = await linesOf<HalvesLine>('plays.artists.halves.jsonl.gz')
  const silent = await fileOf(
    'silent.jsonl',
    lines.map((line) => ({ ...line, query: false })),
  )
  await assert.rejects(run({ task: 'halves', file: silent }), problem(/silent.jsonl" asks for nobody/))
  const friends = await linesOf<FriendsLine>('plays.friends.jsonl.gz')
  const lonely = await fileOf(
    'lonely.jsonl',
    friends.map((line) => ({ ...line, friends: [line.listener, 'x:y'] })),
  )
  await assert.rejects(run({ task: 'friends', file: lonely }), problem(/lonely.jsonl" asks for nobody/))
  await assert.rejects(run({ task: 'friends', file: silent }), problem(/holds halves.*--halves/))
  await assert.rejects(run({ task: 'halves', file: lonely }), problem(/holds friends.*--friends/))
})

test('without a model there is nothing to measure', async () => {
  await using empty = await openSmallStore()
  const file = pathOf('plays.artists.halves.jsonl.gz')
  const deps = { store: empty.store, registry: empty.registry, progress: noProgress }
  await assert.rejects(evaluate({ task: 'halves', file }, deps), problem(/no model is promoted yet.*train/))
  await assert.rejects(run({ task: 'halves', file, model: 7 }), problem(/there is no model v7/))
})
