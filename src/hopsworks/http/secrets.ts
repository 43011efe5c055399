/** Remembers what must never be shown, and takes it out of texts. */
export class Secrets {
  readonly #values = new Set<string>()

  /** Resolves to the value, for use in passing. */
  keep(value: string): string {
    // Shorter ones would blank out innocent text.
    if (value.length >= 4) this.#values.add(value)
    return value
  }

  hide(text: string): string {
    let shown = text
    for (const value of this.#values) shown = shown.replaceAll(value, '[hidden]')
    return shown
  }
}
