import type { Embedding, FeatureStore } from '../../store/feature-store.ts'
import { scan } from '../../store/scan.ts'
import type { Consent } from '../../taste/consent.ts'
import { Expiries } from './expiries.ts'
import type { VectorIndex } from './vector-index.ts'

/** What a listener allows, as bits of {@link IndexRow.flags}. */
export const consentFlags = { findable: 1, showName: 2, showTracks: 4, train: 8 } as const satisfies {
  readonly [what in keyof Consent]: number
}

/** The other bits of the flags; whoever uses the index may set them, and they stay when the store changes. */
export const freeFlags = 112

export interface FollowOptions {
  /** Seconds since 1970: content that has expired by it leaves the index. The machine's clock by default. */
  readonly clock?: () => number
}

/** Keeps an index equal to a model's embeddings of those listeners in a store who may be matched. */
export class StoreFollower {
  readonly index: VectorIndex
  readonly #store: FeatureStore
  readonly #model: number
  readonly #clock: () => number
  readonly #expiries = new Expiries()
  #seq = 0
  #running: Promise<unknown> = Promise.resolve()

  private constructor(store: FeatureStore, model: number, index: VectorIndex, { clock }: FollowOptions) {
    this.index = index
    this.#store = store
    this.#model = model
    this.#clock = clock ?? (() => Date.now() / 1000)
  }

  /** Loads all embeddings into an empty index, and applies what has changed meanwhile. */
  static async start(
    store: FeatureStore,
    model: number,
    index: VectorIndex,
    options: FollowOptions = {},
  ): Promise<StoreFollower> {
    const follower = new StoreFollower(store, model, index, options)
    follower.#seq = await store.lastChange()
    for await (const row of scan((query) => store.embeddings(model, query))) follower.#put(row)
    await follower.sync()
    return follower
  }

  /**
   * Brings the index up to everything that was durable in the store, from whatever process, when this was called.
   * Resolves to how many changes that were. Cheap when there are none: ask before each query.
   */
  sync(): Promise<number> {
    const turn = this.#running.then(
      () => this.#catchUp(),
      () => this.#catchUp(),
    )
    this.#running = turn
    return turn
  }

  async #catchUp(): Promise<number> {
    let applied = 0
    for (;;) {
      const changes = await this.#store.changes(this.#seq)
      const newest = changes.at(-1)
      if (!newest) break
      const keys = [...new Set(changes.flatMap(({ key }) => key ?? []))]
      const rows = await this.#store.embeddingsOf(this.#model, keys)
      for (const [i, key] of keys.entries()) this.#replace(key, rows[i])
      this.#seq = newest.seq
      applied += changes.length
    }
    for (const key of this.#expiries.until(this.#clock())) this.index.delete(key)
    return applied
  }

  #replace(key: string, row: Embedding | undefined): void {
    if (row) this.#put(row)
    else {
      this.index.delete(key)
      this.#expiries.set(key, undefined)
    }
  }

  #put({ key, listener, vector, consent, expiresAt }: Embedding): void {
    const kept = (this.index.flags(key) ?? 0) & freeFlags
    this.index.put({ key, listener, vector, flags: kept | flagsOf(consent) })
    this.#expiries.set(key, expiresAt)
  }
}

function flagsOf(consent: Consent): number {
  let flags = 0
  for (const [what, bit] of Object.entries(consentFlags)) if (consent[what as keyof Consent]) flags |= bit
  return flags
}
