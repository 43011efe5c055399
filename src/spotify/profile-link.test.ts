import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Problem } from '../taste/problem.ts'
import { parsePlaylistLink, parseProfileLink, profileLink } from './profile-link.ts'

const catalogueId = '0aB3dE5fG7hI9jK1lM3nO5'

const good: readonly (readonly [text: string, id: string])[] = [
  ['https://open.spotify.com/user/smedjan', 'smedjan'],
  ['http://open.spotify.com/user/smedjan', 'smedjan'],
  ['HTTPS://Open.Spotify.com/user/Smedjan', 'Smedjan'],
  ['open.spotify.com/user/smedjan', 'smedjan'],
  ['  https://open.spotify.com/user/smedjan \n', 'smedjan'],
  ['<https://open.spotify.com/user/smedjan>', 'smedjan'],
  ['"https://open.spotify.com/user/smedjan"', 'smedjan'],
  ['\u201chttps://open.spotify.com/user/smedjan\u201d', 'smedjan'],
  ['\u200bhttps://open.spotify.com/user/smed\u200bjan\ufeff', 'smedjan'],
  ['https://open.spotify.com/user/smedjan/', 'smedjan'],
  ['https://open.spotify.com/user/smedjan?si=0a1b2c3d4e5f', 'smedjan'],
  ['https://open.spotify.com/user/smedjan/?si=0a1b2c3d4e5f&nd=1', 'smedjan'],
  ['https://open.spotify.com/user/smedjan?si=1#top', 'smedjan'],
  ['https://open.spotify.com/user/smedjan#_=_', 'smedjan'],
  ['https://open.spotify.com/user/smedjan/playlists', 'smedjan'],
  ['https://open.spotify.com/user/smedjan/playlists/', 'smedjan'],
  ['https://open.spotify.com/user/smedjan/followers', 'smedjan'],
  ['https://open.spotify.com/user/smedjan/following?si=2', 'smedjan'],
  ['https://open.spotify.com/user/smedjan/top/tracks', 'smedjan'],
  ['https://open.spotify.com/intl-de/user/smedjan', 'smedjan'],
  ['https://open.spotify.com/intl-pt-BR/user/smedjan?si=3', 'smedjan'],
  ['https://open.spotify.com/intl-es-419/user/smedjan', 'smedjan'],
  ['https://open.spotify.com/embed/user/smedjan', 'smedjan'],
  ['https://open.spotify.com/embed/intl-fr/user/smedjan', 'smedjan'],
  ['https://open.spotify.com/intl-fr/embed/user/smedjan', 'smedjan'],
  ['https://open.spotify.com/user/intl-de', 'intl-de'],
  ['https://open.spotify.com/user/embed', 'embed'],
  ['https://open.spotify.com/user/user', 'user'],
  ['https://play.spotify.com/user/smedjan', 'smedjan'],
  ['https://embed.spotify.com/?uri=spotify%3Auser%3Asmedjan&theme=white', 'smedjan'],
  ['https://open.spotify.com/user/1121798449', '1121798449'],
  ['https://open.spotify.com/user/31xpeq4a34ccld7briwftxqlyr7e', '31xpeq4a34ccld7briwftxqlyr7e'],
  [`https://open.spotify.com/user/${catalogueId}`, catalogueId],
  ['https://open.spotify.com/user/abc+xyz', 'abc+xyz'],
  ['https://open.spotify.com/user/abc%2Bxyz', 'abc+xyz'],
  ['https://open.spotify.com/user/a%2525b', 'a%25b'],
  ['https://open.spotify.com/user/hitradio%C3%B63', 'hitradioö3'],
  ['https://open.spotify.com/user/hitradioö3', 'hitradioö3'],
  ['https://open.spotify.com/user/spotifyenespa%c3%b1ol', 'spotifyenespañol'],
  ['https://open.spotify.com/user/tape%20hiss', 'tape hiss'],
  ['https://open.spotify.com/user/no%23one', 'no#one'],
  ['https://open.spotify.com/user/john.doe_-!', 'john.doe_-!'],
  ['https://open.spotify.com/user/a..b', 'a..b'],
  ["https://open.spotify.com/user/rock'n'roll", "rock'n'roll"],
  ['https://open.spotify.com/user/rollin%27', "rollin'"],
  ['spotify:user:smedjan', 'smedjan'],
  ['SPOTIFY:USER:Smedjan', 'Smedjan'],
  ['spotify:user:hitradio%C3%B63', 'hitradioö3'],
  ['spotify:user:no#one', 'no#one'],
  ['spotify:user:smedjan?si=4', 'smedjan'],
  ['spotify:user:smedjan:collection', 'smedjan'],
  ['spotify:user:smedjan:starred', 'smedjan'],
  ['spotify://user/smedjan', 'smedjan'],
  [`spotify:user:smedjan:playlist:${catalogueId}`, 'smedjan'],
  [`https://open.spotify.com/user/smedjan/playlist/${catalogueId}`, 'smedjan'],
  [`http://open.spotify.com/user/wizzler/playlists/${catalogueId}?si=5`, 'wizzler'],
  ['https://open.spotify.com/user/smedjan/starred', 'smedjan'],
  ['smedjan', 'smedjan'],
  ['spotify_germany', 'spotify_germany'],
  ['1121798449', '1121798449'],
  ['john.doe', 'john.doe'],
  ['no#one', 'no#one'],
  ['hitradioö3', 'hitradioö3'],
  ['\u202a31xpeq4a34ccld7briwftxqlyr7e\u202c', '31xpeq4a34ccld7briwftxqlyr7e'],
]

