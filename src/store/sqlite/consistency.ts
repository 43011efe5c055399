import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { unpackNumbers } from './bytes.ts'
import { databasePath } from './connection.ts'
import { unpackEntries } from './entries.ts'
import { unpackTagged } from './tagged.ts'

/** Asserts that the file is whole and that every count in it is what counting anew gives. For tests. */
export function assertConsistent(folder: string): void {
  const database = new DatabaseSync(databasePath(folder), { readOnly: true, timeout: 5000 })
  try {
    assert.deepEqual(Object.values(database.prepare('PRAGMA integrity_check').get() ?? {}), ['ok'])
    assert.deepEqual(database.prepare('PRAGMA foreign_key_check').all(), [])
    const listeners = new Map<number, Set<number>>()
    const tracks = new Map<number, Set<number>>()
    const users = new Map<number, Set<string>>()
    const playlists = database.prepare('SELECT listener, size, entries FROM playlists').all()
    for (const { listener, size, entries } of playlists as { listener: number; size: number; entries: Uint8Array }[]) {
      const unpacked = unpackEntries(entries)
      assert.equal(unpacked.length, size)
      for (const { artists, track } of unpacked) {
        for (const artist of artists) {
          add(listeners, artist, listener)
          add(users, artist, `listener ${listener}`)
        }
        if (track !== undefined) add(tracks, track, listener)
      }
    }
    for (const { listener, body } of database.prepare('SELECT listener, body FROM tagged').all() as {
      listener: number
      body: Uint8Array
    }[])
      for (const { artist } of unpackTagged(body)) add(users, artist, `listener ${listener}`)
    const trackRows = database.prepare('SELECT n, artists, audio IS NOT NULL AS heard FROM tracks').all() as {
      n: number
      artists: Uint8Array
      heard: number
    }[]
    for (const { n, artists } of trackRows)
      for (const artist of unpackNumbers(artists)) add(users, artist, `track ${n}`)

    const counts = 'SELECT artist AS n, listeners, uses FROM artist_counts WHERE listeners <> 0 OR uses <> 0'
    for (const { n, listeners: stored, uses } of database.prepare(counts).all() as {
      n: number
      listeners: number
      uses: number
    }[]) {
      assert.equal(stored, listeners.get(n)?.size ?? 0, `listeners of artist ${n}`)
      assert.equal(uses, users.get(n)?.size ?? 0, `uses of artist ${n}`)
      users.delete(n)
    }
    assert.equal(users.size, 0, 'artists that are used and not counted')
    const trackCounts = new Map(
      (
        database.prepare('SELECT track, listeners FROM track_counts').all() as { track: number; listeners: number }[]
      ).map(({ track, listeners }) => [track, listeners] as const),
    )
    for (const { n, heard } of trackRows) {
      assert.equal(trackCounts.get(n) ?? 0, tracks.get(n)?.size ?? 0, `listeners of track ${n}`)
      assert.ok(heard || tracks.has(n), `track ${n} is nobody's`)
      tracks.delete(n)
    }
    assert.equal(tracks.size, 0, 'tracks that are listened to and not stored')
  } finally {
    database.close()
  }
}

function add<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
  const set = sets.get(key)
  if (set) set.add(value)
  else sets.set(key, new Set([value]))
}
