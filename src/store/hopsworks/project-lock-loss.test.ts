import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { startLocalHopsworks } from '../../../test/hopsworks/fast/start.ts'
import { profileOf } from '../conformance/place.ts'
import { projectPlace } from './test-project-place.ts'

const local = await startLocalHopsworks()
after(() => local.close())

const listing = /\/lock\?action=listing/

/** Waits for a request after the given number of them. */
async function requested(method: string, path: RegExp, from: number): Promise<void> {
  const isThere = () => local.requests.slice(from).some((each) => each.method === method && path.test(each.path))
  while (!isThere()) await turn()
}

test('who has lost the lock since it was taken writes no rows, and no head after the rows', async () => {
  const place = await projectPlace(local)
  try {
    const { store } = await place.open()
    const other = await place.open()
    const put = async (artist: string) => {
      const from = local.requests.length
      await store.putProfiles([profileOf('a:1', [{ artists: [artist] }])])
      // Let go again, so that the next write starts from the beginning.
      await requested('DELETE', /\/lock\//, from)
    }
    const putWithoutEntry = async (artist: string, ...last: readonly [method: string, path: RegExp]) => {
      const [from, messages] = [local.requests.length, local.messages().length]
      const done = put(artist).then(
        () => 'written',
        (error: unknown) => `${error}`,
      )
      await requested(...last, from)
      // As if the entry had been removed.
      local.faults.answer({ method: 'GET', path: listing, status: 200, body: { count: 0, items: [] } })
      assert.match(await done, /took this one for dead/)
      return local.messages().length - messages
    }
    await put('Low')
    assert.equal(await putWithoutEntry('Can', 'GET', listing), 0)
    assert.ok((await putWithoutEntry('Neu!', 'POST', /online_ingestion/)) > 0)
    const names = async () =>
      (await other.store.artists(['name:low', 'name:can', 'name:neu!'])).map((each) => each?.name)
    assert.deepEqual(await names(), ['Low', undefined, undefined])
    await put('Can')
    assert.deepEqual(await names(), [undefined, 'Can', undefined])
  } finally {
    await place.remove()
  }
})
