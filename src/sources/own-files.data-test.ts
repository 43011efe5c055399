import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Profile } from '../taste/listener.ts'
import { recognise } from './recognise.ts'
import type { SourceEvent } from './source.ts'

const exportsFolder = join(import.meta.dirname, '../../../shared/data/fixtures/exports')

async function read(name: string) {
  const { recognised } = await recognise([join(exportsFolder, name)])
  const events: SourceEvent[] = []
  for (const { path, source, files } of recognised)
    if (files) for await (const event of source.read(path, { now: 1 })) events.push(event)
  const report = events.find((event) => event.kind === 'reading')!.report
  const profile: Profile | undefined = events.find((event) => event.kind === 'profile')?.profile
  const audio = events.flatMap((event) => (event.kind === 'audio' ? event.rows : []))
  const genres = events.flatMap((event) => (event.kind === 'genres' ? event.rows : []))
  const ignored = Object.fromEntries(report.ignored.map(({ reason, count }) => [reason, count]))
  return { report, profile, items: profile?.items ?? [], ignored, audio, genres }
}

test('streaming history of today: five rows, one of them too short', async () => {
  const { items, report, ignored } = await read('Streaming_History_Audio_2023_0.json')
  assert.deepEqual(items.map(({ track }) => track).sort(), [
    'Calm Down',
    'Love Again',
    'Mi Amor',
    'Monsters (feat. Demi Lovato and blackbear)',
  ])
  assert.deepEqual([report.listens, report.broken.count, ignored], [4, 0, { short: 1 }])
  assert.deepEqual(
    items.find(({ track }) => track === 'Calm Down'),
    {
      artists: ['Rema'],
      track: 'Calm Down',
      album: 'Calm Down',
      ids: { spotify: '6hgoYQDUcPyCz7LcTUHKxa' },
      plays: 1,
      addedAt: '2023-03-19T18:20:49Z',
      lastPlayedAt: '2023-03-19T18:20:49Z',
    },
  )
})

test('streaming history with every kind of ending: fifteen rows, one listen', async () => {
  const { items, report, ignored } = await read('Streaming_History_Audio_skipped.json')
  assert.deepEqual(
    items.map(({ artists, track }) => [artists[0], track]),
    [['Nubya Garcia', 'Fly Free']],
  )
  assert.deepEqual([report.listens, report.broken.count, ignored], [1, 0, { short: 12, private: 1, 'no-length': 1 }])
})

test('streaming history as it was until 2022: five rows, one of them too short', async () => {
  const { items, report, ignored, profile } = await read('endsong_0.json')
  assert.deepEqual(items.map(({ track }) => track).sort(), [
    'Fly Free',
    'Got To Hurry',
    'I Turn My Camera On',
    'To All The Girls',
  ])
  assert.deepEqual([report.first, report.last], ['2010-12-01T10:28:44Z', '2021-05-10T11:03:21Z'])
  assert.deepEqual(ignored, { short: 1 })
  assert.deepEqual(profile?.consent, { findable: false, showName: false, showTracks: false, train: false })
  assert.equal(profile?.provenance.origin, 'own-export')
  assert.doesNotMatch(JSON.stringify(profile), /ip_addr|username|platform/)
})

test('Exportify: every row with all its artists, its audio features, and genres of those who are alone', async () => {
  const indie = await read('exportify_Indie_Rock.csv')
  assert.deepEqual(
    [indie.items.length, indie.report.artists, indie.audio.length, indie.genres.length],
    [84, 60, 84, 15],
  )
  assert.equal(indie.items.filter(({ artists }) => artists.length > 1).length, 5)
  assert.ok(
    indie.items.every(
      (item) => item.ids?.spotify && item.addedAt && item.durationMs && item.playlist === 'exportify Indie Rock',
    ),
  )
  assert.deepEqual(indie.items.find(({ track }) => track === 'dad?')?.artists, ['Tyzo Bloom', 'girlhouse'])
  const klove = await read('exportify_KLOVE_Hits.csv')
  assert.deepEqual(
    [klove.items.length, klove.report.artists, klove.audio.length, klove.genres.length],
    [121, 51, 121, 42],
  )
  assert.deepEqual([klove.report.broken.count, klove.ignored], [0, {}])
})

test('all of them are one person, and what two files tell counts once', async () => {
  const { items, report, ignored } = await read('.')
  assert.equal(report.listens, 8)
  assert.equal(items.length, 8 + 84 + 121)
  assert.equal(ignored.overlap, 1)
})
