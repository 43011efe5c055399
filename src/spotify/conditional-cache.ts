interface Entry {
  readonly etag: string
  readonly text: string
}

/**
 * The last answers that carried an `ETag`, to ask "only if it changed" (RFC 9110, 13.1.2). In memory only: Spotify's
 * content must not be kept for long. The oldest go first.
 */
export class ConditionalCache {
  readonly #entries = new Map<string, Entry>()
  readonly #most: number

  constructor(most = 500) {
    this.#most = most
  }

  get(url: string): Entry | undefined {
    return this.#entries.get(url)
  }

  set(url: string, entry: Entry): void {
    this.#entries.delete(url)
    this.#entries.set(url, entry)
    if (this.#entries.size > this.#most) this.#entries.delete(this.#entries.keys().next().value as string)
  }
}
