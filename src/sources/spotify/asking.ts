import type { Page, PageQuery } from '../../store/feature-store.ts'
import { scan } from '../../store/scan.ts'
import { Backlog } from './backlog.ts'

/** What was asked for of artists or tracks. */
export interface Asked {
  readonly asked: number
  readonly found: number
  /** Why no more was asked for; absent while it may be. */
  readonly closed?: string
}

/** What Spotify told about the artist or track with this key; no value when it knew nothing. */
export interface Told<T> {
  readonly key: string
  readonly value?: T
}

interface Gap {
  readonly key: string
  readonly ids: { readonly spotify?: string }
}

interface AskingOptions<T> {
  /** Ids in one request. */
  readonly size: number
  /** Which of these keys the store lacks a value for, and may ask about. */
  readonly gaps: (keys: readonly string[], page: PageQuery) => Promise<Page<Gap>>
  /** What is known, by id; or why this app is not told, now and later. */
  readonly ask: (ids: readonly string[]) => Promise<ReadonlyMap<string, T> | string>
  /** Durable when it resolves. */
  readonly put: (told: readonly Told<T>[]) => Promise<unknown>
}

/** Batches of answers that are stored in one transaction. */
const storedTogether = 32

/**
 * Keys whose gaps are looked up at once: no more than come in one page. From one page to the next, rows can move in the
 * order of the gaps, because profiles are stored meanwhile, and would be missed.
 */
const lookedTogether = 500

/** Batches that may wait until whoever wants more has to wait too. */
const mostWaiting = 4

/**
 * Asks about artists or tracks in full batches, one after the other, while the caller goes on. Which ids were asked for
 * is written in the store; here only those are remembered of which that is not so yet, however long the run.
 */
export class Asking<T> {
  readonly #options: AskingOptions<T>
  /** Keys by Spotify id, in the order in which they were first wanted. */
  readonly #queue = new Map<string, string>()
  /** Queued, being asked for, or told since the last look at the gaps. */
  readonly #taken = new Set<string>()
  #told: string[] = []
  readonly #storing = new Backlog<ReadonlyMap<string, Told<T>>>((batches) => this.#store(batches), storedTogether)
  #turn: Promise<void> = Promise.resolve()
  #batches = 0
  #failure: { readonly error: unknown } | undefined
  #asked = 0
  #found = 0
  #closed: string | undefined

  constructor(options: AskingOptions<T>) {
    this.#options = options
  }

  get isClosed(): boolean {
    return this.#closed !== undefined
  }

  get asked(): Asked {
    return { asked: this.#asked, found: this.#found, ...(this.#closed !== undefined && { closed: this.#closed }) }
  }

  /** Queues what is missing of these. One call at a time. @throws what an earlier batch failed with */
  async want(keys: readonly string[]): Promise<void> {
    this.#rethrow()
    if (this.isClosed) return
    // The gaps are read after this, and no longer hold what was told before.
    for (const id of this.#told.splice(0)) this.#taken.delete(id)
    const only = [...new Set(keys)]
    for (let at = 0; at < only.length; at += lookedTogether) {
      const some = only.slice(at, at + lookedTogether)
      for await (const { key, ids } of scan((page) => this.#options.gaps(some, page), some.length)) {
        if (ids.spotify === undefined || this.#taken.has(ids.spotify)) continue
        this.#taken.add(ids.spotify)
        this.#queue.set(ids.spotify, key)
      }
    }
    while (this.#queue.size >= this.#options.size) this.#begin()
    if (this.#batches > mostWaiting) await this.#turn
  }

  /** @throws what any batch failed with */
  async finish(): Promise<void> {
    while (this.#queue.size > 0) this.#begin()
    await this.#turn
    await this.#storing.flush()
    this.#rethrow()
  }

  #begin(): void {
    const batch = new Map([...this.#queue.entries().take(this.#options.size)])
    for (const id of batch.keys()) this.#queue.delete(id)
    this.#batches++
    this.#turn = this.#turn.then(async () => {
      try {
        if (!this.#failure && !this.isClosed) await this.#ask(batch)
      } catch (error) {
        this.#failure = { error }
      }
      this.#batches--
    })
  }

  async #ask(batch: ReadonlyMap<string, string>): Promise<void> {
    const answer = await this.#options.ask([...batch.keys()])
    if (typeof answer === 'string') {
      this.#closed = answer
      this.#queue.clear()
      this.#taken.clear()
      return
    }
    const told = [...batch].map(([id, key]) => {
      const value = answer.get(id)
      return [id, value === undefined ? { key } : { key, value }] as const
    })
    this.#asked += batch.size
    this.#found += answer.size
    await this.#storing.add(new Map(told))
  }

  async #store(batches: readonly ReadonlyMap<string, Told<T>>[]): Promise<void> {
    await this.#options.put(batches.flatMap((batch) => [...batch.values()]))
    for (const batch of batches) this.#told.push(...batch.keys())
  }

  #rethrow(): void {
    if (this.#failure) throw this.#failure.error
  }
}
