import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page, PageQuery } from '../../store/feature-store.ts'
import { Asking, type Told } from './asking.ts'

interface Gap {
  readonly key: string
  readonly ids: { readonly spotify: string }
}

/** A store whose gaps come in an order that another writer turns around after each page. */
function restlessStore() {
  const told = new Set<string>()
  const asked: (readonly string[])[] = []
  let turned = false
  const gaps = async (keys: readonly string[], { limit = 1000, after }: PageQuery): Promise<Page<Gap>> => {
    const open = keys.filter((key) => !told.has(key))
    const ordered = turned ? open.toReversed() : open
    turned = !turned
    const from = after === undefined ? 0 : Number(after)
    const rows = ordered.slice(from, from + limit).map((key) => ({ key, ids: { spotify: `id-${key}` } }))
    const isLast = from + limit >= ordered.length
    return { rows, ...(!isLast && { next: `${from + limit}` }) }
  }
  const asking = new Asking<number>({
    size: 50,
    gaps,
    ask: async (ids) => {
      asked.push(ids)
      return new Map(ids.map((id) => [id, id.length]))
    },
    put: async (rows: readonly Told<number>[]) => {
      for (const { key } of rows) told.add(key)
    },
  })
  return { asking, asked, told }
}

const keys = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => `k${from + at}`)

test('asks about everything that is missing once, in full batches, however the store changes meanwhile', async () => {
  const { asking, asked, told } = restlessStore()
  await asking.want(keys(0, 1730))
  await asking.want(keys(1500, 2210))
  await asking.want(keys(0, 40))
  await asking.finish()
  assert.equal(told.size, 2210)
  assert.equal(asked.flat().length, 2210)
  assert.ok(asked.slice(0, -1).every((ids) => ids.length === 50))
  assert.deepEqual(asking.asked, { asked: 2210, found: 2210 })
})

test('says why nothing more is asked, and what went wrong', async () => {
  let requests = 0
  const options = {
    size: 2,
    gaps: async (some: readonly string[]): Promise<Page<Gap>> => ({
      rows: some.map((key) => ({ key, ids: { spotify: key } })),
    }),
    put: async () => {},
  }
  const ask = async () => {
    requests++
    return 'not told'
  }
  const closed = new Asking<number>({ ...options, ask })
  await closed.want(keys(0, 9))
  await closed.finish()
  await closed.want(keys(9, 20))
  await closed.finish()
  assert.equal(requests, 1)
  assert.deepEqual(closed.asked, { asked: 0, found: 0, closed: 'not told' })
  const broken = new Asking<number>({ ...options, ask: () => Promise.reject(new Error('broken')) })
  await broken.want(keys(0, 9))
  await assert.rejects(broken.finish(), /broken/)
  await assert.rejects(broken.want(keys(0, 1)), /broken/)
})
