import assert from 'node:assert/strict'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { loadCorpus } from '../features/load.ts'
import type { MatchAnswer } from '../matching/answer.ts'
import { calibrationFile, writeCalibration } from '../matching/calibration.ts'
import type { FeatureStore } from '../store/feature-store.ts'
import { type OpenStore, openStore } from '../store/open.ts'
import type { Consent } from '../taste/consent.ts'
import type { Profile } from '../taste/listener.ts'
import { calibrate } from '../training/calibration/calibrate.ts'
import { linearKind } from '../training/linear-kind.ts'
import type { FittedModel } from '../training/model.ts'
import { LiveMatcher } from './live-matcher.ts'
import { match } from './match.ts'
import { refresh } from './refresh.ts'
import { listedTracks, openSmallStore, playedArtists, type SmallStore, smallProfile } from './small-store.ts'

/** Registers and promotes a linear model of whoever is stored. */
async function train({ store, registry }: OpenStore, seed = 1): Promise<FittedModel> {
  const corpus = await loadCorpus(store, 'train')
  const model = await linearKind.fit(corpus, { seed, preset: 'quick' })
  const card = { kind: 'linear', trainedAt: 1, hash: model.hash, metrics: {}, marks: [], configuration: {} }
  const { calibration } = calibrate(model, corpus, corpus)
  const files = new Map([...model.save(), [calibrationFile, writeCalibration(calibration!)]])
  const split = new Map(corpus.listeners.map((listener) => [listener, 'train'] as const))
  await registry.promote(await registry.register(card, files, split))
  return model
}

async function withListeners(profiles: readonly Profile[], run: (stored: SmallStore) => Promise<void>): Promise<void> {
  await using stored = await openSmallStore()
  await stored.store.putProfiles(profiles)
  await run(stored)
}

/** The same store as another process has it. */
async function elsewhere<T>({ folder }: SmallStore, run: (opened: OpenStore) => Promise<T>): Promise<T> {
  const opened = await openStore(undefined, join(folder, 'data'), {}, { create: false })
  try {
    return await run(opened)
  } finally {
    await opened.close()
  }
}

const names = ({ matches }: MatchAnswer) => matches.map(({ listener }) => listener.name)
const open: Consent = { findable: true, showName: false, showTracks: true, train: true }
const sameAs = (profile: Profile, id: string): Profile => ({ ...profile, id })

test('the closest are those of comparing with everybody', async () => {
  const profiles = [...playedArtists(60), ...listedTracks(38)]
  await withListeners(profiles, async (stored) => {
    const { pair } = await train(stored)
    const corpus = await loadCorpus(stored.store, 'match')
    const score = pair.prepare(corpus, corpus)
    const scores = new Float32Array(corpus.listeners.length)
    const live = await LiveMatcher.open(stored)
    try {
      for (const [q, listener] of corpus.listeners.entries()) {
        if (q % 5 > 0) continue
        score(q, scores)
        const exact = corpus.listeners
          .map((id, row) => ({ id, score: scores[row]! }))
          .filter(({ id }) => id !== listener)
          .sort((a, b) => b.score - a.score)
        const answer = await live.match({ listener }, 10)
        const shown = names(answer).map((name) => exact.find(({ id }) => id === name)!.score)
        // Float32 scores of the slow way may be equal where the exact ones are not.
        for (const [place, value] of shown.entries()) assert.ok(Math.abs(value - exact[place]!.score) < 1e-4)
        assert.equal(answer.candidates, profiles.length - 1)
      }
    } finally {
      await live.close()
    }
  })
})

