/** What is rendered once and sent many times: its text, and its parts by what is asked for of it. */
interface Kept {
  text?: string
  readonly parts: Map<object, unknown>
}

const kept = new WeakMap<object, Kept>()

/** From now on, the text of this object and what is selected of it are made once. It must not be changed any more. */
export function keep<T extends object>(value: T): T {
  kept.set(value, { parts: new Map() })
  return value
}

/** What `select` makes of a value; of one that is kept, the same for the same `selection` as the last time. */
export function selected(value: unknown, selection: object, select: () => unknown): unknown {
  const known = typeof value === 'object' && value !== null ? kept.get(value) : undefined
  if (!known) return select()
  let part = known.parts.get(selection)
  if (part === undefined) {
    part = select()
    if (typeof part === 'object' && part !== null) keep(part)
    known.parts.set(selection, part)
  }
  return part
}

/** As `JSON.stringify`, of plain data. */
export function stringify(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const known = kept.get(value)
  if (known) {
    known.text ??= JSON.stringify(value)
    return known.text
  }
  if (Array.isArray(value)) return `[${value.map((element) => stringify(element ?? null)).join(',')}]`
  let text = ''
  for (const name in value) {
    const field = (value as Record<string, unknown>)[name]
    if (field !== undefined) text += `${text === '' ? '' : ','}${quoted(name)}:${stringify(field)}`
  }
  return `{${text}}`
}

const names = new Map<string, string>()

/** Names of fields are few. */
function quoted(name: string): string {
  let text = names.get(name)
  if (text === undefined) {
    text = JSON.stringify(name)
    names.set(name, text)
  }
  return text
}
