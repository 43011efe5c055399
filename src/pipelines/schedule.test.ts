import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noConsent } from '../taste/consent.ts'
import { linearKind } from '../training/linear-kind.ts'
import { noProgress } from './progress.ts'
import { scheduleDefaults, scheduledRun, startSchedule, trainingNeed } from './schedule.ts'
import { openSmallStore, playedArtists, smallProfile } from './small-store.ts'
import { train } from './train.ts'

test('a model is trained anew when enough listeners have come or been withdrawn, and everybody is described', async () => {
  await using stored = await openSmallStore()
  const { store, registry } = stored
  await store.putProfiles(playedArtists(60))
  let trained = 0
  const retrain = async () => {
    trained++
    await train({ seed: 1, preset: 'quick' }, { ...stored, kind: linearKind, progress: noProgress })
  }
  const run = () => scheduledRun({ ...stored, retrain }, scheduleDefaults)
  assert.equal(await trainingNeed(store, registry), undefined)
  assert.deepEqual(await run(), { purged: 0, retrained: false })
  await retrain()
  assert.deepEqual(await trainingNeed(store, registry), { listeners: 60, added: 0, gone: 0, share: 0 })
  const first = await run()
  assert.equal(first.refreshed?.described, 60)
  assert.equal(trained, 1)

  const more = playedArtists(69).slice(60)
  await store.putProfiles(more.slice(0, 3))
  await store.setConsent('plays:0000', { ...noConsent, findable: true })
  await store.setConsent('plays:0001', { ...noConsent, findable: true })
  const need = await trainingNeed(store, registry)
  assert.deepEqual([need?.added, need?.gone], [3, 2])
  await store.erase('plays:0002')
  await store.erase('plays:0003')
  assert.equal((await trainingNeed(store, registry))?.gone, 4)
  assert.equal((await run()).retrained, true)
  assert.equal(trained, 2)
  await store.putProfiles(more.slice(3, 6))
  assert.equal((await run()).retrained, false)
  await store.putProfiles(more.slice(6))
  assert.equal((await run()).retrained, true)
  assert.equal(trained, 3)
  assert.equal((await trainingNeed(store, registry))?.share, 0)
  const expired = {
    ...smallProfile('x:1', [{ artists: ['a'] }]),
    provenance: { origin: 'lastfm-api', source: 'x', readAt: 0 },
  }
  await store.putProfiles([expired as never])
  assert.equal((await run()).purged, 1)
})

test('a schedule runs by a cron expression, and says when', () => {
  const deps = { retrain: async () => {} } as never
  const nightly = startSchedule(deps, scheduleDefaults)
  assert.equal(nightly.next()?.getHours(), 4)
  nightly.stop()
  assert.equal(startSchedule(deps, { ...scheduleDefaults, cron: 'off' }).next(), undefined)
  assert.throws(
    () => startSchedule(deps, { ...scheduleDefaults, cron: 'now and then' }),
    /refresh\.schedule: "now and then"/,
  )
})
