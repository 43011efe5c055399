import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readArtists, readAudioFeatures } from './catalogue.ts'
import { refusal, scriptedClient } from './scripted-spotify.ts'

const idOf = (number: number) => `${number}`.padStart(22, '0')
const ids = (count: number) => Array.from({ length: count }, (_, at) => idOf(at))

async function all<T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> {
  const rows: T[] = []
  for await (const batch of batches) rows.push(...batch)
  return rows
}

test('reads audio features in full batches, each id once, missing as missing', async () => {
  const { client, asked } = await scriptedClient((path, query) => {
    assert.equal(path, '/audio-features')
    return {
      audio_features: query
        .get('ids')!
        .split(',')
        .map((id) =>
          Number(id) % 3 === 0
            ? null
            : { id, energy: 0.5, key: -1, mode: 0, tempo: 0, duration_ms: 1000, time_signature: 4, liveness: 'x' },
        ),
    }
  })
  const wanted = [...ids(250), ...ids(250), 'not-an-id', '']
  const rows = await all(readAudioFeatures(client, wanted))
  assert.equal(asked.length, 3)
  assert.equal(client.access.may('audio-features'), true)
  assert.deepEqual(
    rows.map(({ id }) => id),
    ids(250),
  )
  assert.deepEqual(rows[0], { id: idOf(0) })
  assert.deepEqual(rows[1], { id: idOf(1), audio: { energy: 0.5, mode: 0, durationMs: 1000, timeSignature: 4 } })
})

test('asks no more for audio features once refused', async () => {
  const { client, asked } = await scriptedClient(() => Response.json({ error: { status: 403 } }, { status: 403 }))
  await assert.rejects(all(readAudioFeatures(client, ids(3))), { kind: 'forbidden' })
  await assert.rejects(all(readAudioFeatures(client, ids(3))), { kind: 'forbidden' })
  assert.equal(asked.length, 1)
})

test('matches features by id when the answer left some out', async () => {
  const { client } = await scriptedClient(() => ({ audio_features: [{ id: idOf(2), energy: 1 }] }))
  assert.deepEqual(await all(readAudioFeatures(client, ids(3))), [
    { id: idOf(0) },
    { id: idOf(1) },
    { id: idOf(2), audio: { energy: 1 } },
  ])
})

test('reads artists 50 at a time; no genres known is not the same as not told', async () => {
  const { client, asked } = await scriptedClient((_, query) => ({
    artists: query
      .get('ids')!
      .split(',')
      .map(
        (id) =>
          [
            { id, name: 'A', genres: ['Slowcore', 'slowcore', ''] },
            { id, name: 'B', genres: [] },
            { id, name: 'C' },
            null,
          ][Number(id) % 4],
      ),
  }))
  const rows = await all(readArtists(client, ids(60)))
  assert.equal(asked.length, 2)
  assert.deepEqual(rows.slice(0, 4), [
    { id: idOf(0), name: 'A', genres: ['slowcore'] },
    { id: idOf(1), name: 'B', genres: [] },
    { id: idOf(2), name: 'C' },
    { id: idOf(3) },
  ])
})

test('reads artists one by one where several are refused', async () => {
  const { client, asked } = await scriptedClient((path) => {
    if (path === '/artists') return refusal(403, 'Forbidden')
    return path === `/artists/${idOf(1)}` ? undefined : { id: path.slice(9), name: 'A' }
  })
  const expected = [{ id: idOf(0), name: 'A' }, { id: idOf(1) }, { id: idOf(2), name: 'A' }]
  assert.deepEqual(await all(readArtists(client, ids(3))), expected)
  assert.deepEqual(await all(readArtists(client, ids(3))), expected)
  assert.equal(asked.filter((path) => path === '/artists').length, 1)
  assert.equal(asked.length, 7)
})
