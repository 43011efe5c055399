import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { authorize, issueToken } from './accounts-host.ts'
import { type Answer, bodyOf, send } from './answer.ts'
import { ApiHost, type RawRequest } from './api-host.ts'
import { ChanceFaults, type Fault, ScriptedFaults } from './faults.ts'
import { Library } from './library.ts'
import { Limiter } from './limits.ts'
import { People } from './people.ts'
import { RequestLog } from './request-log.ts'
import { SearchIndex } from './search.ts'
import {
  defaultApp,
  defaultSwitches,
  modes,
  noFaults,
  noLimits,
  type Settings,
  type Switches,
  someQuirks,
} from './settings.ts'
import { Tokens } from './tokens.ts'

const version = '/v1'

/**
 * A simulated Spotify: sign-in and Web API on two loopback ports, for apps of every mode, serving a seeded world. What it
 * answers depends on its settings, the request and the clock alone.
 */
export class SpotifySimulator {
  readonly log = new RequestLog()
  readonly people: People
  readonly library: Library
  readonly tokens: Tokens
  readonly scripted = new ScriptedFaults()
  readonly #settings: Settings
  readonly #switches: Switches
  readonly #now: () => number
  readonly #faults: ChanceFaults
  readonly #apps: ReadonlyMap<string, NonNullable<Settings['apps']>[number]>
  readonly #pausedUntil = new Map<string, number>()
  readonly #servers: Server[] = []
  #api: ApiHost | undefined
  #addresses: { readonly api: string; readonly accounts: string } | undefined

