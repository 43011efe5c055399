import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { formats, recognise } from './recognise.ts'
import { temporaryFiles } from './temporary-files.ts'

const slice = '{"playlists":[{"name":"a","pid":1,"tracks":[]}]}'
const profile = '{"id":"a","items":[{"artists":["x"]}]}\n'
const plays = 'userID\tartistID\tweight\n1\t1\t1\n'
const artists = 'id\tname\n1\tA\n'

test('finds what reads each thing in a folder of several, by content, in the order of reading', async (t) => {
  const folder = await temporaryFiles(t, {
    'catalogue/a.bin': 'mpd_track_id\tfeature_track_id\n',
    'catalogue/b.csv': gzipSync('track_id,energy,danceability\n'),
    'catalogue/c.txt': '\ufeffgenres,artist_name\n',
    'lists/slice.10': slice,
    'lists/slice.9': gzipSync(slice),
    'lists/deeper/me.json': profile,
    'music/user_artists.dat': plays,
    'music/artists.dat': artists,
    'music/readme.txt': 'not data',
    'music/more/slice': slice,
    '.hidden': slice,
    'README.md': 'words',
    empty: '',
  })
  const { recognised, leftOut } = await recognise([folder])
  assert.deepEqual(
    recognised.map(({ path, source }) => [source.format, relative(folder, path)]),
    [
      ['lastfm-2k', 'music'],
      ['million-playlist', 'lists/slice.9'],
      ['million-playlist', 'lists/slice.10'],
      ['million-playlist', 'music/more/slice'],
      ['profiles', 'lists/deeper/me.json'],
      ['catalogue:artist-genres', 'catalogue/c.txt'],
      ['catalogue:track-features', 'catalogue/b.csv'],
      ['catalogue:track-aliases', 'catalogue/a.bin'],
    ],
  )
  assert.deepEqual(
    leftOut.map((path) => relative(folder, path)),
    ['empty', 'README.md'],
  )
})

test('a path that is named twice is read once', async (t) => {
  const folder = await temporaryFiles(t, { slice })
  const { recognised } = await recognise([
    folder,
    join(folder, 'slice'),
    join(folder, '..', folder.split('/').at(-1) as string),
  ])
  assert.equal(recognised.length, 1)
})

test('--as limits the formats, and trusts the user about a file', async (t) => {
  const folder = await temporaryFiles(t, { slice, profile, other: 'x', genres: 'artist_name,genres\n' })
  const formatsOf = async (path: string, as: string) =>
    (await recognise([path], as)).recognised.map(({ source }) => source.format)
  assert.deepEqual(await formatsOf(folder, 'profiles'), ['profiles'])
  assert.deepEqual(await formatsOf(folder, 'catalogue'), ['catalogue:artist-genres'])
  assert.deepEqual(await formatsOf(join(folder, 'other'), 'profiles'), ['profiles'])
  await assert.rejects(
    recognise([join(folder, 'other')], 'catalogue'),
    /"[^"]*other" is in no known format; it should be catalogue/,
  )
  await assert.rejects(recognise([folder], 'xls'), {
    message: `"xls" is not a format that can be imported; there are ${formats.join(', ')}`,
    exitCode: 2,
  })
})

test('says in one line why a path can not be read', async (t) => {
  const folder = await temporaryFiles(t, {
    empty: '',
    blank: ' \n\n',
    'archive.zip': Buffer.from('PK\u0003\u0004rest'),
    binary: Buffer.from([1, 2, 0, 3]),
    'cut.gz': gzipSync(slice).subarray(0, 10),
    'bad.gz': Buffer.from([0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
    utf16: Buffer.from(`\ufeff${slice}`, 'utf16le'),
    words: 'some words',
    table: 'who,what\nTide,Ebb\n',
    prose: 'Dear all,\nfirst, second, third\n',
    'folder/words': 'some words',
  })
  await mkdir(join(folder, 'nothing'))
  const known = `known formats are ${formats.join(', ')}`
  const cases: Readonly<Record<string, string>> = {
    missing: 'there is no file or folder "…missing"; check the path',
    empty: `"…empty" is empty; ${known}`,
    blank: `"…blank" is empty; ${known}`,
    'archive.zip': '"archive.zip" is a damaged zip archive (File format is not recognized); download it again',
    binary: `"…binary" is a binary file; ${known}`,
    'cut.gz': `"…cut.gz" is a gzip file without content, perhaps cut off; ${known}`,
    'bad.gz': `"…bad.gz" is a damaged gzip file; ${known}`,
    utf16: `"…utf16" is UTF-16 text, not UTF-8; ${known}`,
    words: `"…words" is in no known format; ${known}`,
    table:
      '"…table" is a table, and none of its columns is called artist or the like; import it and say which holds what, as in import FILE --columns artist=1,track=2',
    prose: `"…prose" is in no known format; ${known}`,
    folder: `the folder "…folder" holds nothing that can be imported; ${known}`,
    nothing: `the folder "…nothing" is empty; ${known}`,
  }
  for (const [name, message] of Object.entries(cases)) {
    await assert.rejects(recognise([join(folder, name)]), (error: Error) => {
      assert.equal(error.message.replace(`${folder}/`, '…'), message)
      assert.equal(error.name, 'Problem')
      return true
    })
  }
  await assert.rejects(recognise([join(folder, 'words', 'inside')]), /"[^"]*inside" can't be read \(ENOTDIR\)/)
  await assert.rejects(recognise(['/dev/null']), /"\/dev\/null" is neither a file nor a folder/)
})
