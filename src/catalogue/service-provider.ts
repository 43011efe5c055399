import type { ServiceClient } from '../services/service-client.ts'
import { ServiceError } from '../services/service-error.ts'
import type { Origin } from '../taste/provenance.ts'
import { type Answer, type Provider, ProviderClosed, usualAge } from './provider.ts'

/** Failures one after the other before a service is not asked any more. */
const mostFailures = 3

/** What all providers that are web services have in common. */
export abstract class ServiceProvider<Gap, Value> implements Provider<Gap, Value> {
  readonly name: string
  readonly age: { readonly found: number; readonly missing: number } = usualAge
  abstract readonly batch: number
  protected readonly client: ServiceClient
  readonly #origin: Origin
  #failures = 0

  /** @param name its name; a simulator's is another, so that nobody's answers are taken for those of the other. */
  constructor(name: string, origin: Origin, client: ServiceClient) {
    this.name = client.isLocal ? `simulated-${name}` : name
    this.#origin = origin
    this.client = client
  }

  get origin(): Origin {
    return this.client.simulated ? 'simulated' : this.#origin
  }

  get requests(): number {
    return this.client.requests
  }

  async *ask(gaps: readonly Gap[], signal?: AbortSignal): AsyncGenerator<readonly Answer<Gap, Value>[]> {
    try {
      for await (const answers of this.answers(gaps, signal)) {
        this.#failures = 0
        yield answers
      }
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      if (error.closes || ++this.#failures >= mostFailures) throw new ProviderClosed(error.message, error.retryAt)
      throw error
    }
  }

  async close(): Promise<void> {
    await this.client.gate.close()
  }

  abstract takes(gap: Gap): boolean
  /** @throws ServiceError */
  protected abstract answers(
    gaps: readonly Gap[],
    signal: AbortSignal | undefined,
  ): AsyncIterable<readonly Answer<Gap, Value>[]>
}
