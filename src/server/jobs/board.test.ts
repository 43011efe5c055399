import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { Ledger } from '../ledger/ledger.ts'
import { detailsOf } from '../problems.ts'
import { JobBoard, type Work } from './board.ts'
import type { JobEvent } from './events.ts'

const asked = { kind: 'match', what: 'x', session: null, client: null, owner: null, request: '{}' } as const

async function openLedger(t: TestContext): Promise<{ readonly ledger: Ledger; reopen(): Ledger }> {
  const folder = await mkdtemp(join(tmpdir(), 'consonance-board-'))
  let ledger = new Ledger(folder)
  t.after(async () => {
    ledger.close()
    await rm(folder, { recursive: true })
  })
  return {
    ledger,
    reopen: () => {
      ledger.close()
      ledger = new Ledger(folder)
      return ledger
    },
  }
}

function boardOn({ jobs }: Ledger, work: Work, parallel = 2): JobBoard {
  const fail = (error: unknown) => assert.fail(`${error}`)
  const problemOf = (error: unknown) => detailsOf('internal', (error as Error).message)
  const board = new JobBoard({ ledger: jobs, parallel, now: () => 1, problemOf, onError: fail })
  board.on('match', work)
  return board
}

/** All events of a job, however long it takes. */
function eventsOf(board: JobBoard, id: string, after = 0): Promise<readonly JobEvent[]> {
  const { promise, resolve } = Promise.withResolvers<readonly JobEvent[]>()
  const events: JobEvent[] = []
  const stop = board.follow(board.find(id)!, after, (event) => {
    events.push(event)
    if (['done', 'failed', 'cancelled'].includes(event.event)) resolve(events)
  })
  if (!stop) resolve(events)
  return promise
}

test('whoever connects again and again hears every event once, in order, whatever the moments', async (t) => {
  const { ledger } = await openLedger(t)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 }),
      fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 6 }),
      async (pauses, cuts) => {
        const board = boardOn(ledger, async ({ emit }) => {
          for (const pause of pauses) {
            for (let i = 0; i < pause; i++) await new Promise(setImmediate)
            emit({ event: 'said', data: { sentences: [`${pause}`], notRead: [] } })
          }
        })
        const { id } = board.add(asked)
        const heard: number[] = []
        let last: string | undefined
        for (let at = 0; last !== 'done'; at = (at + 1) % cuts.length) {
          let left = cuts[at]! + 1
          await new Promise<void>((resolve) => {
            let stop: (() => void) | undefined
            let over = false
            const end = () => {
              over = true
              stop?.()
              resolve()
            }
            stop = board.follow(board.find(id)!, heard.at(-1) ?? 0, (event) => {
              if (over) return
              heard.push(event.id)
              last = event.event
              if (--left === 0 || last === 'done') end()
            })
            if (over) stop?.()
            else if (!stop) end()
          })
        }
        assert.deepEqual(
          heard,
          Array.from({ length: pauses.length + 2 }, (_, i) => i + 1),
        )
      },
    ),
    { numRuns: 50 },
  )
})

test('a job that was under way goes on after a restart, with numbers that go on too', async (t) => {
  const { ledger, reopen } = await openLedger(t)
  const first = boardOn(ledger, async ({ emit, signal, answered }) => {
    answered(true)
    emit({ event: 'said', data: { sentences: ['before'], notRead: [] } })
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  })
  const { id } = first.add(asked)
  const waiting = first.add(asked)
  await new Promise((resolve) => setTimeout(resolve, 5))
  await first.stop()

  const second = boardOn(reopen(), async ({ emit, answered }) => {
    emit({ event: 'said', data: { sentences: ['after'], notRead: [] } })
    answered(false)
  })
  assert.equal(second.find(id)!.state, 'running')
  second.resume('match')
  const events = await eventsOf(second, id)
  assert.deepEqual(
    events.map((event) => [event.id, event.event]),
    [
      [1, 'started'],
      [2, 'answer'],
      [3, 'said'],
      [4, 'said'],
      [5, 'answer'],
      [6, 'done'],
    ],
  )
  const shown = second.show(second.find(id)!)
  assert.deepEqual([shown.answers, shown.provisional, shown.sentences], [2, false, ['after']])
  assert.equal((await eventsOf(second, waiting.id)).at(-1)?.event, 'done')
  assert.equal(second.find(id)!.request, null, 'what was asked is forgotten with the end')
})

test('jobs are cancelled while they wait and while they run, and say nothing afterwards', async (t) => {
  const { ledger } = await openLedger(t)
  let late: (() => void) | undefined
  const board = boardOn(
    ledger,
    async ({ emit, signal }) => {
      late = () => emit({ event: 'said', data: { sentences: ['late'], notRead: [] } })
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    },
    1,
  )
  const [running, waiting] = [board.add(asked), board.add(asked)]
  await new Promise((resolve) => setTimeout(resolve, 5))
  await Promise.all([board.cancel(waiting), board.cancel(running)])
  assert.equal((await eventsOf(board, running.id)).at(-1)!.event, 'cancelled')
  late!()
  for (const { id } of [running, waiting]) {
    assert.equal(board.find(id)!.state, 'cancelled')
    assert.equal(ledger.jobs.events(board.find(id)!.n).at(-1)!.event, 'cancelled')
  }
  await board.cancel(running)
  assert.equal(ledger.jobs.active(), 0)
})

test('a job that fails ends with its problem, and the next one runs', async (t) => {
  const { ledger } = await openLedger(t)
  const board = boardOn(ledger, async ({ job }) => {
    if (job.request !== '{}') throw new Error('broken')
  })
  const [bad, good] = [board.add({ ...asked, request: '{"bad":1}' }), board.add(asked)]
  const last = (await eventsOf(board, bad.id)).at(-1)!
  assert.ok(last.event === 'failed' && last.data.problem.detail === 'broken')
  assert.equal((await eventsOf(board, good.id)).at(-1)!.event, 'done')
})

test('who is erased takes their jobs along, and whoever follows one hears its end', async (t) => {
  const { ledger } = await openLedger(t)
  const stored = Promise.withResolvers<void>()
  const go = Promise.withResolvers<void>()
  const board = boardOn(ledger, async ({ storedAs }) => {
    storedAs('some-key')
    stored.resolve()
    await go.promise
  })
  const { id } = board.add(asked)
  const events = eventsOf(board, id)
  await stored.promise
  ledger.forget('some-key')
  assert.equal(board.find(id), undefined)
  go.resolve()
  assert.equal((await events).at(-1)!.event, 'cancelled')
})
