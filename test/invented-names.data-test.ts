import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { artistNumber, nameOfArtist } from '../simulator/world/artists.ts'
import { genreTable, scenes } from '../simulator/world/genres.ts'
import { defaultShares } from '../simulator/world/shares.ts'
import { normaliseName } from '../src/taste/name.ts'

const data = join(import.meta.dirname, '../../shared/data')

test('no simulated artist bears the name of a real one', () => {
  const lastfm = readFileSync(join(data, 'lastfm-2k/artists.dat'), 'utf8')
  const catalogue = gunzipSync(readFileSync(join(data, 'catalogue/artist_genres.tsv.gz'))).toString('utf8')
  const column = (table: string) =>
    table
      .split(/\r?\n/)
      .slice(1)
      .flatMap((line) => line.split('\t')[1] ?? [])
  const real = new Set([...column(lastfm), ...column(catalogue)].map((name) => normaliseName(name)))
  assert.ok(real.size > 40_000)

  const taken: string[] = []
  for (let genre = 0; genre < genreTable.length; genre++) {
    for (let scene = 0; scene < scenes.length; scene++) {
      for (let rank = 0; rank < 500; rank++) {
        const name = nameOfArtist(1, defaultShares, artistNumber({ genre, scene, rank }))
        if (real.has(normaliseName(name))) taken.push(name)
      }
    }
  }
  assert.deepEqual(taken, [])
})
