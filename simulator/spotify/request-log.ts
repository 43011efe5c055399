/** One request as it arrived. Never holds a token, a code or a secret. */
export interface LoggedRequest {
  /** Milliseconds since 1970, by the simulator's clock. */
  readonly at: number
  readonly host: 'api' | 'accounts'
  /** Client id; absent when the request did not tell. */
  readonly app?: string
  /** Such as `GET /users/{id}/playlists`. */
  readonly route: string
  /** As it arrived, percent-encoded, with its query; of the sign-in host without it. */
  readonly path: string
  readonly status: number
  /** What went wrong on purpose. */
  readonly fault?: string
  /** It came although this app had been told to wait until later. */
  readonly inPause?: true
}

/** The last requests, and how many there were of each route. */
export class RequestLog {
  readonly #size: number
  readonly #counts = new Map<string, number>()
  #requests: LoggedRequest[] = []

  constructor(size = 20_000) {
    this.#size = size
  }

  add(request: LoggedRequest): void {
    this.#counts.set(request.route, (this.#counts.get(request.route) ?? 0) + 1)
    this.#requests.push(request)
    if (this.#requests.length > 2 * this.#size) this.#requests = this.#requests.slice(-this.#size)
  }

  get requests(): readonly LoggedRequest[] {
    return this.#requests
  }

  /** Requests of a route, or to the API at all. */
  count(route?: string): number {
    if (route !== undefined) return this.#counts.get(route) ?? 0
    let sum = 0
    for (const [name, count] of this.#counts)
      if (!name.includes(' /api/token') && !name.includes(' /authorize')) sum += count
    return sum
  }

  clear(): void {
    this.#counts.clear()
    this.#requests = []
  }
}
