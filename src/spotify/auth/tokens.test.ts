import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpotifyError } from '../errors.ts'
import { Gate } from '../gate.ts'
import type { LogEvent } from '../log.ts'
import { memoryPersistence } from '../persistence.ts'
import { Secrets } from '../secrets.ts'
import { VirtualEnvironment } from '../virtual-environment.ts'
import { AppTokens } from './app-tokens.ts'
import { PersonTokens, signInEnds, signInWarning } from './person-tokens.ts'
import type { TokenEndpointOptions } from './token-endpoint.ts'
import { memoryTokenStore, type SignIn, type TokenStore } from './token-store.ts'

const day = 24 * 3600_000
type Answer = (form: URLSearchParams, headers: Record<string, string>) => Response | Error

function newEndpoint(...answers: readonly Answer[]) {
  const left = [...answers]
  const forms: URLSearchParams[] = []
  const environment = new VirtualEnvironment(async (_, init) => {
    const form = new URLSearchParams(init.body as string)
    forms.push(form)
    const answer = left.shift()?.(form, init.headers as Record<string, string>)
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no more answers')
    return answer
  })
  const log: LogEvent[] = []
  const options: TokenEndpointOptions = {
    credentials: { clientId: 'client-id', clientSecret: 'client-secret' },
    environment,
    secrets: new Secrets(),
    log: (event) => log.push(event),
  }
  return { environment, options, forms, log }
}

const token =
  (name: string, more: object = {}) =>
  () =>
    Response.json({ access_token: name, token_type: 'Bearer', expires_in: 3600, ...more })
const refusal = (error: string, error_description: string) => () =>
  Response.json({ error, error_description }, { status: 400 })

const signIn = (environment: VirtualEnvironment, more: Partial<SignIn> = {}): SignIn => ({
  accessToken: 'person-access-1',
  expiresAt: environment.now() + 3600_000,
  refreshToken: 'person-refresh-1',
  authorizedAt: environment.now(),
  scopes: ['playlist-read-private'],
  ...more,
})

test('fetches one token for the app, however many ask at once', async () => {
  const { environment, options, forms } = newEndpoint((form, headers) => {
    assert.deepEqual(Object.fromEntries(form), { grant_type: 'client_credentials' })
    assert.equal(headers.authorization, `Basic ${btoa('client-id:client-secret')}`)
    return token('app-1')()
  }, token('app-2'))
  const tokens = new AppTokens(options)
  assert.deepEqual(await Promise.all([tokens.current(), tokens.current(), tokens.current()]), [
    'app-1',
    'app-1',
    'app-1',
  ])
  assert.equal(environment.sent[0]!.url, 'https://accounts.spotify.com/api/token')
  environment.advance(3600_000 - 30_000)
  assert.equal(await tokens.current(), 'app-2')
  assert.equal(forms.length, 2)
})

test('renews the token for the app once, however many were refused', async () => {
  const { options, forms } = newEndpoint(token('app-1'), token('app-2'))
  const tokens = new AppTokens(options)
  const refused = await tokens.current()
  await Promise.all([tokens.renew(refused), tokens.renew(refused), tokens.renew(refused)])
  await tokens.renew(refused)
  assert.equal(await tokens.current(), 'app-2')
  assert.equal(forms.length, 2)
})

test('tries again what passes by itself', async () => {
  const html = () => new Response('<html>oops</html>', { status: 503 })
  const { options } = newEndpoint(
    html,
    () => new TypeError('reset'),
    () => new Response('{"access_', {}),
    token('app-1'),
  )
  assert.equal(await new AppTokens(options).current(), 'app-1')
})

test('says what is wrong with the credentials, and does not try again', async () => {
  const { options, forms } = newEndpoint(refusal('invalid_client', 'Invalid client secret'))
  await assert.rejects(new AppTokens(options).current(), { kind: 'bad-credentials' })
  assert.equal(forms.length, 1)
  const bare = { ...options, credentials: { clientId: 'client-id' } }
  await assert.rejects(new AppTokens(bare).current(), /SPOTIFY_CLIENT_SECRET/)
})

test('does not wait for hours', async () => {
  const { options, environment } = newEndpoint(
    () => new Response('Too many requests', { status: 429, headers: { 'retry-after': '3' } }),
    () => new Response('Too many requests', { status: 429, headers: { 'retry-after': '7200' } }),
  )
  await assert.rejects(new AppTokens(options).current(), (error) => {
    assert.ok(error instanceof SpotifyError && error.kind === 'rate-limited')
    assert.equal(error.retryAt, environment.now() + 7200_000)
    return true
  })
})

test('keeps the pauses of the API', async () => {
  const { options, environment } = newEndpoint(token('app-1'))
  const limits = { perSecond: 1, burst: 1, concurrency: 1, perDay: 10 }
  const gate = await Gate.open({ limits, environment, persistence: memoryPersistence() })
  const start = environment.now()
  await gate.pause(40_000, 'rate-limited')
  await new AppTokens({ ...options, gate }).current()
  assert.equal(environment.sent[0]!.at - start, 40_000)
})

test('whoever gives up does not stop the others', async () => {
  const { options } = newEndpoint(token('app-1'))
  const tokens = new AppTokens(options)
  const controller = new AbortController()
  const [leaver, stayer] = [tokens.current(controller.signal), tokens.current()]
  controller.abort(new Error('enough'))
  await assert.rejects(leaver, /enough/)
  assert.equal(await stayer, 'app-1')
})

