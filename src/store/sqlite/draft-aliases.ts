import type { AliasTable, Ids, Scheme } from './aliases.ts'

/**
 * Writes nothing: what would be made or changed is only remembered here, on top of what is stored. New rows have
 * negative numbers.
 */
export class DraftAliases<Facts> implements AliasTable<Facts> {
  readonly #stored: AliasTable<Facts>
  readonly #found = new Map<string, number[]>()
  readonly #keys: string[] = []
  readonly #ids = new Map<number, Ids>()

  constructor(stored: AliasTable<Facts>) {
    this.#stored = stored
  }

  find(alias: string): readonly number[] {
    const drafted = this.#found.get(alias)
    const stored = this.#stored.find(alias)
    return drafted ? [...stored, ...drafted] : stored
  }

  key(row: number): string {
    return row < 0 ? (this.#keys[-row - 1] as string) : this.#stored.key(row)
  }

  ids(row: number): Ids {
    return { ...(row < 0 ? {} : this.#stored.ids(row)), ...this.#ids.get(row) }
  }

  frequency(row: number): number {
    return row < 0 ? 0 : this.#stored.frequency(row)
  }

  adopt(row: number, scheme: Scheme, id: string): void {
    this.#ids.set(row, { ...this.#ids.get(row), [scheme]: id })
    this.link(row, `${scheme}:${id}`)
  }

  link(row: number, alias: string): void {
    this.#found.set(alias, [...(this.#found.get(alias) ?? []), row])
  }

  create(key: string, ids: Ids): number {
    const row = -this.#keys.push(key)
    this.#ids.set(row, ids)
    this.link(row, key)
    return row
  }

  /** What more is told of a draft is of no use to anybody. */
  complete(): void {}
}
