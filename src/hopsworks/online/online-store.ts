import { HopsworksError } from '../error.ts'
import type { HttpRequest, HttpService, Refusal } from '../http/http-service.ts'
import type { Session } from '../session.ts'
import { Shared } from '../shared.ts'

const port = 4406

/** RonDB, the project's online store, through its REST server. */
export class OnlineStore {
  readonly #session: Session
  readonly #service: Shared<HttpService>

  constructor(session: Session) {
    this.#session = session
    this.#service = new Shared(() => this.#connect())
  }

  async ask(request: HttpRequest): Promise<unknown> {
    const service = await this.#service.get(request.signal)
    return service.json({ ...request, path: `/0.1.0/${request.path}` })
  }

  async #connect(): Promise<HttpService> {
    const { options, patienceOfReads } = this.#session
    const address =
      options.services?.rondb ??
      `https://${await this.#session.addressOf('rondb', 'loadbalancer_external_domain_online_store_rest_server', 'rdrs.service', port, undefined)}`
    return this.#session.service({
      part: 'rondb',
      origin: address,
      trust: await this.#session.clusterTrust(undefined),
      headers: async () => ({ 'x-api-key': options.apiKey.trim() }),
      explain,
      patience: patienceOfReads,
    })
  }
}

/** `{code, reason, message}`. */
function explain(status: number, body: unknown): Refusal {
  const { reason, message, code } = (body ?? {}) as { reason?: string; message?: string; code?: number }
  return {
    said: [reason, message].filter(Boolean).join(' '),
    errorCode: code,
    do: status === 401 || status === 403 ? 'check that the API key has the scope FEATURESTORE' : undefined,
  }
}

/** A table of the online store. */
export interface Table {
  readonly database: string
  readonly name: string
}

/** By the columns of the primary key. */
export type TableKey = Readonly<Record<string, unknown>>

/** Operations in one request. */
const readsAtOnce = 500

/** Rows of one table by primary key, in the order asked; undefined where there is none. */
export async function readByKey(
  store: OnlineStore,
  table: Table,
  columns: readonly string[],
  keys: readonly TableKey[],
  signal: AbortSignal | undefined,
): Promise<(Readonly<Record<string, unknown>> | undefined)[]> {
  const path = `${encodeURIComponent(table.database)}/${encodeURIComponent(table.name)}/pk-read`
  const subject = `rows of "${table.name}"`
  if (keys.length === 1) {
    const request = {
      method: 'POST',
      path,
      json: bodyOf(keys[0]!, columns),
      subject,
      repeatable: true,
      signal,
    } as const
    const answer = await store.ask({ ...request, isMissing: (status) => status === 404 })
    return [(answer as { data?: Record<string, unknown> } | undefined)?.data ?? undefined]
  }
  const rows: (Readonly<Record<string, unknown>> | undefined)[] = []
  for (let i = 0; i < keys.length; i += readsAtOnce) {
    const operations = keys.slice(i, i + readsAtOnce).map((key) => ({
      method: 'POST',
      'relative-url': path,
      body: bodyOf(key, columns),
    }))
    const request = { method: 'POST', path: 'batch', json: { operations }, subject, repeatable: true, signal } as const
    const results = resultsOf(await store.ask(request))
    if (results.length !== operations.length)
      throw new HopsworksError('rondb', `${subject}: ${results.length} answers to ${operations.length} reads`, {
        passing: true,
      })
    for (const { code, body, message } of results) {
      if (code !== 200 && code !== 404)
        throw new HopsworksError('rondb', `${subject}: refused (${code}${message ? `, "${message}"` : ''})`, {
          status: code,
          passing: code >= 500,
        })
      rows.push(code === 200 ? (body?.data ?? undefined) : undefined)
    }
  }
  return rows
}

interface BatchResult {
  readonly code: number
  readonly body?: { readonly data?: Readonly<Record<string, unknown>> | null } | null
  readonly message?: string
}

/** A bare list from older servers, wrapped by newer ones. */
function resultsOf(answer: unknown): readonly BatchResult[] {
  if (Array.isArray(answer)) return answer
  return (answer as { result?: BatchResult[] } | null)?.result ?? []
}

function bodyOf(key: TableKey, columns: readonly string[]): unknown {
  return {
    filters: Object.entries(key).map(([column, value]) => ({
      column,
      value: value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    })),
    readColumns: columns.map((column) => ({ column, dataReturnType: 'default' })),
  }
}
