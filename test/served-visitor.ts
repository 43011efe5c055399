import assert from 'node:assert/strict'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { outcome, spawnConsonance } from './command-line.ts'
import { until } from './until.ts'

/** `consonance serve` as a process of its own. */
export interface Served extends AsyncDisposable {
  readonly url: string
  readonly child: ChildProcessWithoutNullStreams
}

/** @param args of the command, beside `serve` */
export async function serve(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Served> {
  const child = spawnConsonance(['serve', '--port', '0', '--json', ...args], env && { env })
  const ended = outcome(child)
  const said = once(child.stdout, 'data').then(([text]) => JSON.parse(text) as { readonly url: string })
  const end = ended.then(({ stderr }): never => assert.fail(`serve ended: ${stderr}`))
  end.catch(() => {})
  const { url } = await Promise.race([said, end])
  const stop = async () => {
    child.kill('SIGINT')
    assert.equal((await ended).code, 0)
  }
  return { url, child, [Symbol.asyncDispose]: stop }
}

/** Somebody with a browser at a server that is another process. */
export class ServedVisitor {
  readonly #url: string
  #cookie = ''

  constructor({ url }: Pick<Served, 'url'>) {
    this.#url = url
  }

  ask(path: string, { method, body }: { readonly method?: string; readonly body?: unknown } = {}): Promise<Response> {
    const isBytes = body instanceof Uint8Array
    return fetch(new URL(path, this.#url), {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        'x-consonance': '1',
        ...(this.#cookie && { cookie: this.#cookie }),
        ...(body !== undefined && { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' }),
      },
      ...(body !== undefined && { body: isBytes ? Buffer.from(body) : JSON.stringify(body) }),
    })
  }

  /** As `ask`, for what must succeed. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into at many places
  async get(path: string, asking: Parameters<ServedVisitor['ask']>[1] = {}): Promise<any> {
    const response = await this.ask(path, asking)
    const text = await response.text()
    assert.ok(response.ok, `${path}: ${response.status} ${text}`)
    for (const set of response.headers.getSetCookie()) this.#cookie = set.split(';')[0]!
    return text === '' ? undefined : JSON.parse(text)
  }

  /** Begins a job and waits until it is done. */
  async job(request: object): Promise<{ readonly id: string; readonly profile: string }> {
    const { job } = await this.get('/v1/jobs', { body: request })
    let now = job
    await until(`job ${job.id}`, async () => {
      now = await this.get(`/v1/jobs/${job.id}`)
      assert.ok(['waiting', 'running', 'done'].includes(now.state), JSON.stringify(now))
      return now.state === 'done'
    })
    return now
  }
}
