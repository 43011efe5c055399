import assert from 'node:assert/strict'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { BlobReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js/index-native.js'
import { quotaExceeded } from '../../../simulator/spotify/faults.ts'
import { temporaryFolder } from '../../fixtures.ts'
import { button, csv, find, opened, proxy, world } from './one-page.ts'

const wrong: readonly (readonly [what: string, text: () => string, says: RegExp])[] = [
  ['nothing', () => ' ', /Please paste a link/],
  ['a link to another host', () => 'https://music.example/user/me', /leads to another site/],
  ['a playlist', () => 'https://open.spotify.com/playlist/37i9dQZF1DXcBWIGoYBM5M', /a playlist, not a person/],
  ['an album', () => 'https://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy', /This is not a profile/],
  ['a short link', () => 'https://spotify.link/AbCdEf', /doesn’t say where it leads/],
  ['nonsense', () => 'https://open.spotify.com/user/', /not a profile we can read/],
  ['somebody who is not there', () => 'https://open.spotify.com/user/nobody-by-this-name', /found nobody/],
  ['a service that is not set up', () => 'lastfm:somebody', /can’t be read in this way/],
]

test('every wrong input shows its own message with a way out, in the page', async (t) => {
  const page = await opened(t)
  const said = new Set<string>()
  for (const [what, text, says] of wrong) {
    await find(page, text())
    const alert = page.getByRole('alert').filter({ hasText: says })
    await alert.waitFor()
    said.add((await alert.locator('strong').textContent())!)
    if (/jobs/.test(page.url())) await page.getByRole('link', { name: 'Start again' }).click()
    assert.ok(said.size > 0, what)
  }
  assert.equal(said.size, wrong.length)
})

test('a profile without playlists, or without music, says what helps', async (t) => {
  const page = await opened(t)
  const empty = { href: '', items: [], limit: 50, offset: 0, next: null, previous: null, total: 0 }
  world.simulator.scripted.add(/users\/[^/]+\/playlists/, 1, {
    kind: 'answer',
    answer: { status: 200, json: empty },
    name: 'no playlists',
  })
  await find(page, world.link(34))
  await page.getByRole('alert').filter({ hasText: 'This profile shows no playlists' }).waitFor()
  await page.getByRole('link', { name: 'Start again' }).click()

  await world.forget(33)
  const { library } = world.simulator
  for (const { id } of library.shown(33)) library.edit(id, { remove: 1_000 })
  await find(page, world.link(33))
  await page.getByRole('alert').filter({ hasText: 'There is no music in this profile' }).waitFor()
})

test('wrong files say why, without leaving the browser', async (t) => {
  const folder = await temporaryFolder(t)
  const page = await opened(t)
  const files = page.locator('input[type=file]')
  const posted = () => proxy.seen.filter(({ method }) => method === 'POST').length
  const before = posted()
  const play =
    '[{"ts":"2024-03-02T07:10:07Z","ms_played":40000,"master_metadata_track_name":"A","master_metadata_album_artist_name":"B"}'
  const archive = new ZipWriter(new Uint8ArrayWriter())
  const spaces = new Blob([play, Buffer.alloc(68 << 20, ' '), ']'])
  await archive.add('Streaming_History_Audio_2024_0.json', new BlobReader(spaces))
  const bomb = await archive.close()
  const large = join(folder, 'large.json')
  const handle = await open(large, 'w')
  await handle.truncate(2 ** 31 + 1)
  await handle.close()
  const cases = [
    [csv('just words'), /nothing in these files/],
    [{ name: 'my.zip', mimeType: 'application/zip', buffer: Buffer.from('PK\x03\x04 but no more') }, /damaged/],
    [{ name: 'bomb.zip', mimeType: 'application/zip', buffer: Buffer.from(bomb) }, /unpacks/],
    [large, /large\.json/],
  ] satisfies [Parameters<typeof files.setInputFiles>[0], RegExp][]
  for (const [file, says] of cases) {
    await files.setInputFiles(file)
    await page.locator('.card').filter({ hasText: says }).waitFor()
    await button(page, 'Choose other files').click()
  }
  assert.equal(posted(), before)
})

test('a closed quota says when it goes on, and what works meanwhile', async (t) => {
  const page = await opened(t)
  world.simulator.scripted.add(/users/, 1, { kind: 'answer', answer: quotaExceeded(13 * 3600), name: 'quota' })
  await find(page, world.link(35))
  await page.getByRole('alert').filter({ hasText: 'lets us ask no more for now' }).waitFor()
})
