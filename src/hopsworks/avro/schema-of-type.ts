import { HopsworksError } from '../error.ts'
import type { AvroSchema } from './avro-type.ts'

const primitives: Readonly<Record<string, AvroSchema>> = {
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

/** The Avro schema with which a feature's type is written: everything in it may be null. @throws HopsworksError */
export function schemaOfType(type: string): AvroSchema {
  let records = 0
  const read = (text: string): AvroSchema => ['null', bare(text.trim())]
  const bare = (text: string): AvroSchema => {
    const simple = primitives[text]
    if (simple) return simple
    const [, kind, inner = ''] = /^(array|map|struct)<(.*)>$/.exec(text) ?? []
    if (kind === 'array') return { type: 'array', items: read(inner) }
    if (kind === 'map') return { type: 'map', values: read(split(inner)[1] ?? '') }
    if (kind === 'struct') {
      const fields = split(inner).map((field) => {
        const colon = field.indexOf(':')
        return { name: field.slice(0, colon).trim(), type: read(field.slice(colon + 1)) }
      })
      return { type: 'record', name: `r${records++}`, fields }
    }
    const [, scale] = /^decimal\(\d+,\s*(\d+)\)$/.exec(text) ?? []
    if (scale !== undefined) return { type: 'bytes', logicalType: 'decimal', scale: Number(scale) }
    throw new HopsworksError('client', `"${type}" is no feature type`, { do: 'see FeatureType for those there are' })
  }
  return read(type.toLowerCase())
}

/** At the commas that stand in no brackets. */
function split(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let from = 0
  for (const [i, character] of [...text].entries()) {
    if ('<('.includes(character)) depth++
    else if ('>)'.includes(character)) depth--
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(from, i))
      from = i + 1
    }
  }
  return [...parts, text.slice(from)]
}
