/** The catalogues whose ids we know, strongest first. */
export type Scheme = 'spotify' | 'isrc' | 'mbid'
export type Ids = { readonly [scheme in Scheme]?: string | undefined }

const schemes: readonly Scheme[] = ['spotify', 'isrc', 'mbid']

/**
 * Artists or tracks by what they are called: `spotify:<id>`, `isrc:<code>`, `mbid:<id>` or `name:<normalised name>`.
 * An id calls one row at most, a name any number. `Facts` is what else is known of a row.
 */
export interface AliasTable<Facts> {
  find(alias: string): readonly number[]
  key(row: number): string
  ids(row: number): Ids
  /** How many listeners have it. */
  frequency(row: number): number
  create(key: string, ids: Ids, facts: Facts): number
  /** Gives the row its first id of a scheme, by which it is called from then on. */
  adopt(row: number, scheme: Scheme, id: string): void
  /** Calls the row by a further name. */
  link(row: number, alias: string): void
  /** Adds what was not yet known of the row. */
  complete(row: number, facts: Facts): void
}

/** An id that an item gives, as an alias, and the row that it calls. */
interface Given {
  readonly scheme: Scheme
  readonly id: string
  readonly alias: string
  readonly row: number | undefined
}

/**
 * Finds or makes the row that is meant by ids and a name. Ids win, the stronger over the weaker. Without a known id the
 * name decides, in favour of the most frequent row of that name, but never of a row that has another id of a scheme
 * that an id is given for: two different ids of one source never merge. A row that is found adopts the ids that it
 * lacks and that are free, and the name; a row that is made has the strongest of them as its key.
 *
 * @param name its alias (`name:...`).
 */
export function resolveAlias<Facts>(
  table: AliasTable<Facts>,
  ids: Ids,
  name: string | undefined,
  facts: Facts,
): number {
  const given: Given[] = []
  for (const scheme of schemes) {
    const id = ids[scheme]
    if (!id) continue
    const alias = `${scheme}:${id}`
    given.push({ scheme, id, alias, row: table.find(alias)[0] })
  }
  const row = findById(table, given) ?? findByName(table, given, name)
  if (row === undefined) return create(table, given, name, facts)
  if (given.length > 0) {
    const known = table.ids(row)
    for (const { scheme, id, row: owner } of given)
      if (!known[scheme] && owner === undefined) table.adopt(row, scheme, id)
    if (name !== undefined && !table.find(name).includes(row)) table.link(row, name)
  }
  table.complete(row, facts)
  return row
}

function findById<Facts>(table: AliasTable<Facts>, given: readonly Given[]): number | undefined {
  return given.find(({ row }, i) => row !== undefined && !contradicts(table, row, given.slice(0, i)))?.row
}

function findByName<Facts>(table: AliasTable<Facts>, given: readonly Given[], name: string | undefined) {
  if (name === undefined) return undefined
  const rows = table.find(name)
  const possible = given.length === 0 ? rows : rows.filter((row) => !contradicts(table, row, given))
  return possible.length > 1 ? mostFrequent(table, possible) : possible[0]
}

/** Ties go to the key that comes first, so that the order of arrival doesn't matter. */
function mostFrequent<Facts>(table: AliasTable<Facts>, rows: readonly number[]): number | undefined {
  const ranked = rows.map((row) => ({ row, frequency: table.frequency(row), key: table.key(row) }))
  ranked.sort((a, b) => b.frequency - a.frequency || (a.key < b.key ? -1 : 1))
  return ranked[0]?.row
}

function contradicts<Facts>(table: AliasTable<Facts>, row: number, given: readonly Given[]): boolean {
  if (given.length === 0) return false
  const known = table.ids(row)
  return given.some(({ scheme, id }) => known[scheme] !== undefined && known[scheme] !== id)
}

function create<Facts>(
  table: AliasTable<Facts>,
  given: readonly Given[],
  name: string | undefined,
  facts: Facts,
): number {
  const free = given.filter(({ row }) => row === undefined)
  const aliases = free.map(({ alias }) => alias)
  if (name !== undefined) aliases.push(name)
  const [key, ...others] = aliases
  if (key === undefined) throw new TypeError('an artist or track without id and name')
  const row = table.create(key, Object.fromEntries(free.map(({ scheme, id }) => [scheme, id])), facts)
  for (const alias of others) table.link(row, alias)
  return row
}
