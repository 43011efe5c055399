import { rootCertificates } from 'node:tls'
import { apiRefusal, isNotFound } from './api-refusal.ts'
import { HopsworksError } from './error.ts'
import { type Environment, systemEnvironment } from './http/environment.ts'
import { type HttpRequest, HttpService, type HttpServiceOptions, type Trust } from './http/http-service.ts'
import { Secrets } from './http/secrets.ts'
import type { LoginOptions } from './login-options.ts'
import { Shared } from './shared.ts'
import { type BackendVersion, parseVersion } from './version.ts'

/** Certificates (PEM) with which the project's own services are spoken to. */
export interface Credentials {
  readonly caChain: string
  readonly clientCert: string
  readonly clientKey: string
  /** The same as Java key stores, base64, with their password. Older servers don't give them. */
  readonly javaStores?: { readonly keyStore: string; readonly trustStore: string; readonly password: string }
}

/** Milliseconds. */
const defaults = {
  timeouts: { request: 30_000, kafka: 60_000, ingestion: 60_000, patience: 45_000, offline: 900_000 },
  window: 600_000,
}

/** Of searches and online reads. */
const mostPatienceOfReads = 10_000

/** What all parts of the client share: the API, the options, the project's credentials and settings, each asked once. */
export class Session {
  readonly options: LoginOptions
  readonly environment: Environment
  readonly secrets = new Secrets()
  readonly host: string
  readonly port: number
  readonly timeouts: Required<NonNullable<LoginOptions['timeouts']>>
  readonly window: number
  readonly #api: HttpService
  #project: { readonly id: number; readonly name: string } | undefined
  #version: BackendVersion | undefined
  readonly #credentials = new Shared(() => this.#readCredentials())
  readonly #variables = new Map<string, Shared<string | undefined>>()
  readonly #closing: (() => Promise<void>)[] = []

