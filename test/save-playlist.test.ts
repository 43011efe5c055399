import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultApp } from '../simulator/spotify/settings.ts'
import { start } from '../simulator/spotify/started-simulator.ts'
import { memoryTokenStore } from '../src/spotify/auth/token-store.ts'
import { connect } from '../src/spotify/connect.ts'
import { playlistWriteScopes, savePlaylist } from '../src/spotify/new-playlist.ts'

test('a playlist is made in parts for whoever allowed it, and nobody else', async () => {
  const { simulator, token } = await start({ now: Date.now })
  const tracks = [...new Set(simulator.library.own(0).flatMap(({ entries }) => entries.map(({ id }) => id)))]
  const many = Array.from({ length: 230 }, (_, i) => tracks[i % tracks.length]!)
  const clientFor = (scopes: readonly string[]) =>
    connect({
      credentials: defaultApp('dev_new'),
      hosts: simulator.hosts,
      limits: { perSecond: Infinity, burst: 1, concurrency: 2, perDay: Infinity },
      signIn: memoryTokenStore({
        accessToken: token('dev_new', 0, scopes),
        expiresAt: Date.now() + 3600_000,
        refreshToken: 'unused',
        authorizedAt: Date.now(),
        scopes,
      }),
    })

  const client = await clientFor([...playlistWriteScopes, 'playlist-read-private'])
  const saved = await savePlaylist(client, { title: 'For two', description: '', tracks: [...many, 'no id'] })
  assert.equal(saved.tracks, 230)
  const made = simulator.library.shown(0)[0]!
  assert.equal(saved.url, `https://open.spotify.com/playlist/${made.id}`)
  assert.deepEqual([made.name, made.isPublic], ['For two', false])
  assert.deepEqual(
    made.entries.map(({ id }) => id),
    many,
  )
  assert.equal(simulator.log.count('POST /playlists/{id}/items'), 3)

  const reader = await clientFor(['playlist-read-private'])
  await assert.rejects(savePlaylist(reader, { title: 'x', description: '', tracks }), { kind: 'scope-missing' })
  await client.gate.close()
  await reader.gate.close()
})
