import type { FeatureGroupDefinition } from './definition.ts'
import type { FeatureGroup } from './feature-group.ts'

/** In what a stored group differs from a definition; undefined when rows of one fit the other. */
export function differenceOf(stored: FeatureGroup, wanted: FeatureGroupDefinition): string | undefined {
  const types = new Map<string, string>(stored.features.map(({ name, type }) => [name, compact(type)]))
  for (const { name, type } of wanted.features) {
    const other = types.get(name)
    if (other === undefined) return `the stored one has no feature "${name}"`
    if (other !== compact(type)) return `"${name}" is stored as ${other}, not as ${type}`
    types.delete(name)
  }
  const [extra] = types.keys()
  if (extra !== undefined) return `the stored one has a feature "${extra}" that is not asked for`
  if (`${stored.primaryKey.toSorted()}` !== `${wanted.primaryKey.toSorted()}`)
    return `its primary key is ${stored.primaryKey.join(', ')}, not ${wanted.primaryKey.join(', ')}`
  if (stored.online !== (wanted.online ?? true)) return `it is ${stored.online ? '' : 'not '}online`
  const embeddings = new Map(stored.embeddingIndex?.embeddings.map((each) => [each.feature, each]))
  for (const { feature, dimension, similarity } of wanted.embeddingIndex?.embeddings ?? []) {
    const other = embeddings.get(feature)
    if (!other) return `"${feature}" is not stored as an embedding`
    if (other.dimension !== dimension || other.similarity !== similarity)
      return `"${feature}" is stored with ${other.dimension} dimensions by ${other.similarity}, not ${dimension} by ${similarity}`
  }
  return undefined
}

function compact(type: string): string {
  return type.toLowerCase().replace(/\s+/g, '')
}
