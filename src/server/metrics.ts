import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Where a number comes from when the operator asks. */
export interface MeasuredNow {
  readonly streams: () => number
  readonly jobs: () => Readonly<Record<string, number>>
  readonly listeners: () => Promise<number>
}

/** What the operator can watch, in the form that Prometheus reads. Holds nothing about anybody. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #requests: Histogram<'method' | 'route' | 'status'>

  constructor() {
    collectDefaultMetrics({ register: this.#registry })
    this.#requests = new Histogram({
      name: 'consonance_http_request_seconds',
      help: 'Time from the arrival of a request to the end of its answer',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 10],
      registers: [this.#registry],
    })
  }

  /** @param route as it was declared, so that keys do not become labels */
  request(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe({ method, route, status: `${status}` }, seconds)
  }

  watch({ streams, jobs, listeners }: MeasuredNow): void {
    const registers = [this.#registry]
    new Gauge({
      name: 'consonance_streams',
      help: 'Open streams of events',
      registers,
      collect() {
        this.set(streams())
      },
    })
    new Gauge({
      name: 'consonance_jobs',
      help: 'Jobs by state',
      labelNames: ['state'],
      registers,
      collect() {
        for (const [state, count] of Object.entries(jobs())) this.set({ state }, count)
      },
    })
    new Gauge({
      name: 'consonance_listeners',
      help: 'Listeners who can be found',
      registers,
      async collect() {
        this.set(await listeners())
      },
    })
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  text(): Promise<string> {
    return this.#registry.metrics()
  }
}
