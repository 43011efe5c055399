import type { ServiceClient } from '../../services/service-client.ts'
import type { Origin } from '../../taste/provenance.ts'

/** What all readers of names at a service have in common. */
export abstract class ServiceReader {
  protected readonly client: ServiceClient
  readonly #origin: Origin

  /** @param origin of what the service itself answers, and no simulator */
  constructor(client: ServiceClient, origin: Origin) {
    this.client = client
    this.#origin = origin
  }

  get origin(): Origin {
    return this.client.simulated ? 'simulated' : this.#origin
  }

  get requests(): number {
    return this.client.requests
  }

  async close(): Promise<void> {
    await this.client.gate.close()
  }
}