test('uses a kept sign-in, and renews it before it ends', async () => {
  const { environment, options, forms } = newEndpoint(token('person-access-2', { refresh_token: 'person-refresh-2' }))
  const store = memoryTokenStore(signIn(environment))
  const tokens = new PersonTokens(options, store)
  assert.equal(await tokens.current(), 'person-access-1')
  environment.advance(3600_000)
  assert.deepEqual(await Promise.all([tokens.current(), tokens.current()]), ['person-access-2', 'person-access-2'])
  assert.deepEqual(
    forms.map((form) => Object.fromEntries(form)),
    [{ grant_type: 'refresh_token', refresh_token: 'person-refresh-1', client_id: 'client-id' }],
  )
  const kept = await store.load()
  assert.equal(kept?.refreshToken, 'person-refresh-2')
  assert.equal(kept?.authorizedAt, environment.now() - 3600_000)
})

test('keeps the old refresh token when no new one is returned', async () => {
  const { environment, options } = newEndpoint(token('person-access-2', { scope: 'user-top-read' }))
  const store = memoryTokenStore(signIn(environment))
  const tokens = new PersonTokens(options, store)
  await tokens.renew(await tokens.current())
  assert.deepEqual(
    { ...(await store.load()), expiresAt: 0 },
    { ...signIn(environment), accessToken: 'person-access-2', scopes: ['user-top-read'], expiresAt: 0 },
  )
})

test('does not use a new token before it is kept', async () => {
  const { environment, options } = newEndpoint(token('person-access-2', { refresh_token: 'person-refresh-2' }))
  const store: TokenStore = {
    ...memoryTokenStore(signIn(environment)),
    save: () => Promise.reject(new Error('disk full')),
  }
  const tokens = new PersonTokens(options, store)
  await assert.rejects(tokens.renew(await tokens.current()), /disk full/)
  assert.equal(await tokens.current(), 'person-access-1')
})

test('takes over what another process renewed', async () => {
  const { environment, options, forms } = newEndpoint()
  const store = memoryTokenStore(signIn(environment))
  const tokens = new PersonTokens(options, store)
  const refused = await tokens.current()
  await store.save(signIn(environment, { accessToken: 'person-access-2', refreshToken: 'person-refresh-2' }))
  await tokens.renew(refused)
  assert.equal(await tokens.current(), 'person-access-2')
  assert.equal(forms.length, 0)
})

test('tries again when another process used the refresh token first', async () => {
  const { environment, options, forms } = newEndpoint(() => {
    store.save(signIn(environment, { refreshToken: 'person-refresh-2', expiresAt: 0 }))
    return refusal('invalid_grant', 'Refresh token revoked')()
  }, token('person-access-3'))
  const store = memoryTokenStore(signIn(environment))
  const tokens = new PersonTokens(options, store)
  await tokens.renew(await tokens.current())
  assert.equal(await tokens.current(), 'person-access-3')
  assert.deepEqual(
    forms.map((form) => form.get('refresh_token')),
    ['person-refresh-1', 'person-refresh-2'],
  )
})

test('forgets a sign-in that has ended, and asks for a new one', async () => {
  const { environment, options } = newEndpoint(refusal('invalid_grant', 'Refresh token revoked'))
  const store = memoryTokenStore(signIn(environment, { expiresAt: 0 }))
  const tokens = new PersonTokens(options, store)
  await assert.rejects(tokens.current(), { kind: 'sign-in-over' })
  assert.equal(await store.load(), undefined)
  await assert.rejects(tokens.current(), { kind: 'sign-in-needed' })
})

test('does not forget a sign-in because of a failure that passes', async () => {
  const trouble = () => new Response('', { status: 500 })
  const { environment, options } = newEndpoint(trouble, trouble, trouble, trouble)
  const store = memoryTokenStore(signIn(environment, { expiresAt: 0 }))
  await assert.rejects(new PersonTokens(options, store).current(), { kind: 'server-trouble' })
  assert.equal((await store.load())?.refreshToken, 'person-refresh-1')
})

test('a sign-in ends six months after the person agreed', () => {
  const ends = (day: string) => new Date(signInEnds({ authorizedAt: Date.parse(day) })).toISOString().slice(0, 10)
  assert.equal(ends('2026-07-20'), '2027-01-20')
  assert.equal(ends('2026-08-31'), '2027-02-28')
  assert.equal(ends('2026-11-30'), '2027-05-30')
})

test('warns once, two weeks before a sign-in ends', async () => {
  const authorizedAt = Date.UTC(2026, 6, 1)
  assert.equal(signInWarning({ authorizedAt }, Date.UTC(2026, 11, 1)), undefined)
  assert.match(signInWarning({ authorizedAt }, Date.UTC(2026, 11, 20))!, /ends on 2027-01-01/)
  assert.match(signInWarning({ authorizedAt }, Date.UTC(2027, 0, 2))!, /ended on 2027-01-01/)
  const { environment, options, log } = newEndpoint(token('person-access-2'))
  const store = memoryTokenStore(signIn(environment, { authorizedAt: environment.now() - 175 * day }))
  const tokens = new PersonTokens(options, store)
  await tokens.renew(await tokens.current())
  await tokens.current()
  assert.equal(log.filter(({ kind }) => kind === 'warning').length, 1)
})
