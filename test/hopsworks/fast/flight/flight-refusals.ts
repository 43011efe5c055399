/** How a read is refused on purpose: a status of gRPC, and what is said. */
export interface FlightRefusal {
  readonly code: number
  readonly details: string
  /** After so many messages, of which the first is the schema; default none. */
  readonly after?: number
  /** Default 1. */
  readonly times?: number
}

/** Refusals that the next reads meet, in their order. */
export class FlightRefusals {
  #waiting: FlightRefusal[] = []

  add(refusal: FlightRefusal): void {
    this.#waiting.push(...Array.from({ length: refusal.times ?? 1 }, () => refusal))
  }

  take(): FlightRefusal | undefined {
    return this.#waiting.shift()
  }

  clear(): void {
    this.#waiting = []
  }
}
