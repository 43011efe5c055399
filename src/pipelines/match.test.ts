import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { loadCorpus } from '../features/load.ts'
import { communities } from '../features/small-corpus.ts'
import { calibrationFile, writeCalibration } from '../matching/calibration.ts'
import { type OpenStore, openStore } from '../store/open.ts'
import { type Consent, noConsent } from '../taste/consent.ts'
import type { Profile } from '../taste/listener.ts'
import { Problem } from '../taste/problem.ts'
import type { Origin } from '../taste/provenance.ts'
import { calibrate } from '../training/calibration/calibrate.ts'
import { linearKind } from '../training/linear-kind.ts'
import { match } from './match.ts'

const open: Consent = { findable: true, showName: true, showTracks: true, train: true }
const now = 1_790_000_000

let folder: string
let stored: OpenStore

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'consonance-match-'))
  stored = await openStore(undefined, join(folder, 'world'), {}, { create: true, clock: () => now })
  await stored.store.putProfiles([
    ...communities(40).map(({ id, plays }) => profile(`sim:${id}`, plays!)),
    profile('sim:hidden', communities(1)[0]!.plays!, { ...open, findable: false, train: false }),
    profile('sim:shy', communities(1)[0]!.plays!, { ...noConsent, findable: true }),
    profile('sim:tiny', { '0 artist 1': 3 }),
  ])
  const provenance = { origin: 'simulated', source: 'sim', readAt: now } as const
  await stored.store.putArtistGenres([{ name: 'Genre Only', genres: ['pop'], provenance }])
  await train(stored)
})

after(async () => {
  await stored.close()
  await rm(folder, { recursive: true })
})

function profile(
  id: string,
  plays: Readonly<Record<string, number>>,
  consent = open,
  origin: Origin = 'simulated',
): Profile {
  return {
    id,
    provenance: { origin, source: 'sim', readAt: now },
    consent,
    items: Object.entries(plays).map(([artist, count]) => ({ artists: [artist], plays: count })),
  }
}

async function train({ store, registry }: OpenStore): Promise<void> {
  const corpus = await loadCorpus(store, 'train')
  const model = await linearKind.fit(corpus, { seed: 1, preset: 'quick' })
  const card = { kind: 'linear', trainedAt: now, hash: model.hash, metrics: {}, marks: ['made up'], configuration: {} }
  const split = new Map(corpus.listeners.map((listener) => [listener, 'train'] as const))
  const { calibration } = calibrate(model, corpus, corpus)
  const files = new Map([
    ...model.save(),
    ...(calibration ? [[calibrationFile, writeCalibration(calibration)] as const] : []),
  ])
  await registry.promote(await registry.register(card, files, split))
}

async function refused(query: Parameters<typeof match>[0], pattern: RegExp, from = stored): Promise<void> {
  await assert.rejects(match(query, 3, from), (error) => error instanceof Problem && pattern.test(error.message))
}

test('a stored listener sees the closest others, ranked and explained, and never themself', async () => {
  const answer = await match({ listener: 'sim:0005' }, 10, stored)
  assert.deepEqual(answer.model, { version: 1, kind: 'linear', marks: ['made up'] })
  assert.equal(answer.artists, 12)
  assert.equal(answer.candidates, 40, '40 of the crowd without the one who asks, and the shy one')
  assert.deepEqual(answer.notes, ['Too few people here to match well: only 40 listeners to choose from so far.'])
  assert.equal(answer.tooFew, true)
  assert.deepEqual(
    answer.matches.map(({ rank }) => rank),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  )
  const names = answer.matches.map(({ listener }) => listener.name)
  assert.ok(!names.includes('sim:0005'))
  assert.ok(names.filter((name) => Number(name.slice(4)) % 4 === 1).length >= 7, 'most are of the same community')
  for (const { reason, confidence, artists, listener, affinity, rarity, parts } of answer.matches) {
    assert.ok(affinity! > 0 && affinity! < 100 && rarity! >= 1)
    assert.ok(Math.abs(parts.reduce((sum, { share }) => sum + Math.abs(share), 0) - 1) < 0.03)
    assert.ok(parts.some(({ part }) => part === 'artists you share'))
    assert.match(reason, /^You .*\.$/)
    assert.deepEqual(confidence, { word: 'fair', because: 'based on your 12 artists' })
    assert.ok(artists.every(({ name }) => /artist|famous/.test(name)))
    assert.ok(listener.simulated)
  }
  assert.deepEqual(await match({ listener: 'sim:0005' }, 10, stored), answer, 'the same question has the same answer')
})

test('both see the same affinity and rarity, and the ten nearest can be told apart', async () => {
  const { matches } = await match({ listener: 'sim:0005' }, 10, stored)
  assert.ok(new Set(matches.map(({ affinity }) => affinity)).size === 10)
  for (const { listener, affinity, rarity } of matches.slice(0, 3)) {
    const back = await match({ listener: `sim:${listener.name.slice(4)}` }, 50, stored)
    const me = back.matches.find((one) => one.listener.name === 'sim:0005')!
    assert.deepEqual([me.affinity, me.rarity], [affinity, rarity])
  }
})

