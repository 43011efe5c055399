import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { defaultApp } from './settings.ts'
import { start } from './started-simulator.ts'

const challengeOf = (verifier: string) => createHash('sha256').update(verifier).digest('base64url')
const verifier = 'v'.repeat(50)
const asking = {
  client_id: 'simulated-dev-new',
  response_type: 'code',
  redirect_uri: 'http://127.0.0.1:5555/callback',
  code_challenge_method: 'S256',
  code_challenge: challengeOf(verifier),
  scope: 'playlist-read-private',
  state: 'the-state',
  answer: 'agree',
}

test('signs people in with PKCE, and in no other way', async () => {
  const { simulator, visit, post, get, advance } = await start()
  const as = simulator.people.idOf(4)
  const location = async (change: Record<string, string>) => {
    const { status, headers, text } = await visit({ ...asking, as, ...change })
    return status === 302 ? new URL(headers.get('location')!) : text
  }
  const code = async () => ((await location({})) as URL).searchParams.get('code')!
  const back = (await location({})) as URL
  assert.equal(`${back.origin}${back.pathname}`, 'http://127.0.0.1:5555/callback')
  assert.equal(back.searchParams.get('state'), 'the-state')
  assert.equal(((await location({ answer: 'decline' })) as URL).searchParams.get('error'), 'access_denied')
  for (const [change, text] of [
    [{ client_id: 'x' }, 'INVALID_CLIENT: Invalid client'],
    [{ redirect_uri: 'http://localhost:5555/callback' }, 'INVALID_CLIENT: Insecure redirect URI'],
    [{ redirect_uri: 'http://192.168.0.7/callback' }, 'INVALID_CLIENT: Insecure redirect URI'],
    [{ redirect_uri: 'http://127.0.0.1:5555/callback/' }, 'INVALID_CLIENT: Invalid redirect URI'],
    [{ redirect_uri: 'https://127.0.0.1/callback' }, 'INVALID_CLIENT: Invalid redirect URI'],
    [{ code_challenge_method: 'plain' }, 'response_type must be code, with a challenge by S256'],
    [{ response_type: 'token' }, 'response_type must be code, with a challenge by S256'],
  ] as const)
    assert.equal(await location(change), text)
  const exchange = (change: Record<string, string>) => ({
    grant_type: 'authorization_code',
    client_id: asking.client_id,
    redirect_uri: asking.redirect_uri,
    code_verifier: verifier,
    ...change,
  })
  const wrong: Record<string, string>[] = [
    { code_verifier: 'w'.repeat(50) },
    { redirect_uri: 'http://127.0.0.1/callback' },
    { code: 'x' },
    { client_id: 'simulated-dev-legacy' },
  ]
  for (const change of wrong)
    assert.equal((await post(exchange({ code: await code(), ...change }))).json.error, 'invalid_grant')
  const late = await code()
  advance(11 * 60_000)
  assert.equal((await post(exchange({ code: late }))).json.error, 'invalid_grant')
  const used = await code()
  const granted = (await post(exchange({ code: used }))).json
  assert.deepEqual([granted.token_type, granted.expires_in, granted.scope], ['Bearer', 3600, 'playlist-read-private'])
  assert.equal((await get(granted.access_token, '/me')).json.id, as)
  assert.equal((await post(exchange({ code: used }))).json.error, 'invalid_grant')
  const refresh = { grant_type: 'refresh_token', client_id: asking.client_id, refresh_token: granted.refresh_token }
  const renewed = (await post(refresh)).json
  assert.notEqual(renewed.refresh_token, granted.refresh_token)
  assert.deepEqual((await post(refresh)).json, { error: 'invalid_grant', error_description: 'Refresh token revoked' })
  advance(182 * 24 * 3600_000)
  assert.equal((await post({ ...refresh, refresh_token: renewed.refresh_token })).json.error, 'invalid_grant')
})

test('gives apps tokens for their secret only', async () => {
  const { post, get, simulator } = await start({ apps: [{ ...defaultApp('extended'), rotates: false }] })
  const form = { grant_type: 'client_credentials' }
  const basic = (id: string, secret: string) => ({ authorization: `Basic ${btoa(`${id}:${secret}`)}` })
  const { json } = await post(form, basic('simulated-extended', 'simulated-secret'))
  assert.deepEqual([json.expires_in, json.refresh_token], [3600, undefined])
  assert.equal((await get(json.access_token, '/search?q=a&type=playlist')).status, 200)
  assert.equal((await post(form, basic('simulated-extended', 'x'))).json.error_description, 'Invalid client secret')
  assert.equal((await post(form, basic('x', 'x'))).json.error_description, 'Invalid client')
  assert.equal((await post({ ...form, client_id: 'simulated-extended' })).json.error, 'invalid_client')
  assert.equal(
    (await post({ grant_type: 'password', client_id: 'simulated-extended' })).json.error,
    'unsupported_grant_type',
  )
  simulator.scripted.add(/token/, 1, { kind: 'answer', answer: { status: 503, text: '<html>' }, name: '503' })
  assert.equal((await post(form)).status, 503)
})
