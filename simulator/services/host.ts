import type { Answer } from '../spotify/answer.ts'

export interface ServiceRequest {
  /** Below the host's prefix. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** One simulated web service. */
export interface ServiceHost {
  /** First part of its address. */
  readonly prefix: string
  /** Name of the route for the log. */
  route(request: ServiceRequest): string
  /** How many requests it lets in, in how many milliseconds, when it counts them; by who asks. */
  limit(request: ServiceRequest): { readonly requests: number; readonly window: number }
  /** What it answers beyond that. @param seconds until a request is let in */
  refusal(seconds: number): Answer
  /** Headers of every answer that tell how many requests are left. */
  rateHeaders?(state: RateState): Readonly<Record<string, string>>
  answer(request: ServiceRequest): Answer
}

export interface RateState {
  readonly limit: number
  readonly remaining: number
  /** Seconds until the window ends. */
  readonly resetIn: number
}

/** Counts requests in windows that follow each other. */
export class WindowCount {
  readonly #windows = new Map<string, { start: number; count: number }>()

  /** Counts one, unless the window is full. */
  take(key: string, limit: { readonly requests: number; readonly window: number }, now: number): RateState | number {
    let window = this.#windows.get(key)
    if (!window || now >= window.start + limit.window) {
      window = { start: now, count: 0 }
      this.#windows.set(key, window)
    }
    const resetIn = Math.max(1, Math.ceil((window.start + limit.window - now) / 1000))
    if (window.count >= limit.requests) return resetIn
    window.count++
    return { limit: limit.requests, remaining: limit.requests - window.count, resetIn }
  }
}
