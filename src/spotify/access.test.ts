import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Access, type Capability, type Tier } from './access.ts'
import { memoryPersistence, type Persistence } from './persistence.ts'
import { VirtualEnvironment } from './virtual-environment.ts'

const environment = new VirtualEnvironment(async () => new Response())
const day = 24 * 3600_000

const seen: readonly (readonly [facts: Partial<Record<Capability, boolean>>, tier: Tier | undefined])[] = [
  [{}, undefined],
  [{ others: false }, 'development'],
  [{ others: false, 'audio-features': true }, 'development'],
  [{ batches: false }, 'development'],
  [{ batches: true }, undefined],
  [{ others: true }, 'legacy'],
  [{ others: true, 'audio-features': false }, 'legacy'],
  [{ others: true, 'spotify-playlists': true }, 'extended'],
  [{ 'audio-features': true }, 'extended'],
  [{ others: true, 'audio-features': true, unmetered: false }, 'legacy'],
]

for (const [facts, tier] of seen)
  test(`takes ${JSON.stringify(facts)} for ${tier}`, async () => {
    const access = await Access.open('app', environment, memoryPersistence())
    for (const [capability, allowed] of Object.entries(facts)) await access.learn(capability as Capability, allowed)
    assert.equal(access.tier, tier)
  })

test('remembers over restarts, by app: what is allowed for a week, what is not for a day', async () => {
  const persistence = memoryPersistence()
  const first = await Access.open('app', environment, persistence)
  await first.learn('others', false)
  const second = await Access.open('app', environment, persistence)
  assert.equal(second.tier, 'development')
  assert.equal((await Access.open('other-app', environment, persistence)).tier, undefined)
  environment.advance(day)
  assert.equal(second.may('others'), undefined)
  await second.learn('others', true)
  environment.advance(6 * day)
  assert.equal(second.may('others'), true)
  environment.advance(day)
  assert.equal(second.tier, undefined)
})

test('writes only what is new, or getting old', async () => {
  let writes = 0
  const kept = memoryPersistence()
  const persistence: Persistence = {
    load: kept.load,
    update: (name, change) => {
      writes++
      return kept.update(name, change)
    },
  }
  const access = await Access.open('app', environment, persistence)
  for (let at = 0; at < 10; at++) await access.learn('others', true)
  assert.equal(writes, 1)
  environment.advance(4 * day)
  await access.learn('others', true)
  assert.equal(writes, 2)
  environment.advance(5 * day)
  assert.equal(access.may('others'), true)
})

test('what another process learnt meanwhile stays, the later fact of two', async () => {
  const persistence = memoryPersistence()
  const open = () => Access.open('app', environment, persistence)
  const [one, other] = [await open(), await open()]
  await one.learn('others', true)
  environment.advance(1000)
  await other.learn('others', false)
  environment.advance(1000)
  await one.learn('batches', true)
  assert.deepEqual([one.may('others'), one.may('batches')], [false, true])
  const later = await open()
  assert.deepEqual([later.may('others'), later.may('batches')], [false, true])
})

test('ignores what it can not have written', async () => {
  const persistence: Persistence = {
    load: async () => ({ others: { allowed: 'yes', seenAt: 1 }, batches: 3, unknown: { allowed: true, seenAt: 1 } }),
    update: async (_, change) => change(undefined),
  }
  assert.equal((await Access.open('app', environment, persistence)).tier, undefined)
})
