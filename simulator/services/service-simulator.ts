import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Answer, bodyOf } from '../spotify/answer.ts'
import { ChanceFaults, ScriptedFaults } from '../spotify/faults.ts'
import { RequestLog } from '../spotify/request-log.ts'
import { noFaults, type RandomFaults } from '../spotify/settings.ts'
import type { World } from '../world/world.ts'
import { type ServiceHost, type ServiceRequest, WindowCount } from './host.ts'
import { LastfmHost } from './lastfm-host.ts'
import { ListenBrainzHost } from './listenbrainz-host.ts'
import { MusicBrainzHost } from './musicbrainz-host.ts'
import { NameIndex } from './names.ts'
import { ReccoBeatsHost } from './reccobeats-host.ts'

export interface ServiceSimulatorSettings {
  readonly world: World
  /** Milliseconds since 1970. Default: the machine's clock. */
  readonly now?: () => number
  /** Whether the services count requests and refuse those that are too many. Default: no. */
  readonly counts?: boolean
  readonly faults?: RandomFaults
  /** Whether Last.fm's failures come with status 200. */
  readonly errorsAs200?: boolean
  /** Whether answers say that they come from a simulator. Default: yes. */
  readonly marked?: boolean
}

export type SimulatedService = 'reccobeats' | 'musicbrainz' | 'lastfm' | 'listenbrainz'

/**
 * Simulated ReccoBeats, MusicBrainz, Last.fm and ListenBrainz on one loopback port, each below a path of its own, serving a
 * seeded world: the same artists, tracks and listeners as the simulated Spotify of that world. What they answer depends on
 * the settings, the request and the clock alone.
 */
export class ServiceSimulator {
  readonly log = new RequestLog()
  readonly scripted = new ScriptedFaults()
  readonly #settings: ServiceSimulatorSettings
  readonly #now: () => number
  readonly #faults: ChanceFaults
  readonly #hosts: readonly ServiceHost[]
  readonly #counts = new WindowCount()
  readonly #pausedUntil = new Map<ServiceHost, number>()
  #server: Server | undefined
  #origin: string | undefined

  constructor(settings: ServiceSimulatorSettings) {
    const { world, errorsAs200 = false } = settings
    this.#settings = settings
    this.#now = settings.now ?? Date.now
    this.#faults = new ChanceFaults(world.seed, settings.faults ?? noFaults)
    const names = new NameIndex(world)
    this.#hosts = [
      new ReccoBeatsHost(world),
      new MusicBrainzHost(world, names),
      new LastfmHost(world, names, errorsAs200),
      new ListenBrainzHost(world, names),
    ]
  }

  /** Listens on 127.0.0.1. @param port default: any free one */
  async listen(port = 0): Promise<this> {
    const server = createServer((request, response) => this.#on(request, response))
    this.#server = server
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    this.#origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return this
  }

  /** Addresses by service, as the settings take them. @throws RangeError before `listen` */
  get addresses(): Readonly<Record<SimulatedService, string>> {
    if (this.#origin === undefined) throw new RangeError('the simulator does not listen yet')
    const [reccobeats, musicbrainz, lastfm, listenbrainz] = this.#hosts.map(({ prefix }) => `${this.#origin}${prefix}`)
    return { reccobeats: reccobeats!, musicbrainz: musicbrainz!, lastfm: lastfm!, listenbrainz: listenbrainz! }
  }

  async close(): Promise<void> {
    const server = this.#server
    if (!server) return
    this.#server = undefined
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }

  #on(message: IncomingMessage, response: ServerResponse): void {
    const url = new URL(message.url ?? '/', this.#origin)
    const host = this.#hosts.find(({ prefix }) => url.pathname === prefix || url.pathname.startsWith(`${prefix}/`))
    if (!host) {
      send(response, { status: 404, text: 'Nothing is simulated here' }, this.#isMarked)
      return
    }
    const request: ServiceRequest = {
      path: url.pathname.slice(host.prefix.length),
      query: url.searchParams,
      headers: message.headers,
    }
    const at = this.#now()
    const key = url.searchParams.get('api_key')
    const path = `${url.pathname}${url.search}`.replaceAll(key || '\0', '[key]')
    const isInPause = at < (this.#pausedUntil.get(host) ?? 0)
    const fault = this.scripted.next(path) ?? this.#faults.next(path, at)
    let { answer, headers } = this.#counted(host, request, at)
    if (fault?.kind === 'answer') answer = fault.answer
    const seconds = Number(answer.headers?.['retry-after'] ?? 0)
    if (seconds > 0) this.#pausedUntil.set(host, at + seconds * 1000)
    this.log.add({
      at,
      host: 'api',
      route: host.route(request),
      path,
      status: answer.status,
      ...(fault && { fault: 'name' in fault ? fault.name : fault.kind }),
      ...(isInPause && { inPause: true }),
    })
    const full = { ...answer, headers: { ...headers, ...answer.headers } }
    if (fault?.kind === 'reset') message.socket.destroy()
    else if (fault?.kind === 'slow') setTimeout(() => send(response, full, this.#isMarked), fault.ms)
    else if (fault?.kind === 'truncated') {
      const body = bodyOf(full)
      const { json: _, ...rest } = full
      send(response, { ...rest, text: body.slice(0, Math.floor(body.length / 2)) }, this.#isMarked)
    } else if (fault?.kind !== 'hanging') send(response, full, this.#isMarked)
  }

  get #isMarked(): boolean {
    return this.#settings.marked ?? true
  }

  #counted(
    host: ServiceHost,
    request: ServiceRequest,
    now: number,
  ): { answer: Answer; readonly headers: Readonly<Record<string, string>> } {
    if (!this.#settings.counts) return { answer: host.answer(request), headers: {} }
    const who = `${host.prefix} ${request.headers.authorization ?? ''}`
    const limit = host.limit(request)
    const state = this.#counts.take(who, limit, now)
    const rate = typeof state === 'number' ? { limit: limit.requests, remaining: 0, resetIn: state } : state
    return {
      answer: typeof state === 'number' ? host.refusal(state) : host.answer(request),
      headers: host.rateHeaders?.(rate) ?? {},
    }
  }
}

function send(response: ServerResponse, answer: Answer, marked: boolean): void {
  const body = Buffer.from(bodyOf(answer))
  const type = answer.json === undefined ? (answer.type ?? 'text/plain; charset=utf-8') : 'application/json'
  response.writeHead(answer.status, {
    ...(body.length > 0 && { 'content-type': type }),
    ...(answer.status !== 204 && { 'content-length': body.length }),
    ...(marked && { 'x-simulated-service': '1' }),
    ...answer.headers,
  })
  response.end(body)
}
