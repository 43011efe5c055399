import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ArtistGap, GapPage, GapQuery } from '../store/feature-store.ts'
import { type EnrichOptions, enrich } from './enrich.ts'
import { noProgress } from './progress.ts'

const count = 2500

/** A store whose gaps come in an order that another writer turns around after each page. */
function restlessStore(): { readonly store: EnrichOptions['store']; readonly told: Set<string> } {
  const keys = Array.from({ length: count }, (_, at) => `name:${at}`)
  const told = new Set<string>()
  let turned = false
  const artistGaps = async ({ limit = 1000, after }: GapQuery): Promise<GapPage<ArtistGap>> => {
    const open = keys.filter((key) => !told.has(key))
    const ordered = turned ? open.toReversed() : open
    turned = !turned
    const from = after === undefined ? 0 : Number(after)
    const rows = ordered.slice(from, from + limit).map((key) => ({ key, name: key, ids: {}, listeners: 1, asked: [] }))
    const isLast = from + limit >= ordered.length
    return { rows, total: ordered.length - from, ...(!isLast && { next: `${from + limit}` }) }
  }
  return {
    told,
    store: {
      artistGaps,
      trackGaps: async () => ({ rows: [], total: 0 }),
      putGenreAnswers: async (answers) => {
        for (const { key } of answers) told.add(key)
        return answers.length
      },
      putAudioAnswers: async () => 0,
      purgeExpired: async () => 0,
    },
  }
}

function genres(asked: string[]): EnrichOptions['genres'][number] {
  return {
    name: 'tags',
    origin: 'lastfm-api',
    batch: 50,
    age: { found: 1000, missing: 1000 },
    requests: 0,
    close: async () => {},
    takes: () => true,
    async *ask(batch) {
      asked.push(...batch.map(({ key }) => key))
      yield batch.map((gap, at) => (at % 2 === 0 ? { gap, value: ['slowcore'] } : { gap }))
    },
  }
}

test('asks about every gap once, however profiles that are stored meanwhile move the gaps', async () => {
  const { store, told } = restlessStore()
  const asked: string[] = []
  const report = await enrich({ store, genres: [genres(asked)], features: [], progress: noProgress, now: () => 0 })
  assert.equal(told.size, count)
  assert.equal(asked.length, count)
  assert.deepEqual([report.genres.gaps, report.genres.filled + report.genres.unknown], [count, count])
})

test('asks about as many gaps as it was told to, at most', async () => {
  const { store, told } = restlessStore()
  const options = { store, features: [], progress: noProgress, now: () => 0 }
  await enrich({ ...options, genres: [genres([])], limit: 1700 })
  assert.equal(told.size, 1700)
})
