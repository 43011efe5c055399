import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Artist } from '../../taste/artist.ts'
import type { Track } from '../../taste/track.ts'
import { Names } from './names.ts'

test('what was forgotten while it was read is not kept', async () => {
  for (const forgetWhile of ['tracks', 'artists'] as const) {
    const asked: string[] = []
    const names = new Names({
      tracks: async (keys) => {
        asked.push('tracks')
        if (forgetWhile === 'tracks' && asked.length === 1) names.forget()
        return keys.map(
          (key) => ({ key, title: 'Known', artists: ['name:low'], ids: {}, listeners: 1 }) as unknown as Track,
        )
      },
      artists: async (keys) => {
        asked.push('artists')
        if (forgetWhile === 'artists' && asked.length === 2) names.forget()
        return keys.map((key) => ({ key, name: 'Low' }) as unknown as Artist)
      },
    })
    const told = new Map([['t', { title: 'Known', artists: ['Low'] }]])
    assert.deepEqual(await names.of(['t']), told)
    assert.deepEqual(await names.of(['t']), told)
    assert.deepEqual(asked.slice(0, 3), ['tracks', 'artists', 'tracks'], 'tracks are read again')
    assert.equal(asked.length, forgetWhile === 'artists' ? 4 : 3)
    await names.of(['t'])
    assert.equal(asked.length, forgetWhile === 'artists' ? 4 : 3, 'what was read since is kept')
  }
})
