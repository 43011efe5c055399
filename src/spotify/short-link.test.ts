import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseProfileLink } from './profile-link.ts'
import { resolveShortLink } from './short-link.ts'
import { VirtualEnvironment } from './virtual-environment.ts'

/** Follows redirects as a table tells them; `asked` are the addresses visited. */
async function follow(start: string, redirects: Readonly<Record<string, string>>) {
  const environment = new VirtualEnvironment(async (url) => {
    const location = redirects[url]
    return location === undefined ? new Response('page') : new Response(null, { status: 307, headers: { location } })
  })
  const outcome = await resolveShortLink(start, environment).catch((error: Error) => error)
  return { outcome, sent: environment.sent }
}

test('follows redirects to the long link, without a token', async () => {
  const { outcome, sent } = await follow('https://spotify.link/abc', {
    'https://spotify.link/abc': 'https://spotify.app.link/def?x=1',
    'https://spotify.app.link/def?x=1': 'https://open.spotify.com/s/ghi',
    'https://open.spotify.com/s/ghi': '/user/sm%C3%B6rg?si=1',
  })
  assert.equal(parseProfileLink(outcome as string).id, 'smörg')
  assert.equal(sent.length, 3)
  assert.ok(sent.every(({ init }) => Object.keys(init.headers as object).length === 0))
})

test('visits no other host, nothing unencrypted, and does not go on for ever', async () => {
  for (const [location, requests] of [
    ['https://evil.example/user/x', 1],
    ['http://open.spotify.com/user/x', 1],
    ['https://open.spotify.com.evil.example/user/x', 1],
    ['https://127.0.0.1/user/x', 1],
    ['https://spotify.link/abc', 5],
    [undefined, 1],
  ] as const) {
    const { outcome, sent } = await follow(
      'https://spotify.link/abc',
      location ? { 'https://spotify.link/abc': location } : {},
    )
    assert.ok(outcome instanceof Error)
    assert.match(outcome.message, /does not lead to a page on Spotify; open it in a browser/)
    assert.equal(sent.length, requests)
  }
  assert.equal((await follow('https://evil.example/x', {})).sent.length, 0)
})
