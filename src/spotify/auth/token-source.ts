/** Where the access token for the next request comes from. */
export interface TokenSource {
  /** `app`: nobody is signed in; `person`: somebody is. */
  readonly kind: 'app' | 'person'
  /**
   * A token that should be accepted now; fetched or renewed when necessary.
   * @throws SpotifyError when there is none to be had.
   */
  current(signal?: AbortSignal): Promise<string>
  /** Gets another token than the one that Spotify refused; does nothing when there is another one already. */
  renew(refused: string, signal?: AbortSignal): Promise<void>
}

/** Fetched this long before its end, so that it doesn't end on its way. */
export const expiryMargin = 60_000

/** Runs one piece of work at a time: whoever asks meanwhile shares its result, and can leave without stopping it. */
export class SingleFlight {
  #flight: Promise<void> | undefined

  async join(work: () => Promise<void>, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    this.#flight ??= work().finally(() => {
      this.#flight = undefined
    })
    if (signal === undefined) return this.#flight
    const { promise, reject } = Promise.withResolvers<never>()
    const leave = () => reject(signal.reason)
    signal.addEventListener('abort', leave, { once: true })
    try {
      await Promise.race([this.#flight, promise])
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }
}
