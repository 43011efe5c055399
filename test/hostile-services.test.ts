/** Whatever a service answers, there is a value, nothing, or a line that says what is wrong: never a crash, never no end. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LastfmTags } from '../src/catalogue/lastfm-tags.ts'
import { MusicBrainz } from '../src/catalogue/musicbrainz.ts'
import { type Provider, ProviderClosed } from '../src/catalogue/provider.ts'
import { ReccoBeats } from '../src/catalogue/reccobeats.ts'
import type { ServiceClientOptions } from '../src/services/service-client.ts'
import { ServiceError } from '../src/services/service-error.ts'
import { Lastfm } from '../src/sources/lastfm/lastfm.ts'
import { ListenBrainz } from '../src/sources/listenbrainz/listenbrainz.ts'
import type { NameReader } from '../src/sources/names/name-reader.ts'
import { Gate } from '../src/spotify/gate.ts'
import { memoryPersistence, Secrets } from '../src/spotify/index.ts'
import { VirtualEnvironment } from '../src/spotify/virtual-environment.ts'
import { openLimits } from './simulated-services.ts'

const runs = { numRuns: 150 }
const most = 400

/** The same answer to everything. */
async function optionsFor(
  answer: unknown,
): Promise<{ readonly options: ServiceClientOptions; readonly sent: () => number }> {
  const environment = new VirtualEnvironment(async () => Response.json(answer))
  const gate = await Gate.open({ limits: openLimits, environment, persistence: memoryPersistence() })
  return { options: { gate, environment, secrets: new Secrets() }, sent: () => environment.sent.length }
}

/** JSON that looks like an answer: known names with values of any kind, in lists and objects that are nested. */
function answersWith(names: readonly string[]): fc.Arbitrary<unknown> {
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(
        null,
        true,
        0,
        -1,
        1.5,
        '',
        'Low',
        '12',
        'https://open.spotify.com/track/0UaMYEvWZi0ZqiDOoHU3YI',
        1e300,
      ),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom(...names), tie('tree'), { maxKeys: 6 }),
    ),
  }))
  return tree
}

const gap = { listeners: 1, asked: [] }
const track = { ...gap, key: 't', ids: { spotify: '0UaMYEvWZi0ZqiDOoHU3YI', isrc: 'ZZ0000000001' } }
const artists = [
  { ...gap, key: 'a', name: 'Low', ids: {} },
  { ...gap, key: 'b', name: 'Duster', ids: { spotify: '0UaMYEvWZi0ZqiDOoHU3YI' }, recording: { isrc: 'ZZ0000000001' } },
  { ...gap, key: 'c', name: 'Codeine', ids: { mbid: 'a74b1b7f-71a5-4011-9441-d0b5e4122711' } },
]

async function survives<Gap>(provider: Provider<Gap, unknown>, gaps: readonly Gap[]): Promise<void> {
  try {
    for await (const answers of provider.ask(gaps))
      for (const { gap: about, value } of answers) {
        assert.ok(gaps.includes(about))
        assert.doesNotMatch(JSON.stringify(value ?? {}), /null/)
      }
  } catch (error) {
    if (!(error instanceof ServiceError) && !(error instanceof ProviderClosed)) throw error
    assert.doesNotMatch(error.message, /\n|undefined|\[object/)
  }
}

async function reads(reader: NameReader, sent: () => number): Promise<void> {
  try {
    for await (const reading of reader.read('anna', {})) {
      if (reading.state === 'unchanged') continue
      for (const { artists } of reading.reading.items)
        assert.ok(artists.length > 0 && artists.every((name) => typeof name === 'string'))
    }
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
  }
  assert.ok(sent() < most, `${sent()} requests`)
}

test('ReccoBeats', async () => {
  const answers = answersWith(['content', 'href', 'isrc', 'energy', 'tempo', 'key', 'mode'])
  await fc.assert(
    fc.asyncProperty(fc.oneof(answers, fc.record({ content: fc.array(answers, { maxLength: 4 }) })), async (answer) =>
      survives(new ReccoBeats((await optionsFor(answer)).options), [track]),
    ),
    runs,
  )
})

test('MusicBrainz', async () => {
  const names = [
    'artists',
    'urls',
    'relations',
    'artist',
    'id',
    'name',
    'tags',
    'count',
    'aliases',
    'resource',
    'recordings',
    'artist-credit',
  ]
  const answers = answersWith(names)
  await fc.assert(
    fc.asyncProperty(fc.oneof(answers, fc.record({ artists: fc.array(answers, { maxLength: 4 }) })), async (answer) =>
      survives(new MusicBrainz('a@example.org', (await optionsFor(answer)).options), artists),
    ),
    runs,
  )
})

test('Last.fm', async () => {
  const lists = ['topartists', 'toptracks', 'lovedtracks', 'recenttracks']
  const answers = answersWith([
    'toptags',
    'tag',
    'name',
    'count',
    '@attr',
    'artist',
    'track',
    'user',
    'error',
    'message',
    'playcount',
    'totalPages',
    ...lists,
  ])
  const list = fc.record({ track: answers, artist: answers, '@attr': answers })
  const likely = fc.record({
    user: fc.record({ name: fc.constantFrom('anna', 3) }),
    toptags: answers,
    ...Object.fromEntries(lists.map((name) => [name, list])),
  })
  await fc.assert(
    fc.asyncProperty(fc.oneof(answers, likely), async (answer) => {
      await survives(new LastfmTags('a key of some letters', (await optionsFor(answer)).options), artists)
      const { options, sent } = await optionsFor(answer)
      await reads(new Lastfm('a key of some letters', options), sent)
    }),
    runs,
  )
})

test('ListenBrainz', async () => {
  const names = [
    'payload',
    'listens',
    'listened_at',
    'track_metadata',
    'artist_name',
    'track_name',
    'mbid_mapping',
    'artists',
    'additional_info',
  ]
  const answers = answersWith(names)
  const listen = fc.record({ listened_at: fc.oneof(fc.nat(3), fc.constant(null)), track_metadata: answers })
  const payload = fc.record(
    {
      user_id: fc.constantFrom('anna', null),
      count: fc.constantFrom(0, 5, 1500, 30_000, 'x'),
      listens: fc.array(fc.oneof(listen, answers), { maxLength: 5 }),
      artists: fc.oneof(answers, fc.array(answers, { maxLength: 3 })),
      recordings: fc.oneof(answers, fc.array(answers, { maxLength: 3 })),
    },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(fc.oneof(answers, fc.record({ payload })), async (answer) => {
      const { options, sent } = await optionsFor(answer)
      await reads(new ListenBrainz(options), sent)
      await new ListenBrainz(options).similar('anna')
    }),
    runs,
  )
})

test('the same full page for ever ends, and so does a page of nothing but one second', async () => {
  const listens = Array.from({ length: 1000 }, (_, i) => ({
    listened_at: 7,
    recording_msid: `${i}`,
    track_metadata: { artist_name: 'Low', track_name: `T${i}` },
  }))
  const { options, sent } = await optionsFor({
    payload: { user_id: 'anna', count: 1000, latest_listen_ts: 7, listens },
  })
  await reads(new ListenBrainz(options), sent)
  assert.ok(sent() < 8, `${sent()}`)
})
