/** The types of features, and what they are in Avro and in the online store. */
export type HiveType =
  | { readonly kind: 'plain'; readonly name: string }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'array'; readonly items: HiveType }
  | { readonly kind: 'map'; readonly values: HiveType }
  | { readonly kind: 'struct'; readonly fields: readonly (readonly [string, HiveType])[] }

const plainAvro: Readonly<Record<string, unknown>> = {
  boolean: 'boolean',
  tinyint: 'int',
  smallint: 'int',
  int: 'int',
  bigint: 'long',
  float: 'float',
  double: 'double',
  string: 'string',
  binary: 'bytes',
  date: { type: 'int', logicalType: 'date' },
  timestamp: { type: 'long', logicalType: 'timestamp-micros' },
}

const onlineTypes: Readonly<Record<string, string>> = { boolean: 'tinyint', string: 'varchar(100)' }

/**
 * Reads `array<struct<a:int,b:string>>`.
 * @throws {SyntaxError} for a type that Hopsworks doesn't have
 */
export function parseHiveType(text: string): HiveType {
  const type = text.trim().toLowerCase()
  const generic = /^(array|map|struct|decimal)\s*[<(](.*)[>)]$/.exec(type)
  if (!generic) {
    if (type in plainAvro) return { kind: 'plain', name: type }
    throw new SyntaxError(`a feature can't be of type ${text}`)
  }
  const parts = splitOutside(generic[2]!)
  switch (generic[1]) {
    case 'array':
      return { kind: 'array', items: parseHiveType(parts[0]!) }
    case 'map':
      return { kind: 'map', values: parseHiveType(parts[1]!) }
    case 'decimal':
      return { kind: 'decimal', precision: Number(parts[0]), scale: Number(parts[1] ?? 0) }
    default:
      return { kind: 'struct', fields: parts.map((part) => namedType(part)) }
  }
}

function namedType(part: string): readonly [string, HiveType] {
  const colon = part.indexOf(':')
  return [part.slice(0, colon).trim(), parseHiveType(part.slice(colon + 1))]
}

/** At commas that stand in no bracket. */
function splitOutside(text: string): string[] {
  const parts: string[] = ['']
  let depth = 0
  for (const char of text) {
    if ('<('.includes(char)) depth++
    if ('>)'.includes(char)) depth--
    if (char === ',' && depth === 0) parts.push('')
    else parts[parts.length - 1] += char
  }
  return parts
}

/** Without the union with null that each value has around it. */
export function avroType(type: HiveType, name: string): unknown {
  switch (type.kind) {
    case 'plain':
      return plainAvro[type.name]
    case 'decimal':
      return { type: 'bytes', logicalType: 'decimal', precision: type.precision, scale: type.scale }
    case 'array':
      return { type: 'array', items: ['null', avroType(type.items, `${name}_item`)] }
    case 'map':
      return { type: 'map', values: ['null', avroType(type.values, `${name}_value`)] }
    case 'struct': {
      const fields = type.fields.map(([field, of]) => ({
        name: field,
        type: ['null', avroType(of, `${name}_${field}`)],
      }))
      return { type: 'record', name: `${name}_record`, fields }
    }
  }
}

/** Of the column in RonDB, when the feature names none. */
export function defaultOnlineType(type: HiveType, text: string): string {
  if (isComplex(type) || text === 'binary') return 'varbinary(100)'
  return onlineTypes[text] ?? text
}

/** Encoded by itself, as bytes within the row. */
export function isComplex(type: HiveType): boolean {
  return type.kind === 'array' || type.kind === 'map' || type.kind === 'struct'
}
