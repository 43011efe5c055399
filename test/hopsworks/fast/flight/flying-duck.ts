import type { FlightService, FlightServiceOptions } from './flight-service.ts'

/** The Feature Query Service, started when somebody first connects: gRPC takes long to load. */
export class FlyingDuck {
  readonly #options: FlightServiceOptions
  #service: Promise<FlightService> | undefined

  constructor(options: FlightServiceOptions) {
    this.#options = options
  }

  async port(): Promise<number> {
    this.#service ??= import('./flight-service.ts').then(({ FlightService }) => FlightService.start(this.#options))
    return (await this.#service).port
  }

  async close(): Promise<void> {
    const service = await this.#service
    service?.close()
  }
}
