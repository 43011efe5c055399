/** The catalogues whose ids we know, strongest first: what an artist or track is called by the first time, it keeps as its key. */
export type Scheme = 'spotify' | 'isrc' | 'mbid'
export type Ids = { readonly [scheme in Scheme]?: string | undefined }

const schemes: readonly Scheme[] = ['spotify', 'isrc', 'mbid']

/**
 * Artists or tracks by what they are called: `spotify:<id>`, `isrc:<code>`, `mbid:<id>` or `name:<normalised name>`.
 * An id calls one row at most, a name any number. `Facts` is what is known of a row when it is made.
 */
export interface AliasTable<Facts> {
  find(alias: string): readonly number[]
  key(row: number): string
  ids(row: number): Ids
  /** How many listeners have it. */
  frequency(row: number): number
  create(key: string, facts: Facts): number
  /** Gives the row its first id of a scheme. */
  adopt(row: number, scheme: Scheme, id: string): void
  /** Calls the row by a further name. */
  link(row: number, alias: string): void
}

/**
 * Finds or makes the row that is meant by ids and a name. Ids win, the stronger over the weaker. Without a known id the
 * name decides, in favour of the most frequent row of that name, but never of a row that has another id of a scheme
 * that an id is given for: two different ids of one source never merge. A row found by name adopts the ids.
 *
 * @param name its alias (`name:...`).
 */
export function resolveAlias<Facts>(
  table: AliasTable<Facts>,
  ids: Ids,
  name: string | undefined,
  facts: Facts,
): number {
  const given = schemes.filter((scheme) => ids[scheme])
  const row =
    findById(table, ids, given) ?? findByName(table, ids, given, name) ?? create(table, ids, given, name, facts)
  if (given.length > 0) {
    const known = table.ids(row)
    for (const scheme of given) {
      const id = ids[scheme] as string
      if (!known[scheme] && table.find(`${scheme}:${id}`).length === 0) table.adopt(row, scheme, id)
    }
    if (name !== undefined && !table.find(name).includes(row)) table.link(row, name)
  }
  return row
}

function findById<Facts>(table: AliasTable<Facts>, ids: Ids, given: readonly Scheme[]): number | undefined {
  for (const [strength, scheme] of given.entries()) {
    const row = table.find(`${scheme}:${ids[scheme]}`)[0]
    if (row !== undefined && !contradicts(table, row, ids, given.slice(0, strength))) return row
  }
  return undefined
}

function findByName<Facts>(
  table: AliasTable<Facts>,
  ids: Ids,
  given: readonly Scheme[],
  name: string | undefined,
): number | undefined {
  if (name === undefined) return undefined
  const rows = table.find(name)
  const possible = given.length === 0 ? rows : rows.filter((row) => !contradicts(table, row, ids, given))
  return possible.length > 1 ? mostFrequent(table, possible) : possible[0]
}

/** Ties go to the key that comes first, so that the order of arrival doesn't matter. */
function mostFrequent<Facts>(table: AliasTable<Facts>, rows: readonly number[]): number | undefined {
  const ranked = rows.map((row) => ({ row, frequency: table.frequency(row), key: table.key(row) }))
  ranked.sort((a, b) => b.frequency - a.frequency || (a.key < b.key ? -1 : 1))
  return ranked[0]?.row
}

function contradicts<Facts>(table: AliasTable<Facts>, row: number, ids: Ids, given: readonly Scheme[]): boolean {
  if (given.length === 0) return false
  const known = table.ids(row)
  return given.some((scheme) => known[scheme] !== undefined && known[scheme] !== ids[scheme])
}

function create<Facts>(
  table: AliasTable<Facts>,
  ids: Ids,
  given: readonly Scheme[],
  name: string | undefined,
  facts: Facts,
): number {
  const strongest = given[0]
  const key = strongest ? `${strongest}:${ids[strongest]}` : name
  if (key === undefined) throw new TypeError('an artist or track without id and name')
  return table.create(key, facts)
}
