import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { simulateInBackground } from '../simulator/spotify/background.ts'
import { People } from '../simulator/spotify/people.ts'
import { someQuirks } from '../simulator/spotify/settings.ts'
import { createWorld } from '../simulator/world/world.ts'
import { profileLink } from '../src/spotify/index.ts'
import { type BenchKind, benchStore } from './match/store.ts'
import { quantile } from './statistics.ts'

export interface ServeBenchOptions {
  readonly data: string
  readonly listeners: number
  readonly kind: BenchKind
  /** Seconds of load. */
  readonly seconds: number
}

/** Matches asked for in a second, whether the former ones are answered or not. */
const rate = 100
/** Profiles that are asked about, in turn. */
const profiles = 500
const idleStreams = 1000
const samples = 10

/** The server under load: an open loop of matches, idle streams, and first matches of profiles that it has to read. */
export async function benchServe(options: ServeBenchOptions): Promise<void> {
  const { data, listeners, kind, seconds } = options
  await (await benchStore(options)).close()
  const world = { listeners: 50, seed: 9 }
  await using simulator = await simulateInBackground(world)
  const server = await startServer(join(data, `${kind}-${listeners}`), simulator.hosts)
  try {
    const every = Math.floor(listeners / profiles)
    const keys: string[] = []
    for (let i = 0; i < profiles; i++) {
      const text = `synthetic:${String(i * every).padStart(7, '0')}`
      keys.push((await server.ended(await server.job({ from: 'text', text }))).profile)
    }
    for (const key of keys) await server.post(`profiles/${key}/matches`, { k: 10 })
    await load(server, keys, seconds)
    await streams(server)
    await firstMatches(server, world)
  } finally {
    server.close()
  }
}

/** Open loop: a request is sent when its time has come, and its time is measured from then. */
async function load(server: Server, keys: readonly string[], seconds: number): Promise<void> {
  const times: number[] = []
  const failed: number[] = []
  const under: Promise<void>[] = []
  let bytes = 0
  const before = await server.usage()
  const start = performance.now() + 200
  for (let i = 0; i < rate * seconds; i++) {
    const due = start + (1000 / rate) * i
    const early = due - performance.now()
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
    under.push(
      server.postAsBrowser(`profiles/${keys[i % keys.length]}/matches`, { k: 10 }).then(
        (size) => {
          times.push(performance.now() - due)
          bytes += size
        },
        () => {
          failed.push(i)
        },
      ),
    )
  }
  await Promise.all(under)
  const { cpu } = await server.usage()
  const each = ((1000 * (cpu - before.cpu)) / times.length).toFixed(1)
  const at = (q: number) => quantile(times, q).toFixed(0)
  console.log(
    `open loop, ${rate} matches/s for ${seconds} s: ${failed.length} errors, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms; the server takes ${each} ms of processor time for each, and sends ${(bytes / times.length / 1000).toFixed(1)} kB`,
  )
}

async function streams(server: Server): Promise<void> {
  const { work } = (await server.get('about')) as { work: string }
  const { rss: before } = await server.usage()
  const open: IncomingMessage[] = []
  for (let i = 0; i < idleStreams; i++) open.push(await server.stream(work))
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const { rss: after } = await server.usage()
  const [more, all] = [after - before, after].map((bytes) => (bytes / 1e6).toFixed(0))
  console.log(`${open.length} idle streams: ${more} MB more, ${all} MB in all`)
  for (const one of open) one.destroy()
}

/** From sending the link to the answer in hand: reading from the simulator, describing, matching. */
async function firstMatches(
  server: Server,
  world: { readonly listeners: number; readonly seed: number },
): Promise<void> {
  const people = new People(createWorld(world), someQuirks)
  const times: number[] = []
  for (let i = 0; i < samples; i++) {
    const before = performance.now()
    const job = await server.job({ from: 'text', text: profileLink(people.idOf(i)).url })
    const { problem } = await server.ended(job)
    if (problem) continue
    await server.get(`jobs/${job}/answer`)
    times.push(performance.now() - before)
  }
  const at = (q: number) => quantile(times, q).toFixed(0)
  console.log(`first matches of ${times.length} profiles that were never read: p50 ${at(0.5)} ms, longest ${at(1)} ms`)
}

interface Ended {
  readonly profile: string
  readonly problem?: unknown
}

interface Server {
  get(path: string): Promise<unknown>
  post(path: string, body: unknown): Promise<unknown>
  /** Takes the answer compressed, and looks at its status only. @returns bytes that came */
  postAsBrowser(path: string, body: unknown): Promise<number>
  /** Begins a job. @returns its id */
  job(body: unknown): Promise<string>
  ended(job: string): Promise<Ended>
  stream(job: string): Promise<IncomingMessage>
  /** Memory in bytes, and seconds of processor time since the start. */
  usage(): Promise<{ readonly rss: number; readonly cpu: number }>
  close(): void
}

async function startServer(folder: string, hosts: object): Promise<Server> {
  const file = join(import.meta.dirname, 'serve/server-process.ts')
  const child = spawn(process.execPath, [file, folder, JSON.stringify(hosts)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })
  const line = async () => JSON.parse(((await once(lines, 'line')) as [string])[0])
  const { url } = await line()
  const agent = new Agent({ keepAlive: true, maxSockets: 200 })
  let cookie = ''

  const send = async (path: string, body?: unknown, more?: object): Promise<IncomingMessage> => {
    const headers = {
      'x-consonance': '1',
      cookie,
      ...more,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    }
    const sent = request(new URL(`v1/${path}`, url), { agent, headers, method: body === undefined ? 'GET' : 'POST' })
    sent.end(body === undefined ? undefined : JSON.stringify(body))
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    cookie = response.headers['set-cookie']?.[0]?.split(';')[0] ?? cookie
    return response
  }
  const json = async (path: string, body?: unknown): Promise<unknown> => {
    const response = await send(path, body)
    let text = ''
    for await (const part of response.setEncoding('utf8')) text += part
    const parsed: unknown = JSON.parse(text)
    if (response.statusCode! >= 300) throw new Error(`${path}: ${JSON.stringify(parsed)}`)
    return parsed
  }
  return {
    get: json,
    post: json,
    postAsBrowser: async (path, body) => {
      const response = await send(path, body, { 'accept-encoding': 'gzip, deflate, br, zstd' })
      let bytes = 0
      for await (const part of response) bytes += part.length
      if (response.statusCode! >= 300) throw new Error(`${path}: ${response.statusCode}`)
      return bytes
    },
    job: async (body) => ((await json('jobs', body)) as { job: { id: string } }).job.id,
    ended: async (job) => {
      // The stream ends with the job.
      for await (const _ of await send(`jobs/${job}/events`));
      return (await json(`jobs/${job}`)) as Ended
    },
    stream: async (job) => {
      const sent = request(new URL(`v1/jobs/${job}/events`, url), { agent: false })
      sent.end()
      const [response] = (await once(sent, 'response')) as [IncomingMessage]
      return response.on('error', () => {}).resume()
    },
    usage: async () => {
      const answer = line()
      child.stdin.write('\n')
      return await answer
    },
    close: () => child.stdin.end(),
  }
}
