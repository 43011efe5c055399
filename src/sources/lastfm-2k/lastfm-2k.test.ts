import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { pseudonymousConsent } from '../../taste/consent.ts'
import { eventsOf, temporaryFiles } from '../temporary-files.ts'
import { lastfm2k } from './lastfm-2k.ts'

const artists = 'id\tname\turl\tpictureURL\r\n1\tMALICE MIZER\tu\tp\r\n2\tDiary of "Dreams\tu\tp\r\n3\tКино\tu\tp\r\n'
const plays = 'userID\tartistID\tweight\r\n2\t1\t13883\r\n7\t3\t5\r\n2\t2\t1\r\n'
const tags = Buffer.from('tagID\ttagValue\r\n1\tMetal\r\n2\tfran\u00e7ais\r\n', 'latin1')
const tagged = `userID\tartistID\ttagID\tday\tmonth\tyear
2\t1\t1\t1\t4\t2009
2\t1\t2\t1\t4\t2009
2\t1\t1\t2\t4\t2009
2\t3\t2\t1\t4\t2009
`
const friends = 'userID\tfriendID\n2\t7\n7\t2\n7\t9\n'
const files = {
  'artists.dat': artists,
  'user_artists.dat': plays,
  'tags.dat': tags,
  'user_taggedartists.dat': tagged,
  'user_friends.dat': friends,
  'readme.txt': 'hello',
}

test('reads plays, tags and friend links, in whatever order the rows are', async (t) => {
  const folder = await temporaryFiles(t, files)
  assert.equal(await lastfm2k.recognises(folder), true)
  const read = await eventsOf(lastfm2k, folder, 1000)
  assert.deepEqual(read.broken, [])
  assert.deepEqual(read.profiles, [
    {
      id: 'lastfm-2k:2',
      provenance: { origin: 'research', source: 'lastfm-2k', readAt: 1000 },
      consent: pseudonymousConsent,
      items: [
        { artists: ['MALICE MIZER'], plays: 13883 },
        { artists: ['Diary of "Dreams'], plays: 1 },
      ],
      tagged: [
        { artist: 'MALICE MIZER', tags: ['metal', 'français'] },
        { artist: 'Кино', tags: ['français'] },
      ],
    },
    {
      id: 'lastfm-2k:7',
      provenance: { origin: 'research', source: 'lastfm-2k', readAt: 1000 },
      consent: pseudonymousConsent,
      items: [{ artists: ['Кино'], plays: 5 }],
    },
  ])
  assert.deepEqual(read.friends, [
    ['lastfm-2k:2', 'lastfm-2k:7'],
    ['lastfm-2k:7', 'lastfm-2k:9'],
  ])
  const size = [artists, plays, tags, tagged, friends].reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  assert.deepEqual(read.progress.at(-1), { kind: 'progress', bytes: size, of: size })
})

test('the tables are known by their columns, whatever the files are called', async (t) => {
  const folder = await temporaryFiles(t, { a: artists, b: plays })
  assert.equal((await eventsOf(lastfm2k, folder)).profiles.length, 2)
  assert.equal(await lastfm2k.recognises(join(folder, 'b')), true)
  assert.equal((await eventsOf(lastfm2k, join(folder, 'b'))).profiles.length, 2)
  assert.equal(await lastfm2k.recognises(join(folder, 'a')), false)
})

test('counts rows that can not be read, and keeps the others', async (t) => {
  const folder = await temporaryFiles(t, {
    'artists.dat': `${artists}4\t\tu\tp\n`,
    'tags.dat': 'tagID\ttagValue\n1\tmetal\n2\t\n',
    'user_artists.dat': `${plays}2\t99\t4\n2\t1\tmany\n2\t1\t0\nx\t1\t2\n2\t1\n`,
    'user_friends.dat': 'userID\tfriendID\n2\tme\n2\t2\n2\t7\n',
    'user_taggedartists.dat': 'userID\tartistID\ttagID\n2\t1\t77\n2\t88\t1\n?\t1\t1\n',
  })
  const { profiles, friends: links, broken } = await eventsOf(lastfm2k, folder)
  assert.equal(profiles.flatMap(({ items }) => items).length, 3)
  assert.deepEqual(links, [['lastfm-2k:2', 'lastfm-2k:7']])
  assert.deepEqual(
    broken.map((text) => text.replace(folder, '')),
    [
      'artists.dat: line 5: the name is empty',
      'tags.dat: line 3: the tag is empty',
      'user_artists.dat: line 5: artist 99 is not among the artists',
      'user_artists.dat: line 6: weight "many" is not a count',
      'user_artists.dat: line 7: weight "0" is not a count',
      'user_artists.dat: line 8: "x" is not the number of a listener',
      'user_artists.dat: line 9: has 2 columns, the header line has 3',
      'user_taggedartists.dat: line 2: tag 77 is not among the tags',
      'user_taggedartists.dat: line 3: artist 88 is not among the artists',
      'user_taggedartists.dat: line 4: "?" is not the number of a listener',
      `user_taggedartists.dat: nothing in "/user_taggedartists.dat" can be read (line 2: tag 77 is not among the tags)`,
      'user_friends.dat: line 2: not the numbers of two listeners',
    ],
  )
})

test('says which table is missing', async (t) => {
  const folder = await temporaryFiles(t, { 'user_artists.dat': plays })
  await assert.rejects(eventsOf(lastfm2k, folder), /has no table like artists.dat/)
})
