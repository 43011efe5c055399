import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spotifyHosts } from '../spotify/index.ts'
import { hostsFrom } from './spotify.ts'

test('hosts: Spotify, or what the environment names; of a simulator, one address is enough', () => {
  assert.deepEqual(hostsFrom({}), spotifyHosts)
  assert.deepEqual(hostsFrom({ CONSONANCE_SPOTIFY_API: '', CONSONANCE_SPOTIFY_ACCOUNTS: '' }), spotifyHosts)
  const simulated = { api: 'http://127.0.0.1:4040/v1', accounts: 'http://127.0.0.1:4041' }
  for (const given of ['http://127.0.0.1:4040', 'http://127.0.0.1:4040/', 'http://127.0.0.1:4040/v1'])
    assert.deepEqual(hostsFrom({ CONSONANCE_SPOTIFY_API: given }), simulated)
  const both = { CONSONANCE_SPOTIFY_API: 'https://a.example/v1', CONSONANCE_SPOTIFY_ACCOUNTS: 'https://b.example' }
  assert.deepEqual(hostsFrom(both), { api: 'https://a.example/v1', accounts: 'https://b.example' })
  for (const wrong of [
    { CONSONANCE_SPOTIFY_API: 'https://a.example/v1' },
    { CONSONANCE_SPOTIFY_API: 'not an address' },
    { CONSONANCE_SPOTIFY_ACCOUNTS: 'https://b.example' },
  ])
    assert.throws(() => hostsFrom(wrong), { name: 'Problem', message: /CONSONANCE_SPOTIFY/ })
})