  constructor(settings: Settings) {
    const { world, quirks = someQuirks, apps = modes.map(defaultApp) } = settings
    this.#settings = settings
    this.#switches = { ...defaultSwitches, ...settings.switches }
    this.#now = settings.now ?? Date.now
    this.#apps = new Map(apps.map((app) => [app.clientId, app]))
    this.people = new People(world, quirks)
    this.library = new Library(world, quirks, this.people, this.#now)
    this.tokens = new Tokens(world.seed, this.#now)
    this.#faults = new ChanceFaults(world.seed, settings.faults ?? noFaults)
  }

  /** Addresses of the API, with its version, and of the sign-in host. @throws RangeError before `listen` */
  get hosts(): { readonly api: string; readonly accounts: string } {
    if (this.#addresses === undefined) throw new RangeError('the simulator does not listen yet')
    return this.#addresses
  }

  /** Listens on 127.0.0.1. @param port of the API; the sign-in host gets the one above. Default: any free ones. */
  async listen(port = 0): Promise<this> {
    const api = await this.#serve((request, response) => this.#onApi(request, response), port)
    const accounts = await this.#serve((request, response) => this.#onAccounts(request, response), port && port + 1)
    this.#addresses = { api: `${api}${version}`, accounts }
    const { world, limits = noLimits } = this.#settings
    const content = {
      world,
      people: this.people,
      library: this.library,
      search: new SearchIndex(world),
      switches: this.#switches,
    }
    this.#api = new ApiHost(content, this.tokens, new Limiter(limits), this.#addresses.api, this.#now)
    return this
  }

  async close(): Promise<void> {
    for (const server of this.#servers.splice(0)) {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    }
  }

  async #serve(on: (request: IncomingMessage, response: ServerResponse) => void, port: number): Promise<string> {
    const server = createServer(on)
    this.#servers.push(server)
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  #onApi(request: IncomingMessage, response: ServerResponse): void {
    const { marked } = this.#switches
    const url = request.url ?? '/'
    const [path = '/', search = ''] = splitOnce(url, '?')
    if (path === '/simulator/links') {
      send(response, this.#links(new URLSearchParams(search)), marked)
      return
    }
    if (request.method === 'POST') {
      let body = ''
      request.setEncoding('utf8')
      request.on('data', (chunk: string) => {
        body += chunk
      })
      request.on('end', () => this.#respond(request, response, url, path, search, body))
    } else this.#respond(request, response, url, path, search)
  }

  #respond(
    request: IncomingMessage,
    response: ServerResponse,
    url: string,
    path: string,
    search: string,
    body?: string,
  ): void {
    const { marked } = this.#switches
    const raw: RawRequest = {
      ...(body !== undefined && { body }),
      method: request.method ?? 'GET',
      path: path.startsWith(`${version}/`) ? path.slice(version.length) : '/',
      query: new URLSearchParams(search),
      authorization: request.headers.authorization,
    }
    const at = this.#now()
    const app = this.#api!.appOf(raw)
    const inPause = app !== undefined && at < (this.#pausedUntil.get(app.clientId) ?? 0)
    const fault = this.scripted.next(url) ?? this.#faults.next(url, at)
    const { answer, body: sent } = this.#answer(raw, fault, request.headers['if-none-match'])
    const seconds = pauseOf(answer, at)
    if (app && seconds > 0) this.#pausedUntil.set(app.clientId, at + seconds * 1000)
    this.log.add({
      at,
      host: 'api',
      ...(app && { app: app.clientId }),
      route: this.#api!.routeOf(raw),
      path: url,
      status: answer.status,
      ...(fault && { fault: 'name' in fault ? fault.name : fault.kind }),
      ...(inPause && { inPause }),
    })
    if (fault?.kind === 'reset') request.socket.destroy()
    else if (fault?.kind === 'slow') setTimeout(() => send(response, answer, marked, sent), fault.ms)
    else if (fault?.kind !== 'hanging') send(response, answer, marked, sent)
  }

  #answer(raw: RawRequest, fault: Fault | undefined, known: string | undefined): { answer: Answer; body?: string } {
    if (fault?.kind === 'answer') return { answer: fault.answer }
    let answer = this.#api!.answer(raw)
    if (fault?.kind === 'next-link') answer = { ...answer, json: { ...(answer.json as object), next: fault.next } }
    const body = bodyOf(answer)
    if (fault?.kind === 'truncated') return { answer, body: body.slice(0, Math.floor(body.length / 2)) }
    if (!this.#switches.etags || answer.status !== 200) return { answer, body }
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 20)}"`
    if (known === etag) return { answer: { status: 304, headers: { etag } } }
    return { answer: { ...answer, headers: { ...answer.headers, etag } }, body }
  }

  #onAccounts(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? '/'
    const [path = '/', search = ''] = splitOnce(url, '?')
    let form = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      form += chunk
    })
    request.on('end', () => {
      const hosts = { apps: this.#apps, people: this.people, tokens: this.tokens }
      const fault = this.scripted.next(path)
      let answer: Answer = { status: 404, text: 'Not found' }
      if (fault?.kind === 'answer') answer = fault.answer
      else if (path === '/authorize') answer = authorize(hosts, new URLSearchParams(search))
      else if (path === '/api/token' && request.method === 'POST')
        answer = issueToken(hosts, new URLSearchParams(form), request.headers.authorization)
      this.log.add({
        at: this.#now(),
        host: 'accounts',
        route: `${request.method} ${path}`,
        path,
        status: answer.status,
      })
      if (fault?.kind === 'reset') request.socket.destroy()
      else send(response, answer, this.#switches.marked)
    })
  }

  /** Links to profiles, one a line: what a script begins with. */
  #links(query: URLSearchParams): Answer {
    const from = Number(query.get('from') ?? 0)
    const count = Math.min(Number(query.get('count') ?? 100), this.people.count - from)
    const lines = Array.from({ length: Math.max(0, count) }, (_, at) => {
      return `https://open.spotify.com/user/${encodeURIComponent(this.people.idOf(from + at))}\n`
    })
    return { status: 200, text: lines.join('') }
  }
}

function splitOnce(text: string, sign: string): readonly string[] {
  const at = text.indexOf(sign)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

/** Seconds of the pause that an answer states. */
function pauseOf({ status, headers }: Answer, now: number): number {
  const stated = status === 429 || status === 503 ? headers?.['retry-after'] : undefined
  if (stated === undefined) return 0
  return /^\d+$/.test(stated) ? Number(stated) : (Date.parse(stated) - now) / 1000
}
