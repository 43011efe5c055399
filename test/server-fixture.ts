/** A server on simulated listeners, for tests that ask it as browsers do. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import pino from 'pino'
import { defaultApp } from '../simulator/spotify/settings.ts'
import { SpotifySimulator } from '../simulator/spotify/simulator.ts'
import { createWorld, type World as SimulatedWorld } from '../simulator/world/world.ts'
import { simulatorLimits, spotifyWay } from '../src/cli/spotify.ts'
import { ingestSpotify } from '../src/pipelines/ingest-spotify.ts'
import { noProgress } from '../src/pipelines/progress.ts'
import { train } from '../src/pipelines/train.ts'
import { ConsonanceServer, type ServerOptions } from '../src/server/server.ts'
import { spotifyListener } from '../src/sources/spotify/reading-notes.ts'
import { connect, profileLink, Secrets, systemEnvironment } from '../src/spotify/index.ts'
import { openStore } from '../src/store/open.ts'
import { linearKind } from '../src/training/linear-kind.ts'

export const operatorToken = 'an-operator-token-for-tests'

/** What came back, as far as tests look at it. */
export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into at many places
  readonly json: any
}

export interface Asking {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface World {
  readonly data: string
  readonly simulator: SpotifySimulator
  readonly people: SimulatedWorld
  /** The link of a simulated listener's profile. */
  link(listener: number): string
  /** Takes a listener out of the store, so that they are read from the beginning. */
  forget(listener: number): Promise<void>
  /** Opens a server on the data; it ends with the test file. */
  open(options?: Partial<ServerOptions>): Promise<ConsonanceServer>
}

/**
 * Simulated listeners, stored and trained on, in a folder that is gone with the test file.
 * @param publicUrl where browsers find the application, if it is not where the server listens: sign-ins come back there
 */
export async function simulatedWorld(listeners: number, publicUrl?: string): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'consonance-server-'))
  const data = join(folder, 'data')
  const world = createWorld({ seed: 3, listeners })
  const usual = defaultApp('extended_pre2024')
  const redirectUris = publicUrl === undefined ? usual.redirectUris : [`${publicUrl}v1/sign-in/spotify/callback`]
  const app = { ...usual, redirectUris }
  const simulator = await new SpotifySimulator({ world, apps: [app] }).listen()
  const opened: { close(): Promise<void> }[] = []
  after(async () => {
    for (const one of opened.reverse()) await one.close()
    await simulator.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })
  const { store, registry, close } = await openStore(undefined, data, {}, { create: true })
  const endpoint = {
    credentials: app,
    hosts: simulator.hosts,
    secrets: new Secrets(),
    environment: systemEnvironment,
  }
  const client = await connect({ ...endpoint, limits: simulatorLimits })
  opened.push({ close: () => client.gate.close() })
  const links = Array.from({ length: listeners }, (_, i) => profileLink(simulator.people.idOf(i)).url)
  await ingestSpotify(links, { client, store, progress: noProgress, now: () => Math.floor(Date.now() / 1000) })
  await train({ seed: 1, preset: 'quick' }, { store, registry, progress: noProgress, kind: linearKind })
  await close()
  return {
    data,
    simulator,
    people: world,
    link: (listener) => links[listener]!,
    forget: async (listener) => {
      const { store, close } = await openStore(undefined, data, {}, { create: false })
      await store.erase(spotifyListener(simulator.people.idOf(listener)))
      await close()
    },
    open: async (options) => {
      const settings = options?.settings ?? {}
      const store = await openStore(undefined, data, settings, { create: false })
      const server = await ConsonanceServer.open({
        ...{ opened: store, settings, host: '127.0.0.1', port: 0, operatorToken },
        storePlace: { url: undefined, dataFolder: data, settings },
        pages: join(folder, 'no-page'),
        spotify: spotifyWay(endpoint, client),
        log: pino({ level: 'silent' }),
        ...options,
        limits: { requestsPerMinute: 100_000, jobsPerMinute: 100_000, ...options?.limits },
      })
      opened.push(store, server)
      return server
    },
  }
}

/** Somebody with a browser: keeps the cookie, and sends what our page would send. */
export class Visitor {
  readonly #server: ConsonanceServer
  cookie: string | undefined

  constructor(server: ConsonanceServer) {
    this.#server = server
  }

  async ask(path: string, { method, body, headers }: Asking = {}): Promise<Answered> {
    const isJson = body !== undefined && !(body instanceof Uint8Array)
    const response = await this.#server.app.inject({
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      url: path,
      headers: {
        host: [...(this.#server.place.hosts ?? ['anything'])][0]!,
        'x-consonance': '1',
        ...(this.cookie !== undefined && { cookie: this.cookie }),
        ...(body !== undefined && { 'content-type': isJson ? 'application/json' : 'application/octet-stream' }),
        ...headers,
      },
      ...(body !== undefined && { payload: isJson ? JSON.stringify(body) : Buffer.from(body as Uint8Array) }),
    })
    const set = response.cookies.find(({ name }) => name === 'consonance')
    if (set) this.cookie = set.value === '' ? undefined : `${set.name}=${set.value}`
    let json: unknown
    try {
      json = JSON.parse(response.payload)
    } catch {}
    return { status: response.statusCode, headers: response.headers, text: response.payload, json }
  }

  /** As `ask`, for what must succeed. */
  async get(path: string, asking: Asking = {}) {
    const answered = await this.ask(path, asking)
    assert.ok(answered.status < 300, `${path}: ${answered.status} ${answered.text}`)
    return answered.json
  }

  /** The code of the problem that must be answered. */
  async problem(path: string, asking: Asking = {}): Promise<string> {
    const { status, json, text, headers } = await this.ask(path, asking)
    assert.ok(status >= 400, `${path}: ${status} ${text}`)
    assert.equal(headers['content-type'], 'application/problem+json')
    assert.deepEqual([json.status, json.type], [status, `docs/api.md#${json.code}`])
    return json.code
  }

  /** Begins a job and waits for its end. */
  async job(request: object, query = '') {
    const { job, owner } = await this.get(`/v1/jobs${query}`, { body: request })
    return { ...(await this.ended(job.id)), owner }
  }

  async ended(id: string) {
    for (;;) {
      const job = await this.get(`/v1/jobs/${id}`)
      if (!['waiting', 'running'].includes(job.state)) return job
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
}