const bad: readonly (readonly [text: string, message: RegExp])[] = [
  ['', /there is no link/],
  [' \u200b ', /there is no link/],
  ['https://open.spotify.com', /not of a profile/],
  ['open.spotify.com', /not of a profile/],
  ['https://open.spotify.com/', /not of a profile/],
  ['https://open.spotify.com/search/shoegaze', /not of a profile/],
  ['https://www.spotify.com/account/overview/', /not of a profile/],
  ['https://open.spotify.com/user', /id after "user" is missing/],
  ['https://open.spotify.com/user/', /id after "user" is missing/],
  ['https://open.spotify.com/user//playlists', /id after "user" is missing/],
  ['spotify:user:', /id after "user" is missing/],
  ['spotify:user', /id after "user" is missing/],
  ['spotify:', /not of a profile/],
  ['spotify', /cut off/],
  ['https:', /cut off/],
  ['https://open.spotify.com/user/%E0%A4%A', /broken %-escape/],
  ['spotify:user:100%', /broken %-escape/],
  ['https://open.spotify.com/user/..', /characters that no Spotify id has/],
  ['https://open.spotify.com/user/%2e%2e/playlists', /characters that no Spotify id has/],
  ['https://open.spotify.com/user/a%2Fb', /characters that no Spotify id has/],
  ['https://open.spotify.com/user/a%00b', /characters that no Spotify id has/],
  ['https://open.spotify.com/user/\ud800', /characters that no Spotify id has/],
  [`https://open.spotify.com/user/${'x'.repeat(129)}`, /longer than 128/],
  [`https://open.spotify.com/playlist/${catalogueId}`, /is a playlist, not a profile/],
  [`https://open.spotify.com/embed/playlist/${catalogueId}?si=6`, /is a playlist, not a profile/],
  [`spotify:playlist:${catalogueId}`, /is a playlist, not a profile/],
  ['spotify:playlist:short', /playlist has 22/],
  ['https://open.spotify.com/user/smedjan/playlist/short', /playlist has 22/],
  [`https://open.spotify.com/intl-de/track/${catalogueId}?si=7`, /is a track, not a profile/],
  [`https://open.spotify.com/album/${catalogueId}`, /is an album, not a profile/],
  [`spotify:artist:${catalogueId}`, /is an artist, not a profile/],
  [`https://open.spotify.com/episode/${catalogueId}`, /is an episode, not a profile/],
  ['https://spotify.link/AbCdEf123', /short link/],
  ['spotify.link/AbCdEf123', /short link/],
  ['https://spotify.app.link/xyz?_p=1', /short link/],
  ['https://link.tospotify.com/xyz', /short link/],
  ['https://open.spotify.com/s/AbCdEf123', /short link/],
  [catalogueId, /user or of a playlist.*spotify:user:0aB3dE5fG7hI9jK1lM3nO5/],
  ['https://evil.example/user/smedjan', /on "evil.example", not on Spotify/],
  ['https://open.spotify.com.evil.example/user/smedjan', /not on Spotify/],
  ['https://open.spotify.com@evil.example/user/smedjan', /not on Spotify/],
  ['https://evil.example\\@open.spotify.com/user/smedjan', /not on Spotify/],
  ['https://open.spotify.com:8080/user/smedjan', /not on Spotify/],
  ['https://ореn.spotify.com/user/smedjan', /not on Spotify/],
  ['https://music.apple.com/profile/smedjan', /not on Spotify/],
  ['ftp://open.spotify.com/user/smedjan', /not a web address/],
  ['javascript://open.spotify.com/%0aalert(1)', /not a web address/],
  ['user/smedjan', /neither a link nor an id/],
  ['somebody@example.com', /e-mail address/],
  ['Morning Owl', /has spaces/],
]

