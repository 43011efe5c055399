import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Problem } from '../taste/problem.ts'
import { parseErrorBody } from './error-body.ts'
import { answerTable, classify, type ErrorKind, errorKinds, SpotifyError } from './errors.ts'

const json = (status: number, message: string, reason?: string) =>
  JSON.stringify({ error: { status, message, ...(reason && { reason }) } })
const oauth = (error: string, description: string) => JSON.stringify({ error, error_description: description })

const answers: readonly (readonly [status: number, body: string, kind: ErrorKind])[] = [
  [302, '', 'redirected'],
  [400, json(400, 'Invalid base62 id'), 'bad-id'],
  [400, json(400, 'invalid id'), 'bad-id'],
  [400, '{"error":{"type":"bad_field","description":"wrong id: abc"}}', 'bad-id'],
  [400, json(400, 'Invalid limit'), 'bad-request'],
  [400, json(400, 'Only valid bearer authentication supported'), 'bad-request'],
  [400, '', 'bad-request'],
  [400, oauth('invalid_client', 'Invalid client'), 'bad-credentials'],
  [400, oauth('invalid_client', 'Invalid client secret'), 'bad-credentials'],
  [401, oauth('invalid_client', 'Invalid client'), 'bad-credentials'],
  [400, oauth('invalid_client', 'Invalid redirect URI'), 'bad-redirect'],
  [400, oauth('invalid_grant', 'Refresh token revoked'), 'sign-in-over'],
  [400, oauth('invalid_grant', 'Invalid refresh token'), 'sign-in-over'],
  [400, oauth('invalid_grant', 'Invalid authorization code'), 'code-refused'],
  [400, oauth('invalid_grant', 'code_verifier was incorrect'), 'code-refused'],
  [400, oauth('unsupported_grant_type', 'grant_type is not supported'), 'bad-request'],
  [401, json(401, 'The access token expired'), 'token-refused'],
  [401, json(401, 'Invalid access token'), 'token-refused'],
  [401, json(401, 'No token provided'), 'token-refused'],
  [401, '', 'token-refused'],
  [401, json(401, 'Access token missing'), 'token-lost'],
  [401, json(401, 'Valid user authentication required'), 'sign-in-needed'],
  [403, json(403, 'Forbidden'), 'forbidden'],
  [403, '{"error":{"status":403}}', 'forbidden'],
  [403, json(403, 'Insufficient client scope'), 'scope-missing'],
  [
    403,
    json(
      403,
      'Active premium subscription required for the owner of the app. When the subscription status changes, it can take a few hours before requests are allowed again.',
    ),
    'premium-needed',
  ],
  [403, 'User not registered in the Developer Dashboard', 'not-registered'],
  [403, 'Check settings on developer.spotify.com/dashboard, the user may not be registered.', 'not-registered'],
  [403, '<!DOCTYPE html><html><body>Forbidden by scope of WAF</body></html>', 'forbidden'],
  [404, json(404, 'Resource not found'), 'not-found'],
  [404, json(404, 'Service not found'), 'not-found'],
  [404, '{"error":{"type":"not_found","description":"non existing id"}}', 'not-found'],
  [410, '', 'not-found'],
  [408, '', 'timed-out'],
  [429, json(429, 'Too many requests', 'QUOTA_EXCEEDED'), 'quota-closed'],
  [429, '{"error":{"status":429,"message":"Too many requests","reason":"QUOTA_EXCEEDED"', 'quota-closed'],
  [429, json(429, 'API rate limit exceeded'), 'rate-limited'],
  [429, 'Too many requests', 'rate-limited'],
  [429, '', 'rate-limited'],
  [500, json(500, 'Server error.'), 'server-trouble'],
  [502, '<html><body>Bad gateway</body></html>', 'server-trouble'],
  [503, '', 'server-trouble'],
  [504, 'upstream request timeout', 'server-trouble'],
  [418, json(418, 'teapot'), 'unexpected'],
  [451, '', 'unexpected'],
]

for (const [status, body, kind] of answers)
  test(`takes ${status} ${body.slice(0, 60)} for ${kind}`, () =>
    assert.equal(classify(status, parseErrorBody(body)), kind))

test('every row of the table is reached', () => {
  const reached = new Set(
    answers.map(([status, body]) => {
      const { code, reason, message } = parseErrorBody(body)
      const said = [code, reason, message].filter(Boolean).join(' ')
      return answerTable.findIndex(
        ({ from, to = from, body: pattern }) => status >= from && status <= to && (pattern?.test(said) ?? true),
      )
    }),
  )
  assert.equal(reached.size, answerTable.length)
})

test('every kind has its own sentence and says what to do', () => {
  const kinds = Object.keys(errorKinds) as ErrorKind[]
  assert.equal(new Set(kinds.map((kind) => errorKinds[kind].says)).size, kinds.length)
  for (const kind of kinds) {
    const error = new SpotifyError(kind, { subject: 'playlists of "smedjan"', status: 500, said: 'Bad' })
    assert.ok(error instanceof Problem)
    assert.match(error.message, /^spotify: playlists of "smedjan": .+ \(500 "Bad"\); .+/)
    assert.doesNotMatch(error.message, /\n|undefined/)
  }
})

test('says when to try again, never too early', () => {
  const error = new SpotifyError('quota-closed', { subject: 'x', retryAt: Date.UTC(2026, 10, 24, 1, 35, 20) })
  assert.match(error.message, /try again at 2026-11-24 01:36 UTC/)
  assert.equal(error.retryAt, Date.UTC(2026, 10, 24, 1, 35, 20))
})

test('reads any body without throwing, into one short line', () => {
  const body = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.json().map((text) => text.slice(0, -1)),
  )
  fc.assert(
    fc.property(body, fc.integer({ min: 100, max: 999 }), (text, status) => {
      const parsed = parseErrorBody(text)
      assert.ok(parsed.message.length <= 200)
      assert.doesNotMatch(parsed.message, /[\n\p{Cc}]/u)
      assert.ok(classify(status, parsed) in errorKinds)
    }),
  )
})
