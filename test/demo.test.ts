import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { assertDone, assertRefused, command, consonance, outcome, spawnConsonance } from './command-line.ts'
import { lastfmFolder, temporaryFolder } from './fixtures.ts'

test('the demo goes from nothing to matches, apart from real listeners, and does not do it twice', async (t) => {
  const folder = await temporaryFolder(t)
  const data = join(folder, 'data')
  const demo = ['demo', '--listeners', '30', '--data', data, '--no-serve']
  assertDone(await command(['import', await lastfmFolder(join(folder, 'lastfm'), 3), '--data', data]))

  const first = await consonance(demo)
  const told = assertDone(first)
  assert.match(first.stderr, /reading profiles: done, 30 profiles/)
  assert.match(told, /30 simulated listeners/)
  assert.match(told, /^ 1 {2}[a-z]+-[a-z]+ simulated /m)
  assert.match(told, /not how well it matches real people/)
  assert.match(told, /npx consonance import hetrec2011-lastfm-2k/)

  const next = /npx consonance (match .*)/.exec(told)?.[1]?.split(' ') ?? []
  assert.match(assertDone(await command(next)), /stored listener spotify:[a-z]+-[a-z]+/)

  const again = await command(demo)
  assertDone(again)
  assert.equal(again.stderr, '', 'nothing is read or trained again')
  const { data: own, matches } = JSON.parse(assertDone(await command([...demo, '--json'])))
  assert.equal(matches.length, 3)
  assert.equal(JSON.parse(assertDone(await command(['models', 'list', '--json', '--data', own]))).models.length, 1)

  const { bySource } = JSON.parse(assertDone(await command(['status', '--data', data, '--json'])))
  assert.deepEqual(
    bySource.map(({ source }: { source: string }) => source),
    ['lastfm-2k'],
  )
  assertRefused(await command([...demo, '--store', `sqlite:${data}`]), 2, /--store/)
})

test('the demo serves the page from the start, shows its work there, and takes it up again when it was stopped', async (t) => {
  const data = join(await temporaryFolder(t), 'data')
  const demo = ['demo', '--listeners', '30', '--data', data, '--port', '0']
  const first = spawnConsonance(demo)
  t.after(() => first.kill('SIGKILL'))
  const stopped = outcome(first)
  const url = await addressIn(first)
  const about = await aboutWork(url)
  assert.deepEqual([about.simulated, about.ready, about.samples.length], [true, false, 3])
  const work = await get(`${url}v1/jobs/${about.work}`)
  assert.equal(work.kind, 'demo')
  assert.match(work.state, /^(?:waiting|running)$/)
  first.kill('SIGTERM')
  assert.equal((await stopped).code, 0)

  const second = spawnConsonance([...demo, '--json'])
  t.after(() => second.kill('SIGKILL'))
  const ended = outcome(second)
  const [line] = await once(second.stdout, 'data')
  const { url: again, samples, operator } = JSON.parse(line)
  const now = await get(`${again}v1/about`)
  assert.deepEqual([now.ready, now.work], [true, null])
  const headers = { 'x-consonance': '1', 'content-type': 'application/json' }
  const begun = await fetch(`${again}v1/jobs`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ from: 'text', text: samples[0] }),
  })
  const cookie = begun.headers.get('set-cookie')!.split(';')[0]!
  const { job } = (await begun.json()) as { job: { id: string } }
  const events = await (await fetch(`${again}v1/jobs/${job.id}/events`, { headers: { cookie } })).text()
  assert.match(events, /event: done/)
  const status = await get(`${again}v1/operator/status`, { headers: { authorization: `Bearer ${operator}` } })
  assert.ok(status.population.listeners > 25)
  second.kill('SIGTERM')
  assert.equal((await ended).code, 0)
})

/** Where the page is, as soon as the command says so. */
function addressIn(child: ReturnType<typeof spawnConsonance>): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.stdout.on('data', (text) => {
      said += text
      const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(said)?.[0]
      if (url) resolve(url)
    })
    child.on('close', () => reject(new Error(said)))
  })
}

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into at many places
async function get(url: string, init?: RequestInit): Promise<any> {
  return await (await fetch(url, init)).json()
}

/** What can be done here, as soon as the page can say what is being made. */
async function aboutWork(url: string) {
  for (;;) {
    const about = await get(`${url}v1/about`)
    if (about.work !== null) return about
  }
}
