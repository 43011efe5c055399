import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { temporaryFolder } from '../../test/fixtures.ts'
import type { Change } from '../store/feature-store.ts'
import { Ledger, serverFolder } from './ledger/ledger.ts'
import type { Spool } from './spool.ts'
import { Upkeep } from './upkeep.ts'

interface Told {
  readonly history: string
  readonly changes: readonly Change[]
}

const profile = (seq: number): Change => ({ seq, kind: 'profile', key: `k${seq}` })
const phantom: Told = { history: 'a', changes: [profile(1), profile(2)] }
const real: Told = { history: 'b', changes: [profile(1), { seq: 2, kind: 'erased', key: 'x' }, profile(3)] }

/** A server's memory of the owner of `x`, and what one that starts, looks once and stops leaves of it. */
async function ownerOfX(t: TestContext) {
  const folder = await temporaryFolder(t)
  const before = new Ledger(folder)
  before.owners.add('token', 'x')
  before.close()
  return {
    folder,
    async afterRun({ history, changes }: Told) {
      const ledger = new Ledger(folder)
      const store = {
        history: async () => history,
        lastChange: async () => changes.at(-1)!.seq,
        changes: async (after: number) => changes.filter(({ seq }) => seq > after),
        purgeExpired: async () => 0,
      }
      const deps = {
        store,
        ledger,
        spool: {} as Spool,
        now: () => 0,
        onError: (error: unknown) => assert.fail(`${error}`),
      }
      await (await Upkeep.start(deps)).stop()
      const owned = ledger.owners.listenerOf('token')
      ledger.close()
      return owned
    },
  }
}

test('whoever was erased in another history than the one followed is forgotten, also over a restart', async (t) => {
  const { afterRun } = await ownerOfX(t)
  assert.equal(await afterRun(phantom), 'x')
  assert.equal(await afterRun(phantom), 'x')
  assert.equal(await afterRun(real), undefined)
})

test('what was followed before histories were kept is followed anew', async (t) => {
  const { folder, afterRun } = await ownerOfX(t)
  assert.equal(await afterRun(phantom), 'x')
  const old = new DatabaseSync(join(serverFolder(folder), 'server.db'))
  old.exec('ALTER TABLE followed DROP COLUMN history; UPDATE followed SET change = 3; PRAGMA user_version = 1')
  old.close()
  assert.equal(await afterRun(real), undefined)
})

test('what was followed is not read again', async (t) => {
  const { afterRun } = await ownerOfX(t)
  const { history, changes } = phantom
  assert.equal(await afterRun(phantom), 'x')
  const erased: Change = { seq: 1, kind: 'erased', key: 'x' }
  assert.equal(await afterRun({ history, changes: [erased, ...changes.slice(1)] }), 'x')
})