test('an answer holds no score, no cosine and no vector', async () => {
  const answer = await match({ listener: 'sim:0005' }, 2, stored)
  const [one] = answer.matches
  assert.deepEqual(Object.keys(one!), [
    ...['rank', 'listener', 'affinity', 'rarity', 'confidence', 'parts', 'reason', 'artists', 'genres', 'genresOfBoth'],
    ...['differences', 'sharedTracks', 'theirs', 'youWouldEnjoy', 'theyWouldEnjoy', 'tracks', 'words'],
  ])
})

test('who is not findable is never found, but may look', async () => {
  const { matches } = await match({ listener: 'sim:0000' }, 50, stored)
  assert.ok(!matches.some(({ listener }) => listener.name === 'sim:hidden'))
  const own = await match({ listener: 'sim:hidden' }, 2, stored)
  assert.ok(
    own.matches.some(({ listener }) => listener.name === 'sim:0000'),
    'whose plays are the same',
  )
})

test('what somebody did not agree to show is not shown', async () => {
  const { matches } = await match({ listener: 'sim:0004' }, 50, stored)
  const shy = matches.find(({ listener }) => listener.name === 'sim:shy')!
  assert.ok(!('theirArtists' in shy.differences) && !('theirs' in shy) && !('youWouldEnjoy' in shy))
  const others = matches.filter((one) => one !== shy)
  assert.ok(others.every(({ differences }) => differences.theirArtists!.length > 0))
})

test('a profile that is not stored is compared as it would be, and leaves no trace', async () => {
  const before = await stored.store.lastChange()
  const same = profile('file:x', communities(1)[0]!.plays!, noConsent, 'own-export')
  const { matches } = await match({ profile: same }, 3, stored)
  assert.ok(['sim:0000', 'sim:shy'].includes(matches[0]!.listener.name))
  assert.equal(await stored.store.lastChange(), before)
  assert.equal(await stored.store.listener('file:x'), undefined)
})

test("a small profile is answered with a warning, and a listener of one artist is nobody's match", async () => {
  const { notes, matches } = await match({ listener: 'sim:tiny' }, 50, stored)
  assert.deepEqual(notes, [
    '1 artist is not enough data: these are guesses. 5 or more would help.',
    'Too few people here to match well: only 41 listeners to choose from so far.',
  ])
  assert.ok(matches.every(({ confidence }) => confidence.word === 'not enough data'))
  const all = await match({ listener: 'sim:0001' }, 50, stored)
  assert.ok(!all.matches.some(({ listener }) => listener.name === 'sim:tiny'))
  const mixed = profile('file:x', { '0 artist 1': 1, '0 artist 2': 1, 'famous 1': 1, 'famous 2': 1, 'Never Heard': 1 })
  const answer = await match({ profile: mixed }, 1, stored)
  assert.equal(answer.notes[0], "1 of 5 artists nobody here knows; it doesn't count.")
  assert.equal(answer.matches[0]!.confidence.word, 'rough')
})

test('artists that nobody has are described by their genres', async () => {
  const { matches } = await match({ profile: profile('file:x', { 'Genre Only': 3 }) }, 1, stored)
  assert.equal(matches.length, 1)
})

test('questions without an answer are refused with the way out', async () => {
  await refused({ listener: 'sim:nobody' }, /no listener "sim:nobody" is stored; import their data first/)
  await refused({ profile: profile('file:x', {}) }, /"file:x" holds no artist; .*5 artists or more/)
  await refused({ profile: profile('file:x', { 'Never Heard': 1 }) }, /nobody here has the artist of "file:x"; import/)
  await refused({ profile: profile('file:x', { a: 1, b: 2 }) }, /any of the 2 artists of "file:x"/)
})

test('data that may not be matched needs the permission of the operator', async () => {
  const theirs = profile('spotify:x', communities(1)[0]!.plays!, open, 'spotify')
  await refused({ profile: theirs }, /spotify\.matching is off \(docs\/spotify-access\.md\)/)
  const answer = await match({ profile: theirs }, 1, { ...stored, policy: { 'spotify.matching': 'permitted' } })
  assert.equal(answer.matches.length, 1)
})

test('without a model, or without others, the next step is named', async () => {
  const lonely = await openStore(undefined, join(folder, 'lonely'), {}, { create: true, clock: () => now })
  try {
    await lonely.store.putProfiles([profile('sim:1', communities(1)[0]!.plays!), profile('sim:2', { a: 1 })])
    await refused({ listener: 'sim:1' }, /run "consonance train"/, lonely)
    await train(lonely)
    await refused({ listener: 'sim:1' }, /nobody to compare with.*import more listeners/, lonely)
    await lonely.store.putProfiles([profile('sim:3', communities(3)[2]!.plays!)])
    const { notes, matches } = await match({ listener: 'sim:1' }, 1, lonely)
    assert.deepEqual(notes, [
      'This model was made with too few listeners to say what its scores mean.',
      'Too few people here to match well: only 1 listener to choose from so far.',
    ])
    assert.ok(!('affinity' in matches[0]!))
  } finally {
    await lonely.close()
  }
})
