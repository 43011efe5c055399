import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ignoredOf, readTexts } from '../export/read-texts.ts'

const mbid = '0f0f0f0f-0000-4000-8000-000000000001'

test('M3U: names in comments, in files, in folders; Windows-1252 as well', async () => {
  const reading = await readTexts({
    'road trip.m3u8':
      '\ufeff#EXTM3U\n#PLAYLIST:Road\n#EXTINF:201,Tide - Ebb - Live\nx.mp3\n\n#EXTINF:-1,Station\nhttp://radio.example/stream\nC:\\Music\\Gull\\Sand\\03 Over.flac\n/music/Shore%20Band - Calm.mp3\n01 - Track.mp3\n',
    'old.m3u': new Uint8Array(Buffer.from('#EXTM3U\n#EXTINF:10,Caf\u00e9 - L\u00e0\nx.mp3\n', 'latin1')),
  })
  assert.deepEqual(reading.items, [
    { artists: ['Tide'], track: 'Ebb - Live', durationMs: 201_000, playlist: 'Road' },
    { artists: ['Gull'], track: 'Over', album: 'Sand', playlist: 'Road' },
    { artists: ['Shore Band'], track: 'Calm', playlist: 'Road' },
    { artists: ['Café'], track: 'Là', durationMs: 10_000, playlist: 'old' },
  ])
  assert.deepEqual(ignoredOf(reading), { 'no-artist': 2 })
})

test('XSPF: entities, ids, tracks without a creator; what a document declares is not replaced', async () => {
  const text = `<?xml version="1.0"?><!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>
<playlist version="1" xmlns="http://xspf.org/ns/0/"><title>Sea &amp; Sand</title><trackList>
<track><title>Ebb &#38; Flow</title><creator>Tide</creator><album>Low</album><duration>1000</duration><identifier>https://musicbrainz.org/recording/${mbid}</identifier></track>
<track><title>&b;</title><creator>Gull</creator></track>
<track><title>Nobody</title></track><track><location>x</location></track>
</trackList></playlist>`
  const reading = await readTexts({ 'list.xspf': text })
  assert.deepEqual(reading.items, [
    { artists: ['Tide'], track: 'Ebb & Flow', album: 'Low', ids: { mbid }, durationMs: 1000, playlist: 'Sea & Sand' },
    { artists: ['Gull'], track: '&b;', playlist: 'Sea & Sand' },
  ])
  assert.deepEqual(ignoredOf(reading), { 'no-artist': 1, 'only-id': 1 })
  const deep = `<?xml version="1.0"?><playlist version="1" xmlns="http://xspf.org/ns/0/">${'<a>'.repeat(5000)}`
  await assert.rejects(readTexts({ 'deep.xspf': deep }), { message: '"deep.xspf": its elements are nested too deeply' })
})

test('JSPF: ids as text or list, when it was added', async () => {
  const track = [
    {
      identifier: `https://musicbrainz.org/recording/${mbid}`,
      title: 'Ebb',
      creator: 'Tide',
      extension: { 'https://musicbrainz.org/doc/jspf#track': { added_at: '2024-01-31T10:00:00+01:00' } },
    },
    { identifier: ['https://open.spotify.com/track/0000000000000000000007'], title: 'Over', creator: 'Gull' },
    null,
  ]
  const reading = await readTexts({ 'list.jspf': { playlist: { title: 'P', track } } })
  assert.deepEqual(reading.items, [
    { artists: ['Tide'], track: 'Ebb', ids: { mbid }, playlist: 'P', addedAt: '2024-01-31T09:00:00Z' },
    { artists: ['Gull'], track: 'Over', ids: { spotify: '0000000000000000000007' }, playlist: 'P' },
  ])
  assert.equal(reading.report.broken.count, 1)
})

test('XSPF of files without tags', async () => {
  const track = (location: string, title: string) =>
    `<track><location>${location}</location>${title && `<title>${title}</title>`}</track>`
  const { items } = await readTexts({
    'x.xspf': `<?xml version="1.0"?><playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList>${track('file:///C:/Music/Tide/Low/01%20-%20Ebb.mp3', 'Ebb')}${track('file:///y.mp3', 'Gull - Over')}${track('file:///music/Heron%20-%20Reed.ogg', '')}${track('https://radio.example/a/b/c', 'Stream')}</trackList></playlist>`,
  })
  assert.deepEqual(items, [
    { artists: ['Tide'], track: 'Ebb', album: 'Low', playlist: 'x' },
    { artists: ['Gull'], track: 'Over', playlist: 'x' },
    { artists: ['Heron'], track: 'Reed', playlist: 'x' },
  ])
})
