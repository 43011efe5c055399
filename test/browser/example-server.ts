import { createReadStream, existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { after } from 'node:test'
import { builtPage } from './built-page.ts'
import * as examples from './example-answers.ts'

/** What the real server sends with every page. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"

type Answers = Readonly<Record<string, unknown>>

const { you, other, pair, profile, status } = examples

/** By method and path below /v1. A problem answers with its status. */
const exampleAnswers: Answers = {
  'GET about': examples.about,
  'GET session': {
    profiles: [{ key: you, name: 'morning-owl', role: 'owner', origin: 'simulated', simulated: true }],
    operator: true,
  },
  [`GET jobs/${examples.job.id}`]: examples.job,
  [`GET jobs/${examples.job.id}/answer`]: { ...examples.answer, provisional: true },
  [`GET jobs/${examples.demoJob.id}`]: examples.demoJob,
  [`GET profiles/${you}`]: profile,
  [`POST profiles/${you}/matches`]: examples.answer,
  [`GET profiles/${you}/hygiene`]: examples.choices,
  [`GET profiles/${you}/blocks`]: [{ listener: other, name: 'tape-hiss', since: profile.readAt }],
  [`POST profiles/${you}/matches/${other}`]: pair,
  [`POST profiles/${you}/matches/${other}/card`]: {
    title: 'morning-owl and tape-hiss',
    you: 'morning-owl',
    other: 'tape-hiss',
    simulated: true,
    affinityText: '71',
    rarityText: 'one pair in 2,300 is this close',
    genres: pair.genres.slice(0, 3).map(({ genre }) => genre),
    artists: pair.artists.slice(0, 4).map(({ name }) => name),
    alt: 'morning-owl and tape-hiss, affinity 71: both keep Treldimise, Pulindenol and Fintokude.',
  },
  [`POST profiles/${you}/matches/${other}/playlist`]: {
    title: 'morning-owl and tape-hiss',
    tracks: pair.tracks.map((track, i) => ({ ...track, from: (['both', 'you', 'them'] as const)[i % 3] })),
  },
  'GET operator/status': status,
  'GET operator/models': [
    {
      version: 1,
      kind: 'linear',
      promoted: true,
      trainedAt: profile.readAt,
      hash: 'a1',
      marks: [],
      metrics: { 'R@1': 0.412, MRR: 0.53 },
      report: true,
    },
    {
      version: 2,
      kind: 'network',
      promoted: false,
      trainedAt: profile.readAt,
      hash: 'b2',
      marks: ['research use only'],
      metrics: { 'R@1': 0.39 },
      report: false,
    },
  ],
  'GET operator/candidates': [{ foundIn: 'search "shoegaze"', waiting: 42, read: 120, failed: 3 }],
  'GET operator/jobs': [examples.job],
  'GET operator/reports': [
    { id: 1, at: profile.readAt, listener: other, name: 'tape-hiss', reason: 'not-a-person', text: 'It hisses.' },
  ],
}

export interface ExampleServer {
  readonly url: string
  /** Answers from now on that differ from the usual ones. */
  changed: Answers
}

/** Serves the built page, and example answers where the API would be. */
export async function exampleServer(): Promise<ExampleServer> {
  const dist = builtPage()
  const server = createServer((request, response) => {
    const path = new URL(request.url!, 'http://page').pathname.slice(1)
    const answers = { ...exampleAnswers, ...started.changed }
    if (path.startsWith('v1/')) answerApi(`${request.method} ${path.slice(3)}`, answers, request, response)
    else servePage(dist, path, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  const started: ExampleServer = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, changed: {} }
  return started
}

function answerApi(asked: string, answers: Answers, request: IncomingMessage, response: ServerResponse): void {
  request.resume()
  if (asked.endsWith('/events')) {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    return
  }
  const answer = answers[asked] ?? { type: 'about:blank', title: 'There is nothing', status: 404, code: 'not-found' }
  const problem = typeof answer === 'object' && 'code' in answer && 'status' in answer
  response.writeHead(problem ? Number(answer.status) : 200, {
    'content-type': problem ? 'application/problem+json' : 'application/json',
  })
  response.end(JSON.stringify(answer))
}

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.html': 'text/html; charset=utf-8',
}

function servePage(dist: string, path: string, response: ServerResponse): void {
  const file = path !== '' && existsSync(join(dist, path)) ? path : 'index.html'
  response.writeHead(200, {
    'content-type': types[extname(file)]!,
    'content-security-policy': policy,
    'cache-control': file === 'index.html' ? 'no-cache' : 'public, max-age=31536000, immutable',
  })
  createReadStream(join(dist, file)).pipe(response)
}
