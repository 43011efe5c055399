import { selected } from './json.ts'

/** What a `fields` parameter asks for: names, each with what is asked for inside. */
interface Selection {
  readonly included: ReadonlyMap<string, Selection | undefined>
  readonly excluded: ReadonlySet<string>
}

/**
 * Reads the Web API's `fields` grammar: names separated by commas, `a.b` and `a(b,c)` to go inside, `!` to leave out
 * (in a group that begins with it, all names are left out).
 * @example parseFields('total,items(added_at,track.artists(!href,uri))')
 */
export function parseFields(text: string): Selection {
  const known = recent.get(text)
  if (known) return known
  const selection = readGroup({ text, at: 0 })
  if (recent.size >= 100) recent.clear()
  recent.set(text, selection)
  return selection
}

const recent = new Map<string, Selection>()

function readGroup(reader: { readonly text: string; at: number }): Selection {
  const included = new Map<string, Selection | undefined>()
  const excluded = new Set<string>()
  const leavesOut = reader.text[reader.at] === '!'
  while (reader.at < reader.text.length && reader.text[reader.at] !== ')') {
    const isOut = reader.text[reader.at] === '!' || leavesOut
    if (reader.text[reader.at] === '!') reader.at++
    const name = /^[^,.()!]*/.exec(reader.text.slice(reader.at))![0].trim()
    reader.at += /^[^,.()!]*/.exec(reader.text.slice(reader.at))![0].length
    const inside = readInside(reader)
    if (name !== '' && isOut) excluded.add(name)
    else if (name !== '') included.set(name, merged(included.get(name), inside))
    if (reader.text[reader.at] === ',') reader.at++
    else if (reader.text[reader.at] !== ')' && name === '') reader.at++
  }
  return { included, excluded }
}

function readInside(reader: { readonly text: string; at: number }): Selection | undefined {
  const sign = reader.text[reader.at]
  if (sign === '(') {
    reader.at++
    const group = readGroup(reader)
    if (reader.text[reader.at] === ')') reader.at++
    return group
  }
  if (sign !== '.') return undefined
  reader.at++
  const name = /^[^,.()!]*/.exec(reader.text.slice(reader.at))![0]
  reader.at += name.length
  return { included: new Map([[name.trim(), readInside(reader)]]), excluded: new Set() }
}

function merged(one: Selection | undefined, other: Selection | undefined): Selection | undefined {
  if (one === undefined || other === undefined) return one ?? other
  const included = new Map(one.included)
  for (const [name, inside] of other.included) included.set(name, merged(included.get(name), inside))
  return { included, excluded: new Set([...one.excluded, ...other.excluded]) }
}

/** The part of `value` that is asked for. Lists are gone through; names that nothing has are ignored. */
export function selectFields(value: unknown, selection: Selection): unknown {
  if (Array.isArray(value)) return value.map((element) => selectFields(element, selection))
  if (typeof value !== 'object' || value === null) return value
  const { included, excluded } = selection
  const fields: Record<string, unknown> = {}
  if (included.size > 0) {
    for (const [name, inside] of included) {
      const field = (value as Record<string, unknown>)[name]
      if (field === undefined || excluded.has(name)) continue
      fields[name] = inside ? selected(field, inside, () => selectFields(field, inside)) : field
    }
    return fields
  }
  for (const [name, field] of Object.entries(value)) if (!excluded.has(name)) fields[name] = field
  return fields
}
