import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultApp, someQuirks } from '../simulator/spotify/settings.ts'
import { SpotifySimulator } from '../simulator/spotify/simulator.ts'
import { collectProfile, memoryTokenStore, ProfileReading } from '../src/spotify/index.ts'
import { signIn } from './simulated-sign-in.ts'
import { assertSilent, assertTrue, simulate } from './simulated-spotify.ts'

const quirks = { ...someQuirks, hiddenProfiles: 0, privatePlaylists: 400, collaborativePlaylists: 400 }
const app = defaultApp('dev_new')

test('development: a person who signs in gets their own playlists, private ones too, and none of other people’s', async () => {
  const simulated = await simulate({ quirks })
  const { world, simulator } = simulated
  for (const i of [2, 3, 5]) {
    const client = await simulated.client('dev_new', { signIn: memoryTokenStore(await signIn(simulated, i)) })
    const me = simulator.people.person(i)
    const profile = await collectProfile(new ProfileReading(client, me.id))
    const belonging = simulator.library.shown(i).filter((one) => simulator.library.isOwnerOrCollaborator(me, one))
    assert.ok(belonging.some(({ isPublic }) => !isPublic))
    assertTrue(world, profile, belonging)
    assert.equal(profile.person?.isSignedIn, true)
    assert.equal(profile.person?.id, me.id)
    const others = simulator.library.shown(i).length - belonging.length
    assert.equal(profile.report.playlists.notRead.length, others)
    const { report } = await collectProfile(new ProfileReading(client, simulator.people.idOf(i + 1)))
    assert.equal(report.outcome, 'not-permitted')
  }
})

test('extended: who is signed in can read others as well', async () => {
  const simulated = await simulate({
    quirks,
    apps: [{ ...app, mode: 'extended' }],
  })
  const { world, simulator } = simulated
  const client = await simulated.client('dev_new', { signIn: memoryTokenStore(await signIn(simulated, 2)) })
  for (const i of [2, 4]) {
    const profile = await collectProfile(new ProfileReading(client, simulator.people.idOf(i)))
    const me = simulator.people.person(2)
    const visible = simulator.library
      .shown(i)
      .filter((one) => one.isPublic || (i === 2 && simulator.library.isOwnerOrCollaborator(me, one)))
    assertTrue(world, profile, visible)
  }
})

test('a refresh token that can be used once is used once', async () => {
  const simulated = await simulate()
  const { simulator, environment } = simulated
  const store = memoryTokenStore(await signIn(simulated, 1))
  const first = await store.load()
  const client = await simulated.client('dev_new', { signIn: store })
  environment.advance(3600_000)
  const id = simulator.people.idOf(1)
  await Promise.all([1, 2, 3].map(() => collectProfile(new ProfileReading(client, id))))
  assert.equal(simulator.log.count('POST /api/token'), 2)
  const second = await store.load()
  assert.notEqual(second?.refreshToken, first?.refreshToken)
  assert.equal(second?.authorizedAt, first?.authorizedAt)
  const late = await simulated.client('dev_new', { signIn: memoryTokenStore(first) })
  const error = await collectProfile(new ProfileReading(late, id)).catch((reason) => reason)
  assert.equal(error.kind, 'sign-in-over')
  assertSilent(simulated, [error])
})

test('a sign-in ends after six months, or when the person withdraws it', async () => {
  const simulated = await simulate()
  const { simulator, environment, log } = simulated
  const id = simulator.people.idOf(1)
  const store = memoryTokenStore(await signIn(simulated, 1))
  environment.advance(175 * 24 * 3600_000)
  const client = await simulated.client('dev_new', { signIn: store })
  await collectProfile(new ProfileReading(client, id))
  assert.ok(log.some((event) => event.kind === 'warning' && /sign in again before then/.test(event.text)))
  environment.advance(10 * 24 * 3600_000)
  await assert.rejects(collectProfile(new ProfileReading(client, id)), { kind: 'sign-in-over' })
  assert.equal(await store.load(), undefined)
  await assert.rejects(collectProfile(new ProfileReading(client, id)), { kind: 'sign-in-needed' })

  const other = memoryTokenStore(await signIn(simulated, 2))
  const withdrawn = await simulated.client('dev_new', { signIn: other })
  simulator.tokens.withdraw(simulator.people.idOf(2))
  await assert.rejects(collectProfile(new ProfileReading(withdrawn, simulator.people.idOf(2))), {
    kind: 'sign-in-over',
  })
})

test('says which permission is missing, and of whom', async () => {
  const simulated = await simulate()
  const { simulator } = simulated
  const signedIn = memoryTokenStore(await signIn(simulated, 1, ['user-top-read']))
  const client = await simulated.client('dev_new', { signIn: signedIn })
  await assert.rejects(collectProfile(new ProfileReading(client, simulator.people.idOf(1))), { kind: 'scope-missing' })

  for (const [change, kind] of [
    [{ premium: false }, 'premium-needed'],
    [{ users: ['somebody-else'] }, 'not-registered'],
  ] as const) {
    const barred = await simulate({ apps: [{ ...app, ...change }] })
    const store = memoryTokenStore(await signIn(barred, 1))
    const reading = new ProfileReading(
      await barred.client('dev_new', { signIn: store }),
      barred.simulator.people.idOf(1),
    )
    await assert.rejects(collectProfile(reading), { kind })
  }
  const asApp = await simulated.client('dev_new')
  await assert.rejects(asApp.get('/me', { subject: 'me' }), { kind: 'sign-in-needed' })
  const wrong = await simulated.client('dev_new', {
    credentials: { clientId: app.clientId, clientSecret: 'wrong-secret' },
  })
  await assert.rejects(wrong.get('/search', { subject: 'x' }), { kind: 'bad-credentials' })
})

test('one simulator is like the other', async () => {
  const { world } = await simulate()
  const [one, other] = await Promise.all([
    new SpotifySimulator({ world }).listen(),
    new SpotifySimulator({ world }).listen(),
  ])
  test.after(() => Promise.all([one.close(), other.close()]))
  const answers = async (simulator: SpotifySimulator) => {
    const token = simulator.tokens.access({ app, scopes: new Set() })
    assert.ok(token)
    const paths = ['/search?q=jazz&type=playlist', `/playlists/${simulator.library.own(0)[0]!.id}`]
    const texts = paths.map(async (path) => {
      const response = await fetch(`${simulator.hosts.api}${path}`, { headers: { authorization: `Bearer ${token}` } })
      return (await response.text()).replaceAll(simulator.hosts.api, 'BASE')
    })
    return Promise.all(texts)
  }
  assert.deepEqual(await answers(one), await answers(other))
})
