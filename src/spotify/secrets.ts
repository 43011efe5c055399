/** Knows the secrets in use, so that no log line or error text can show one, even when a server repeats it. */
export class Secrets {
  readonly #values = new Set<string>()

  /** Hides `value` from now on, also in the forms in which it travels: percent-encoded and as JSON. */
  keep(value: string | undefined): void {
    // Shorter ones would blank out ordinary words.
    if (value === undefined || value.length < 8) return
    this.#values.add(value)
    this.#values.add(encodeURIComponent(value))
    this.#values.add(JSON.stringify(value).slice(1, -1))
  }

  hide(text: string): string {
    let clean = text
    for (const value of this.#values) clean = clean.replaceAll(value, '[secret]')
    return clean.replace(/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 [secret]')
  }
}
