import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openForWriting, prepareStore } from '../sqlite/connection.ts'
import { Capture } from './capture.ts'
import { Documents } from './documents.ts'
import { firstHead } from './head.ts'
import type { DocumentGroup } from './mapping.ts'
import { Publisher } from './publisher.ts'
import type { ProjectRecord } from './record.ts'
import { Replica } from './replica.ts'

test('a write fails only when none of its rows can arrive any more', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'consonance-publisher-'))
  t.after(() => rmSync(folder, { recursive: true }))
  prepareStore(folder, true)
  const database = openForWriting(folder)
  t.after(() => database.close())
  const replica = new Replica(database)
  const publisher = new Publisher(database, {
    documents: new Documents(database),
    capture: new Capture(database),
    replica,
  })
  const steps: string[] = []
  const record = {
    async putRows(group: DocumentGroup, _: unknown, signal: AbortSignal) {
      if (group === 'artists') throw new Error('refused')
      await sleep(20)
      steps.push(`${group}, given up: ${signal.aborted}`)
    },
    async settled() {
      await sleep(20)
      steps.push('settled')
    },
    async putHead() {
      steps.push('head')
    },
  } as unknown as ProjectRecord
  const row = { n: 1, document: 1, kind: 'artist', part: 0, parts: 1, content: null }
  const rows = new Map<DocumentGroup, readonly (typeof row)[]>([
    ['artists', [row]],
    ['tracks', [row]],
  ])
  const plan = { head: firstHead('x'), rows, vectors: new Map() }
  const never = new AbortController().signal
  await assert.rejects(
    publisher.publish(plan, record, never, async () => {}),
    /refused/,
  )
  assert.deepEqual(steps, ['tracks, given up: true', 'settled'])
  assert.equal(replica.head(), undefined)
})