test('when what was read before never came to pass, all of it is loaded anew', async () => {
  const profiles = playedArtists(40)
  await withListeners(profiles, async (stored) => {
    await train(stored)
    let history = 'first'
    // Its changes tell nothing of what is different now.
    const others: Partial<FeatureStore> = { lastChange: async () => 0, history: async () => history }
    const store = new Proxy(stored.store, {
      get: (target, name) => {
        const value =
          (others as Record<PropertyKey, unknown>)[name] ?? (target as object as typeof others)[name as never]
        return typeof value === 'function' ? (value as () => unknown).bind(target) : value
      },
    })
    const live = await LiveMatcher.open({ ...stored, store })
    const closest = async () => names(await live.match({ listener: 'plays:0000' }, 3))
    try {
      const before = await closest()
      await stored.store.putProfiles([sameAs(profiles[0]!, 'plays:twin')])
      await stored.store.erase(before[0]!)
      assert.equal((await closest()).includes('plays:twin'), false)
      history = 'second'
      const [first, second] = await Promise.all([closest(), closest()])
      assert.equal(first[0], 'plays:twin')
      assert.ok(!first.includes(before[0]!))
      assert.deepEqual(second, first)
      assert.equal(live.state().candidates, 40)
    } finally {
      await live.close()
    }
  })
})

test('what another process stores, erases or hides is right in the next answer', async () => {
  const profiles = playedArtists(40)
  await withListeners(profiles, async (stored) => {
    await train(stored)
    const live = await LiveMatcher.open(stored)
    const closest = async () => names(await live.match({ listener: 'plays:0000' }, 3))
    try {
      const twin = sameAs(profiles[0]!, 'plays:twin')
      assert.ok(!(await closest()).includes('plays:twin'))
      await elsewhere(stored, async ({ store }) => {
        await store.putProfiles([twin])
        assert.equal((await closest())[0], 'plays:twin')
        await store.setConsent('plays:twin', { ...open, findable: false })
        assert.ok(!(await closest()).includes('plays:twin'))
        await store.setConsent('plays:twin', open)
        assert.equal((await closest())[0], 'plays:twin')
        const changed = smallProfile('plays:twin', [{ artists: ['Somebody Else'] }])
        await store.putProfiles([changed])
        assert.ok(!(await closest()).includes('plays:twin'))
        await store.putProfiles([twin])
        assert.equal((await closest())[0], 'plays:twin')
        await store.erase('plays:twin')
        assert.ok(!(await closest()).includes('plays:twin'))
      })
      // Many at once are described in the background.
      const many = playedArtists(40).map((profile) => sameAs(profile, `more:${profile.id.slice(6)}`))
      await elsewhere(stored, ({ store }) => store.putProfiles(many))
      await closest()
      await live.settled()
      assert.equal((await closest())[0], 'more:0000')
      assert.equal(live.state().candidates, 80)
      assert.equal((await stored.store.staleness(1)).missing, 0)
    } finally {
      await live.close()
    }
  })
})

test('content that expires is gone by the clock, without any change of the store', async () => {
  await using place = await openSmallStore()
  let now = 1_000
  const clock = () => now
  const stored = await openStore(undefined, join(place.folder, 'expiring'), {}, { create: true, clock })
  const live = await LiveMatcher.open({ ...stored, clock })
  try {
    const profiles = playedArtists(40)
    await stored.store.putProfiles(profiles)
    const lastfm = { origin: 'lastfm-api', source: 'x', readAt: now } as const
    await stored.store.putProfiles([{ ...sameAs(profiles[0]!, 'x:twin'), provenance: lastfm, consent: open }])
    await train(stored)
    const closest = async () => (await live.match({ listener: 'plays:0000' }, 50)).candidates
    assert.equal(await closest(), 40)
    now += 31 * 24 * 3600
    assert.equal(await closest(), 39)
  } finally {
    await live.close()
    await stored.close()
  }
})

