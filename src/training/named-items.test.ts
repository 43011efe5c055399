import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StoredProfile } from '../store/feature-store.ts'
import type { Item } from '../taste/item.ts'
import { normaliseName } from '../taste/name.ts'
import { cutItems, ItemNames } from './named-items.ts'

const songs = (artist: string, n: number): Item[] =>
  Array.from({ length: n }, (_, i) => ({ artists: [artist], track: `Title ${i}` }))

test('one recording goes to one half, however it is written and however often it stands there', () => {
  const items = [
    ...songs('Björk', 12),
    ...songs('BJORK', 12),
    ...Array.from({ length: 12 }, (_, i) => ({ artists: ['Björk', 'Somebody'], track: `title ${i}` })),
  ]
  const { a, b } = cutItems('test:1', items, 'tracks', 1)!
  assert.equal(a.length + b.length, 36)
  const titles = (half: readonly Item[]) => new Set(half.map(({ track }) => normaliseName(track!)))
  assert.deepEqual(
    [...titles(a)].filter((title) => titles(b).has(title)),
    [],
  )
})

test('cut by artist, no spelling of an artist stands in both halves', () => {
  const names = Array.from({ length: 20 }, (_, i) => `Artist ${i}`)
  const items = names.flatMap((name) => [...songs(name, 2), { artists: [name.toUpperCase()], plays: 3 }])
  const { a, b } = cutItems('test:1', items, 'artists', 1)!
  const artists = (half: readonly Item[]) => new Set(half.map((item) => normaliseName(item.artists[0]!)))
  assert.equal(artists(a).size + artists(b).size, 20)
  assert.deepEqual(
    [...artists(a)].filter((artist) => artists(b).has(artist)),
    [],
  )
  assert.equal(cutItems('test:1', songs('One', 40), 'artists', 1), undefined)
})

test('the order in which items were stored makes no difference', () => {
  const items = Array.from({ length: 30 }, (_, i) => ({ artists: [`Artist ${i}`], plays: i + 1 }))
  const once = cutItems('test:1', items, 'artists', 5)
  assert.deepEqual(cutItems('test:1', items.toReversed(), 'artists', 5), once)
  assert.notDeepEqual(cutItems('test:2', items, 'artists', 5), once)
  assert.notDeepEqual(cutItems('test:1', items, 'artists', 6), once)
})

test('items carry names and plays, and nothing that would tell the listener', async () => {
  const names = new ItemNames({
    artists: async (keys) => keys.map((key) => (key === 'gone' ? undefined : { key, name: `${key}!`, listeners: 1 })),
    tracks: async (keys) => keys.map((key) => ({ key, title: `${key}?`, artists: [], ids: { spotify: key } })),
  })
  const provenance = { origin: 'simulated', source: 'test', readAt: 0 } as const
  const profile = {
    playlists: [
      { name: 'mine alone', provenance, entries: [{ artists: ['a', 'b'], track: 't', addedAt: 5 }] },
      { provenance, entries: [{ artists: ['a'], plays: 7, lastPlayedAt: 6 }, { artists: ['gone'] }] },
    ],
  } as unknown as StoredProfile
  const expected = [
    [
      { artists: ['a!', 'b!'], track: 't?' },
      { artists: ['a!'], plays: 7 },
    ],
  ]
  assert.deepEqual(await names.of([profile]), expected)
  assert.deepEqual(await names.of([profile]), expected)
})
