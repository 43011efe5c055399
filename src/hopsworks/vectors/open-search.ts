import type { HttpRequest, HttpService, Refusal } from '../http/http-service.ts'
import type { Session } from '../session.ts'
import { Shared } from '../shared.ts'

const port = 9200

/** The project's vector database. Signs in with a token of Hopsworks', and again when that has expired. */
export class OpenSearch {
  readonly #session: Session
  readonly #service: Shared<HttpService>
  readonly #token: Shared<string>

  constructor(session: Session) {
    this.#session = session
    this.#service = new Shared(() => this.#connect())
    this.#token = new Shared(() => this.#readToken())
  }

  async ask(request: HttpRequest): Promise<unknown> {
    const service = await this.#service.get(request.signal)
    return service.json(request)
  }

  async #connect(): Promise<HttpService> {
    const { options } = this.#session
    const address =
      options.services?.opensearch ??
      `https://${await this.#session.addressOf('opensearch', 'loadbalancer_external_domain_opensearch', 'rest.elastic.service', port, undefined)}`
    return this.#session.service({
      part: 'opensearch',
      origin: address,
      trust: await this.#session.clusterTrust(undefined),
      headers: async (signal): Promise<Readonly<Record<string, string>>> => {
        const token = await this.#token.get(signal)
        return token ? { authorization: token } : {}
      },
      renew: () => this.#token.forget(),
      explain,
      patience: this.#session.patienceOfReads,
    })
  }

  async #readToken(): Promise<string> {
    const answer = (await this.#session.api({
      method: 'GET',
      path: `elastic/jwt/${this.#session.project.id}`,
      subject: 'a token for OpenSearch',
    })) as { token?: string } | null
    return this.#session.secrets.keep(answer?.token ?? '')
  }
}

function explain(status: number, body: unknown): Refusal {
  const { error } = (body ?? {}) as { error?: { reason?: string; type?: string } | string }
  const said = typeof error === 'string' ? error : [error?.type, error?.reason].filter(Boolean).join(': ')
  const advice =
    status === 401 || status === 403
      ? 'check that the API key has the scope FEATURESTORE'
      : status === 404
        ? 'check that the feature group still exists'
        : undefined
  return { said, do: advice }
}