test('a promoted model takes over at once, and no answer is of two models', async () => {
  await withListeners([...playedArtists(50), ...listedTracks(30)], async (stored) => {
    await train(stored)
    const asked = ['plays:0000', 'plays:0017', 'songs:0003', 'songs:0020']
    const answers = async () =>
      Promise.all(asked.map(async (listener) => JSON.stringify(await match({ listener }, 5, stored))))
    const first = await answers()
    const live = await LiveMatcher.open(stored)
    try {
      // The listeners are the same, so only the model can make a difference.
      await elsewhere(stored, async (other) => {
        const half = await loadCorpus(other.store, 'train', { only: new Set(playedArtists(50).map(({ id }) => id)) })
        const model = await linearKind.fit(half, { seed: 9, preset: 'quick' })
        const card = { kind: 'linear', trainedAt: 2, hash: model.hash, metrics: {}, marks: [], configuration: {} }
        await other.registry.promote(await other.registry.register(card, model.save(), new Map()))
      })
      const seen: { readonly at: number; readonly answer: string; readonly version: number }[] = []
      while (!seen.some(({ version }) => version === 2)) {
        const some = asked.map(async (listener, at) => {
          const answer = await live.match({ listener }, 5)
          seen.push({ at, answer: JSON.stringify(answer), version: answer.model.version })
        })
        await Promise.all(some)
        await setImmediate()
      }
      await live.settled()
      const second = await answers()
      for (const { at, answer, version } of seen) assert.equal(answer, (version === 1 ? first : second)[at])
      assert.ok(
        seen.some(({ version }) => version === 1),
        'the former one answers meanwhile',
      )
      assert.notDeepEqual(first, second)
      // Back again: the former descriptions are still there.
      await stored.registry.rollback()
      await live.sync()
      await live.settled()
      assert.equal((await live.match({ listener: asked[0]! }, 5)).model.version, 1)
    } finally {
      await live.close()
    }
  })
})

test('a promoted model that cannot be brought up is tried again, and the former one answers meanwhile', async () => {
  await withListeners(playedArtists(40), async (stored) => {
    await train(stored)
    let now = 1_000
    const live = await LiveMatcher.open({ ...stored, clock: () => now })
    const answering = async () => {
      await live.sync()
      await live.settled()
      return (await live.match({ listener: 'plays:0000' }, 3)).model.version
    }
    try {
      await train(stored, 2)
      const folder = join(stored.folder, 'data', 'models', 'v2')
      await rename(folder, `${folder}-away`)
      assert.equal(await answering(), 1)
      assert.match(live.state().problem!, /v2/)
      await rename(`${folder}-away`, folder)
      assert.equal(await answering(), 1, 'not before its time')
      now += 10
      assert.equal(await answering(), 2)
      assert.equal(live.state().problem, undefined)
    } finally {
      await live.close()
    }
  })
})

test('what is left out does not count, and what is old counts less', async () => {
  const day = 24 * 3600
  const [one, other] = ['0', '1'].map((community) =>
    Array.from({ length: 12 }, (_, i) => ({ artists: [`${community} artist ${i}`] })),
  )
  const dated = (items: readonly { readonly artists: readonly string[] }[], time: number, playlist: string) =>
    items.map((item) => ({ ...item, playlist, addedAt: new Date(1000 * time).toISOString() }))
  const both = smallProfile('me:1', [...dated(one!, 100 * day, 'old'), ...dated(other!, 400 * day, 'new')])
  await withListeners([...playedArtists(60), both], async (stored) => {
    const provenance = { origin: 'simulated', source: 'x', readAt: 1 } as const
    await stored.store.putArtistGenres(
      one!.map(({ artists }) => ({ name: artists[0]!, genres: ['first'], provenance })),
    )
    await train(stored)
    const live = await LiveMatcher.open(stored)
    const ask = async (hygiene: Parameters<LiveMatcher['taste']>[1]) => {
      const answer = await live.match({ listener: 'me:1' }, 8, hygiene && { hygiene })
      const communities = names(answer).map((name) => Number(name.slice(-4)) % 4)
      return {
        answer,
        first: communities.filter((c) => c === 0).length,
        second: communities.filter((c) => c === 1).length,
      }
    }
    try {
      const alone = names(await match({ profile: smallProfile('x:1', other!) }, 9, stored))
      for (const hygiene of [
        { playlists: ['OLD'] },
        { genres: ['First'] },
        { artists: one!.map(({ artists }) => artists[0]!.toUpperCase()) },
        { to: 200 * day },
        { from: 50 * day, to: 150 * day },
      ]) {
        const { answer, second } = await ask(hygiene)
        assert.equal(answer.artists, 12)
        assert.ok(second >= 6)
        assert.deepEqual(names(answer), alone.filter((name) => name !== 'me:1').slice(0, 8))
      }
      assert.equal((await ask({ artists: [], recency: 0 })).answer.artists, 24)
      const [before, after] = [await ask(undefined), await ask({ recency: 1 })]
      assert.ok(after.second > before.second && after.first < before.first)
      const taste = await live.taste({ listener: 'me:1' })
      assert.deepEqual([taste.artists, taste.genres.map(({ genre }) => genre)], [24, ['first']])
      assert.ok(taste.rarerThan! >= 0 && taste.words.length > 0)
    } finally {
      await live.close()
    }
  })
})

