import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blobFile } from '../export/export-file.ts'
import { ignoredOf, readTexts } from '../export/read-texts.ts'
import { csv, parseColumns, previewOf } from './csv.ts'

test('columns are known by their names, in several languages', async () => {
  const { items } = await readTexts({
    'a.csv': 'Título;Artista;Álbum;ISRC\nEbb;Tide;Sand;QZABC1900001\n',
    'b.tsv': '曲名\tアーティスト\n波\tカモメ\n',
    'c.csv': '"trackName","artistName","addedDate"\nOver,Gull,2024-01-31\n',
  })
  assert.deepEqual(items, [
    { artists: ['Tide'], track: 'Ebb', album: 'Sand', ids: { isrc: 'QZABC1900001' } },
    { artists: ['カモメ'], track: '波' },
    { artists: ['Gull'], track: 'Over', addedAt: '2024-01-31' },
  ])
})

test('a person says which column holds what, with or without a header', async () => {
  const columns = parseColumns('artist=2, track=3,plays=1')
  const options = { formats: [csv], trust: true, columns }
  const { items } = await readTexts(
    { 'bare.csv': '12,Tide,Ebb\n"1,204",Gull,"Over, and out"\nmany,Shore,Sand\n0,Noise,Loud\n' },
    options,
  )
  assert.deepEqual(items, [
    { artists: ['Tide'], track: 'Ebb', plays: 12 },
    { artists: ['Gull'], track: 'Over, and out', plays: 1204 },
    { artists: ['Shore'], track: 'Sand' },
  ])
  const headed = await readTexts({ 'headed.csv': 'plays,x,y\n3,Tide,Ebb\n' }, options)
  assert.deepEqual(headed.items, [{ artists: ['Tide'], track: 'Ebb', plays: 3 }])
  await assert.rejects(readTexts({ 'two.csv': 'a,b\nc,d\n' }, options), /there is no column 3 in it; it has 2/)
})

test('a row for each play is a history', async () => {
  const reading = await readTexts({
    'h.csv':
      'artist,track,played at,ms played\nTide,Ebb,2024-01-01 10:00:00,40000\nTide,Ebb,2024-01-02 10:00:00,40000\nTide,Flow,2024-01-02 10:00:00,400\n',
  })
  assert.deepEqual(reading.items, [
    {
      artists: ['Tide'],
      track: 'Ebb',
      plays: 2,
      addedAt: '2024-01-01T10:00:00Z',
      lastPlayedAt: '2024-01-02T10:00:00Z',
    },
  ])
  assert.deepEqual(ignoredOf(reading), { short: 1 })
})

test('says which columns there are where none is called artist', async () => {
  await assert.rejects(readTexts({ 'x.csv': 'foo,bar\n1,2\n' }, { formats: [csv], trust: true }), {
    name: 'Problem',
    message:
      '"x.csv": no column of it is called artist; say which holds what, as in --columns artist=1,track=2; it has 1 "foo", 2 "bar"',
  })
})

test('guesses for a person to confirm', async () => {
  const preview = await previewOf(
    blobFile('x.csv', new Blob(['when,who,what\n2024-01-01,Tide,Ebb\n2024-01-02,Gull,Over\n'])),
  )
  assert.deepEqual(preview, {
    columns: ['when', 'who', 'what'],
    rows: [
      ['2024-01-01', 'Tide', 'Ebb'],
      ['2024-01-02', 'Gull', 'Over'],
    ],
    guess: { artist: 2, track: 3 },
  })
  assert.equal(await previewOf(blobFile('x.json', new Blob(['{"a":1}']))), undefined)
})

test('columns that make no sense are refused', () => {
  for (const text of ['artist', 'artist=0', 'artist=x', 'singer=1', ''])
    assert.throws(() => parseColumns(text), { name: 'Problem', exitCode: 2 })
  assert.throws(() => parseColumns('track=1'), /no column holds the artist/)
})

test('lines end as on old Macs, spreadsheets say what separates, cells go over lines', async () => {
  const expected = [
    { artists: ['Tide'], track: 'Ebb', plays: 7 },
    { artists: ['Gull'], track: 'Over' },
  ]
  const rows = ['Name\tArtist\tPlays\tLocation', 'Ebb\tTide\t7\tC:\\x', 'Over\tGull\t\tC:\\y', '']
  const utf16 = Buffer.from(`\ufeff${rows.join('\r')}`, 'utf16le')
  for (const content of [rows.join('\r'), rows.join('\r\n'), rows.join('\n'), utf16])
    assert.deepEqual((await readTexts({ 'Playlist.txt': content })).items, expected)
  const separated = await readTexts({ 'excel.csv': 'sep=;\r\nArtist;Title\r\nTide;"Ebb\r\nand flow"\r\n' })
  assert.deepEqual(separated.items, [{ artists: ['Tide'], track: 'Ebb and flow' }])
})

test('a header of unknown names stands over numbers', async () => {
  const options = { formats: [csv], trust: true, columns: parseColumns('artist=1,track=2') }
  const headed = await readTexts({ 'x.tsv': 'who\twhat\tstars\nTide\tEbb\t3\nGull\tOver\t\n' }, options)
  assert.deepEqual(
    headed.items.map(({ artists }) => artists[0]),
    ['Tide', 'Gull'],
  )
  const bare = await readTexts({ 'x.csv': 'Tide,Ebb\nGull,1979\n' }, options)
  assert.equal(bare.items.length, 1)
  assert.equal((await readTexts({ 'x.csv': 'Tide,Ebb\nGull,Over\n' }, options)).items.length, 2)
})