for (const [text, id] of good)
  test(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(parseProfileLink(text), profileLink(id)))

for (const [text, message] of bad)
  test(`refuses ${JSON.stringify(text.slice(0, 80))}`, () => {
    assert.throws(
      () => parseProfileLink(text),
      (error) => {
        assert.ok(error instanceof Problem)
        assert.match(error.message, message)
        assert.doesNotMatch(error.message, /[\n\p{Cc}]/u)
        assert.match(error.message, /; \S/, 'says what to do')
        return true
      },
    )
  })

test('has one message for each kind of mistake', () => {
  const messages = new Set(bad.map(([, message]) => message.source))
  assert.ok(messages.size >= 17)
})

test('reads playlists where playlists are asked for', () => {
  for (const text of [
    catalogueId,
    `spotify:user:x:playlist:${catalogueId}`,
    `open.spotify.com/playlist/${catalogueId}?a`,
  ])
    assert.equal(parsePlaylistLink(text).id, catalogueId)
  assert.throws(() => parsePlaylistLink('spotify:user:x'), /is not a playlist/)
})

const anyId = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(...'abzAZ019_.-+#!%?&=: öñ'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    ),
  })
  .filter(
    (id) =>
      id.length > 0 &&
      id.length <= 60 &&
      id !== '.' &&
      id !== '..' &&
      !/[\p{Cc}/\\\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u.test(id),
  )
const inWhatPeoplePaste = fc.record({
  scheme: fc.constantFrom('https://', 'http://', ''),
  prefix: fc.constantFrom('', '/embed', '/intl-de', '/embed/intl-pt-BR', '/intl-ja/embed'),
  suffix: fc.constantFrom('', '/', '/playlists', '/followers', '/top/artists', `/playlist/${catalogueId}`),
  query: fc.constantFrom('', '?si=1', '?si=a%20b&nd=1'),
  fragment: fc.constantFrom('', '#x'),
  around: fc.constantFrom('', ' ', '\u200b', '\n', "'"),
})

test('any id survives any form of link', () => {
  fc.assert(
    fc.property(anyId, inWhatPeoplePaste, (id, form) => {
      const path = `${form.prefix}/user/${encodeURIComponent(id).replaceAll("'", '%27')}${form.suffix}${form.query}${form.fragment}`
      const link = `${form.around}${form.scheme}open.spotify.com${path}${form.around}`
      assert.equal(parseProfileLink(link).id, id)
      assert.equal(parseProfileLink(profileLink(id).uri).id, id)
      assert.equal(parseProfileLink(profileLink(id).url).id, id)
    }),
  )
})

test('whatever is pasted gives a safe id or a problem', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom(
        'spotify',
        ':',
        '/',
        'user',
        'open.spotify.com',
        'https:',
        '%',
        '..',
        '@',
        '#',
        '?',
        'a',
        '\\',
      ),
    }),
  )
  fc.assert(
    fc.property(text, (pasted) => {
      try {
        const { id, url } = parseProfileLink(pasted)
        assert.ok(id.length > 0 && id.length <= 128)
        const { host, pathname } = new URL(url)
        assert.equal(host, 'open.spotify.com')
        assert.equal(decodeURIComponent(pathname.slice('/user/'.length)), id)
      } catch (error) {
        assert.ok(error instanceof Problem, `${error}`)
      }
    }),
    { numRuns: 200 },
  )
})