test('diversity and exclusion change who is where, not what is said of them', async () => {
  await withListeners(playedArtists(60), async (stored) => {
    await train(stored)
    const live = await LiveMatcher.open(stored)
    try {
      const query = { listener: 'plays:0000' }
      const twins = await live.match(query, 10)
      const wide = await live.match(query, 10, { diversity: 1 })
      assert.equal(wide.matches[0]!.listener.name, twins.matches[0]!.listener.name)
      assert.notDeepEqual(names(wide), names(twins))
      const community = (answer: MatchAnswer) => new Set(names(answer).map((name) => Number(name.slice(-4)) % 4)).size
      assert.ok(community(wide) >= community(twins))
      const said = new Map(twins.matches.map((one) => [one.listener.key, one]))
      for (const { rank: _, ...one } of wide.matches) {
        const { rank: __, ...before } = said.get(one.listener.key) ?? { ...one, rank: 0 }
        assert.deepEqual(one, before)
      }
      const [first] = twins.matches
      const without = await live.match(query, 9, { exclude: [first!.listener.key] })
      assert.deepEqual(names(without), names(twins).slice(1))
      const { rank: _, ...shown } = first!
      const { rank: __, ...pair } = (await live.pair(query, first!.listener.key))!
      assert.deepEqual(pair, shown)
      assert.equal(await live.pair(query, 'nobody'), undefined)
    } finally {
      await live.close()
    }
  })
})

test('a refresh that was stopped goes on where it was, and drops what no model needs', async () => {
  const everybody = 150 // several batches, of which two may be under way
  await withListeners(playedArtists(everybody), async (stored) => {
    await train(stored)
    const { store } = stored
    const controller = new AbortController()
    let described = 0
    const progress = {
      start: () => ({
        advance(by: number) {
          described += by
          if (described >= 20) controller.abort()
        },
        finish() {},
        [Symbol.dispose]() {},
      }),
    }
    await assert.rejects(refresh({ ...stored, progress, signal: controller.signal }), { name: 'AbortError' })
    assert.deepEqual(await store.staleness(1), {
      described,
      missing: everybody - described,
      outdated: 0,
      beforeCatalogue: 0,
    })
    assert.ok(described >= 20 && described < everybody)
    assert.deepEqual(await store.refreshes(), [])
    const report = await refresh({ ...stored, clock: () => 7 })
    assert.deepEqual(report, { model: 1, described: everybody - described, dropped: [] })
    assert.deepEqual(await store.refreshes(), [{ model: 1, at: 7, described: everybody - described }])
    // Genres that come later are taken up.
    const provenance = { origin: 'simulated', source: 'x', readAt: 1 } as const
    await store.putArtistGenres([{ name: 'famous 1', genres: ['pop'], provenance }])
    assert.equal((await refresh(stored, { catalogue: false })).described, 0)
    assert.equal((await refresh({ ...stored, clock: () => 7 })).described, everybody)
    await train(stored, 2)
    assert.deepEqual((await refresh({ ...stored, clock: () => 8 })).dropped, [])
    await train(stored, 3)
    assert.deepEqual((await refresh({ ...stored, clock: () => 9 })).dropped, [1])
    assert.deepEqual((await store.embeddings(1)).rows, [])
  })
})