  constructor(options: LoginOptions) {
    const { host = 'eu-west.cloud.hopsworks.ai', port = 443, apiKey } = options
    if (!apiKey.trim())
      throw new HopsworksError('client', 'there is no API key', {
        do: 'create one in your account settings at Hopsworks',
      })
    if (!/^[\w.:[\]-]+$/.test(host))
      throw new HopsworksError('client', `"${host}" is no host`, { do: 'give the name alone, without https://' })
    this.options = options
    this.environment = options.environment ?? systemEnvironment
    this.host = host
    this.port = port
    this.timeouts = { ...defaults.timeouts, ...options.timeouts }
    this.window = options.materializationWindow ?? defaults.window
    this.secrets.keep(apiKey.trim())
    this.#api = this.service({
      part: 'api',
      origin: `https://${host}:${port}`,
      trust: {
        ...(options.ca && { ca: authorities(options.ca, true) }),
        checksHost: true,
        insecure: options.insecure === true,
      },
      headers: async () => ({ authorization: `ApiKey ${apiKey.trim()}` }),
      explain: apiRefusal,
      patience: this.timeouts.patience,
    })
  }

  /** @throws HopsworksError before `open` */
  get project(): { readonly id: number; readonly name: string } {
    return this.#project!
  }

  get version(): BackendVersion {
    return this.#version!
  }

  /** Reads the backend's version and finds the project. */
  async open(signal: AbortSignal | undefined): Promise<void> {
    this.#version = await this.#readVersion(signal)
    this.#project = await this.#findProject(signal)
  }

  /** Asks the API below `/hopsworks-api/api/`. */
  api(request: HttpRequest): Promise<unknown> {
    return this.#api.json({ ...request, path: apiPath(request.path) })
  }

  apiBytes(request: HttpRequest): AsyncGenerator<Uint8Array, void, undefined> {
    return this.#api.bytes({ ...request, path: apiPath(request.path) })
  }

  /** Below `project/{id}/`. */
  projectApi(request: HttpRequest): Promise<unknown> {
    return this.api({ ...request, path: `project/${this.project.id}/${request.path}` })
  }

  /** A service of the cluster, closed with the session. */
  service(
    options: Pick<HttpServiceOptions, 'part' | 'origin' | 'trust' | 'headers' | 'renew' | 'explain' | 'patience'>,
  ): HttpService {
    const { environment, secrets } = this
    const service = new HttpService({
      ...options,
      environment,
      secrets,
      timeout: this.timeouts.request,
      log: this.options.log,
    })
    this.closing(() => service.close())
    return service
  }

  /** For searches and online reads. */
  get patienceOfReads(): number {
    return Math.min(mostPatienceOfReads, this.timeouts.patience)
  }

  /** What is done when the session closes, last first. */
  closing(step: () => Promise<void>): void {
    this.#closing.push(step)
  }

  async close(): Promise<void> {
    for (const step of this.#closing.splice(0).reverse()) await step()
  }

  credentials(signal: AbortSignal | undefined): Promise<Credentials> {
    return this.#credentials.get(signal)
  }

  /** Trust in the cluster's own authority only, which doesn't know the names that load balancers have. */
  async clusterTrust(signal: AbortSignal | undefined): Promise<Trust> {
    const { caChain } = await this.credentials(signal)
    const { ca, insecure } = this.options
    return { ca: [caChain, ...authorities(ca ?? [], false)], checksHost: false, insecure: insecure === true }
  }

  /** A setting of the backend; undefined where it has none. */
  variable(name: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    const asked = this.#variables.get(name) ?? new Shared(() => this.#readVariable(name))
    this.#variables.set(name, asked)
    return asked.get(signal)
  }

  /**
   * Where a service is: behind its load balancer, or inside the cluster by its name there.
   * @throws HopsworksError when the backend tells no address
   */
  async addressOf(
    part: 'opensearch' | 'rondb' | 'mysql' | 'flight',
    variable: string,
    internal: string,
    port: number,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const name = this.options.internal ? 'service_discovery_domain' : variable
    const value = (await this.variable(name, signal))?.trim()
    if (!value)
      throw new HopsworksError(part, `${this.host} names no address for it (variable "${name}" is not set)`, {
        do: `ask for a load balancer of it, or give its address in \`services.${part}\``,
      })
    return `${this.options.internal ? `${internal}.${value}` : value}:${port}`
  }

  async #readVersion(signal: AbortSignal | undefined): Promise<BackendVersion> {
    const answer = await this.api({ method: 'GET', path: 'variables/versions', subject: 'its version', signal })
    const rows = Array.isArray(answer) ? (answer as { software?: string; version?: string }[]) : []
    const text = rows.find((row) => row.software === 'hopsworks')?.version
    try {
      return parseVersion(text ?? '')
    } catch (cause) {
      throw new HopsworksError('api', `${this.host}:${this.port} does not say which version of Hopsworks it is`, {
        do: 'check that the host is a Hopsworks server',
        cause,
      })
    }
  }

  async #findProject(signal: AbortSignal | undefined): Promise<{ id: number; name: string }> {
    const wanted = this.options.project ?? (await this.#onlyProject(signal))
    const subject = `project "${wanted}"`
    const answer = (await this.api({
      method: 'GET',
      path: `project/getProjectInfo/${encodeURIComponent(wanted)}`,
      subject,
      signal,
      isMissing: isNotFound,
    })) as { projectId?: number; projectName?: string } | null | undefined
    if (!answer?.projectId)
      throw new HopsworksError('api', `${subject}: there is none that this API key opens at ${this.host}`, {
        do: 'check its name, and that the key belongs to a member of it',
      })
    return { id: answer.projectId, name: answer.projectName ?? wanted }
  }

  async #onlyProject(signal: AbortSignal | undefined): Promise<string> {
    const answer = await this.api({ method: 'GET', path: 'project', subject: 'the projects', signal })
    const rows = Array.isArray(answer) ? (answer as { project?: { name?: string } }[]) : []
    const names = rows.map((row) => row.project?.name).filter((name) => name !== undefined)
    if (names.length === 1) return names[0]!
    throw new HopsworksError(
      'api',
      names.length === 0 ? 'the API key opens no project' : `the API key opens ${names.length} projects`,
      { do: names.length === 0 ? 'create one at Hopsworks' : `name one of them: ${names.join(', ')}` },
    )
  }

  async #readCredentials(): Promise<Credentials> {
    const answer = (await this.projectApi({
      method: 'GET',
      path: 'credentials',
      subject: "the project's certificates",
    })) as Record<string, unknown>
    const { caChain, clientCert, clientKey, kStore, tStore, password } = answer ?? {}
    if (typeof caChain !== 'string' || typeof clientCert !== 'string' || typeof clientKey !== 'string')
      throw new HopsworksError('api', "the project's certificates are not in the answer", {
        do: 'this version of Hopsworks may be too old: 4.0 is the first that is known to work',
      })
    this.secrets.keep(clientKey)
    if (typeof password === 'string') this.secrets.keep(password)
    const hasStores = typeof kStore === 'string' && typeof tStore === 'string' && typeof password === 'string'
    const javaStores = hasStores && { keyStore: kStore, trustStore: tStore, password }
    return { caChain, clientCert, clientKey, ...(javaStores && { javaStores }) }
  }

  async #readVariable(name: string): Promise<string | undefined> {
    const answer = (await this.api({
      method: 'GET',
      path: `variables/${name}`,
      subject: `the setting ${name}`,
      isMissing: isNotFound,
    })) as { successMessage?: string } | null | undefined
    return answer?.successMessage
  }
}

function apiPath(path: string): string {
  return `/hopsworks-api/api/${path}`
}

function authorities(ca: string | readonly string[], withSystem: boolean): readonly string[] {
  return [...(withSystem ? rootCertificates : []), ...(typeof ca === 'string' ? [ca] : ca)]
}
