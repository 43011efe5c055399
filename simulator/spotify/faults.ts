import { mixed } from '../world/chance.ts'
import { type Answer, failure } from './answer.ts'
import type { RandomFaults } from './settings.ts'

/** What goes wrong with a request. */
export type Fault =
  | { readonly kind: 'answer'; readonly answer: Answer; readonly name: string }
  /** The connection breaks before an answer. */
  | { readonly kind: 'reset' }
  /** The right answer, cut off in the middle but complete for HTTP. */
  | { readonly kind: 'truncated' }
  /** No answer ever. */
  | { readonly kind: 'hanging' }
  /** The right answer, so many milliseconds later. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** The right answer with its link to the next page replaced. */
  | { readonly kind: 'next-link'; readonly next: string }

const tooMany = { error: { status: 429, message: 'Too many requests' } }

/** 429 in each form that has been seen. `date` is filled in when it is sent. */
export function pauseForms(now: number): Readonly<Record<string, Answer>> {
  return {
    'json, seconds': { status: 429, json: tooMany, headers: { 'retry-after': '3' } },
    'plain text, seconds': { status: 429, text: 'Too many requests', headers: { 'retry-after': '7' } },
    'json, no header': failure(429, 'API rate limit exceeded'),
    'plain text, no header': { status: 429, text: 'Too many requests' },
    'nothing at all': { status: 429 },
    zero: { status: 429, json: tooMany, headers: { 'retry-after': '0' } },
    date: { status: 429, json: tooMany, headers: { 'retry-after': new Date(now + 5_000).toUTCString() } },
  }
}

/** 429 for hours: the daily quota. */
export function quotaExceeded(seconds: number): Answer {
  return { ...failure(429, 'Too many requests', 'QUOTA_EXCEEDED'), headers: { 'retry-after': `${seconds}` } }
}

export const serverErrors: Readonly<Record<string, Answer>> = {
  'json 500': failure(500, 'Server error.'),
  'json 502': failure(502, 'Bad gateway.'),
  'html 502': { status: 502, text: '<html><body><h1>502 Bad Gateway</h1></body></html>', type: 'text/html' },
  'empty 503': { status: 503 },
  '503 with a pause': { status: 503, text: 'Service unavailable', headers: { 'retry-after': '2' } },
  'plain 504': { status: 504, text: 'upstream request timeout' },
}

const lostToken = failure(401, 'Access token missing')

/** What goes wrong by chance. The nth request for the same thing always fares the same, in whatever order they come. */
export class ChanceFaults {
  readonly #seed: number
  readonly #faults: RandomFaults
  readonly #seen = new Map<string, number>()
  readonly #total: number

  constructor(seed: number, faults: RandomFaults) {
    this.#seed = seed
    this.#faults = faults
    this.#total = Object.values(faults).reduce((sum, share) => sum + share, 0)
  }

  next(path: string, now: number): Fault | undefined {
    if (this.#total === 0) return undefined
    const nth = (this.#seen.get(path) ?? 0) + 1
    this.#seen.set(path, nth)
    const key = [this.#seed, 241, nth, ...Buffer.from(path)]
    const kinds = Object.entries(this.#faults) as [keyof RandomFaults, number][]
    let left = mixed(...key, 1) % 1000
    const [kind] = kinds.find(([, share]) => {
      left -= share
      return left < 0
    }) ?? [undefined]
    const chosen = (answers: Readonly<Record<string, Answer>>): Fault => {
      const [name, answer] = Object.entries(answers)[mixed(...key, 2) % Object.keys(answers).length]!
      return { kind: 'answer', answer, name }
    }
    switch (kind) {
      case 'pauses':
        return chosen(pauseForms(now))
      case 'serverErrors':
        return chosen(serverErrors)
      case 'lostTokens':
        return { kind: 'answer', answer: lostToken, name: 'lost token' }
      case 'resets':
        return { kind: 'reset' }
      case undefined:
        return undefined
      default:
        return { kind }
    }
  }
}

interface Scripted {
  readonly match: RegExp
  readonly nth: number
  readonly fault: Fault | (() => void)
  seen: number
}

/** What goes wrong on demand: with the nth request that matches, counted from when it was scripted. */
export class ScriptedFaults {
  readonly #scripts: Scripted[] = []

  /**
   * @param match is tried on the path with its query
   * @param fault or something to do just before the request is answered, such as an edit
   */
  add(match: RegExp, nth: number, fault: Fault | (() => void)): void {
    this.#scripts.push({ match, nth, fault, seen: 0 })
  }

  /** Forgets what has not happened yet. */
  clear(): void {
    this.#scripts.length = 0
  }

  next(path: string): Fault | undefined {
    let found: Fault | undefined
    for (const script of [...this.#scripts]) {
      if (!script.match.test(path) || ++script.seen !== script.nth) continue
      if (typeof script.fault === 'function') script.fault()
      else found = script.fault
    }
    return found
  }
}
