import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { get } from 'node:http'
import { test } from 'node:test'
import { Secrets } from '../secrets.ts'
import { VirtualEnvironment } from '../virtual-environment.ts'
import { type LoopbackOptions, signInOnLoopback } from './loopback.ts'
import { beginSignIn, finishSignIn } from './sign-in.ts'
import type { TokenEndpointOptions } from './token-endpoint.ts'

function newSignIn() {
  const forms: URLSearchParams[] = []
  const environment = new VirtualEnvironment(async (_, init) => {
    forms.push(new URLSearchParams(init.body as string))
    const scope = 'playlist-read-private'
    return Response.json({ access_token: 'person-access', expires_in: 3600, refresh_token: 'person-refresh', scope })
  })
  const secrets = new Secrets()
  const options: TokenEndpointOptions = { credentials: { clientId: 'client-id' }, environment, secrets }
  return { options, environment, forms, secrets }
}

/** What a browser does when the sign-in page sends it back. Resolves to status and text. */
function visit(url: string, headers: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, (response) => {
      let text = `${response.statusCode} `
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve(text))
    }).on('error', reject)
  })
}

/** Begins a sign-in on the loopback address; `page` is what the person was shown. */
async function begin(more: Partial<LoopbackOptions> = {}) {
  const { promise, resolve } = Promise.withResolvers<string>()
  const signIn = newSignIn()
  const done = signInOnLoopback(signIn.options, { show: resolve, ...more })
  done.catch(() => {})
  const page = new URL(await promise)
  const back = page.searchParams.get('redirect_uri')!
  return { ...signIn, done, back, state: page.searchParams.get('state')! }
}

test('sends the person to a page that carries the challenge, not the verifier', () => {
  const { options } = newSignIn()
  const attempt = beginSignIn(options, 'http://127.0.0.1:5000/callback')
  const { origin, pathname, searchParams } = new URL(attempt.url)
  assert.equal(`${origin}${pathname}`, 'https://accounts.spotify.com/authorize')
  assert.match(attempt.verifier, /^[\w-]{43,128}$/)
  assert.deepEqual(Object.fromEntries(searchParams), {
    client_id: 'client-id',
    response_type: 'code',
    redirect_uri: 'http://127.0.0.1:5000/callback',
    code_challenge_method: 'S256',
    code_challenge: createHash('sha256').update(attempt.verifier).digest('base64url'),
    scope: 'playlist-read-private playlist-read-collaborative user-library-read user-top-read',
    state: attempt.state,
  })
  const other = beginSignIn(options, 'http://127.0.0.1:5000/callback')
  assert.notEqual(other.state, attempt.state)
  assert.notEqual(other.verifier, attempt.verifier)
})

test('exchanges the code', async () => {
  const { options, environment, forms } = newSignIn()
  const attempt = beginSignIn(options, 'https://consonance.example/callback', [])
  const query = new URLSearchParams({ code: 'the-code', state: attempt.state })
  assert.deepEqual(await finishSignIn(options, attempt, query), {
    accessToken: 'person-access',
    refreshToken: 'person-refresh',
    expiresAt: environment.now() + 3600_000,
    authorizedAt: environment.now(),
    scopes: ['playlist-read-private'],
  })
  assert.deepEqual(Object.fromEntries(forms[0]!), {
    grant_type: 'authorization_code',
    code: 'the-code',
    redirect_uri: 'https://consonance.example/callback',
    code_verifier: attempt.verifier,
    client_id: 'client-id',
  })
})

test('refuses an answer to another sign-in, and one that says no', async () => {
  const { options, forms } = newSignIn()
  const attempt = beginSignIn(options, 'https://consonance.example/callback')
  const finish = (query: Record<string, string>) => finishSignIn(options, attempt, new URLSearchParams(query))
  await assert.rejects(finish({ code: 'c', state: 'other' }), { kind: 'sign-in-mismatch' })
  await assert.rejects(finish({ code: 'c' }), { kind: 'sign-in-mismatch' })
  await assert.rejects(finish({ error: 'access_denied', state: attempt.state }), { kind: 'sign-in-declined' })
  assert.equal(forms.length, 0)
})

test('signs a person in from the command line', async () => {
  const { done, back, state, forms } = await begin()
  assert.match(back, /^http:\/\/127\.0\.0\.1:\d+\/callback$/)
  assert.match(await visit(back.replace('callback', 'favicon.ico')), /^404/)
  assert.match(await visit(`${back}?code=stolen&state=other`), /^400 .*another sign-in/)
  assert.match(await visit(`${back}?code=c&state=${state}`, { host: 'evil.example' }), /^404/)
  assert.match(await visit(`${back}?code=the-code&state=${state}`), /^200 .*close this page/)
  assert.equal((await done).refreshToken, 'person-refresh')
  assert.equal(forms.length, 1)
  assert.equal(forms[0]!.get('redirect_uri'), back)
  await assert.rejects(visit(back), { code: 'ECONNREFUSED' })
})

test('tells when the person says no', async () => {
  const { done, back, state } = await begin()
  await visit(`${back}?error=access_denied&state=${state}`)
  await assert.rejects(done, { kind: 'sign-in-declined' })
})

test('does not wait for ever, nor after the caller gave up', async () => {
  await assert.rejects((await begin({ timeout: 5 })).done, { kind: 'sign-in-timeout' })
  const controller = new AbortController()
  const { done, back } = await begin({ signal: controller.signal })
  controller.abort(new Error('enough'))
  await assert.rejects(done, /enough/)
  await assert.rejects(visit(back), { code: 'ECONNREFUSED' })
})
