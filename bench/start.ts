import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { quantile } from './statistics.ts'

const mainFile = join(import.meta.dirname, '../src/cli/main.ts')
/** What must hold on two cores: seconds until the page answers and until matches do; milliseconds to first matches. */
const most = { page: 10, ready: 90, first: 1000 } as const

/**
 * What somebody waits for after `npm start` with nothing made yet: the page, then matches, then the first matches of
 * each sample from the moment it is sent.
 * @throws Error when one takes longer than it may
 */
export async function benchStart(): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), 'consonance-start-'))
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1000
  const child = spawn(process.execPath, [mainFile, 'demo', '--port', '0', '--data', data], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  try {
    const url = await addressIn(child.stdout)
    await answered(url)
    const page = seconds()
    console.log(`the page answers after ${page.toFixed(1)} s`)
    let about = await json<About>(url, 'about')
    while (!about.ready) {
      await pause(100)
      about = await json<About>(url, 'about')
    }
    const ready = seconds()
    console.log(`matches can be asked for after ${ready.toFixed(1)} s`)
    const times: number[] = []
    for (const { text } of about.samples) times.push(await firstMatches(url, text))
    const first = quantile(times, 1)
    console.log(`first matches of ${times.length} samples: ${times.map((ms) => `${ms.toFixed(0)} ms`).join(', ')}`)
    if (page > most.page || ready > most.ready || first > most.first)
      throw new Error(`slower than ${most.page} s, ${most.ready} s, or ${most.first} ms`)
  } finally {
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
    await rm(data, { recursive: true, force: true, maxRetries: 5 })
  }
}

interface About {
  readonly ready: boolean
  readonly samples: readonly { readonly text: string }[]
}

/** The first address that the command prints. */
async function addressIn(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const [url] = /http:\S+/.exec(line) ?? []
    if (url) {
      output.resume()
      return url
    }
  }
  throw new Error('the demo did not start')
}

async function answered(url: string): Promise<void> {
  const { status } = await fetch(url, { headers: { accept: 'text/html' } })
  if (status !== 200) throw new Error(`${url}: ${status}`)
}

async function firstMatches(url: string, text: string): Promise<number> {
  const before = performance.now()
  const begun = await fetch(`${url}v1/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-consonance': '1' },
    body: JSON.stringify({ from: 'text', text }),
  })
  const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? ''
  const { job } = (await begun.json()) as { job: { id: string } }
  const events = await fetch(`${url}v1/jobs/${job.id}/events`, { headers: { cookie } })
  for await (const part of events.body!.pipeThrough(new TextDecoderStream())) {
    if (!/^event: answer$/m.test(part)) continue
    const { matches } = await json<{ matches: unknown[] }>(url, `jobs/${job.id}/answer`, cookie)
    if (matches.length > 0) return performance.now() - before
  }
  throw new Error(`${text}: no matches`)
}

async function json<T>(url: string, path: string, cookie = ''): Promise<T> {
  const response = await fetch(`${url}v1/${path}`, { headers: { cookie } })
  if (!response.ok) throw new Error(`${path}: ${response.status}`)
  return (await response.json()) as T
}
