import { HopsworksError } from '../error.ts'
import type { FeatureGroupDefinition } from './definition.ts'

const namePattern = /^[a-z][a-z0-9_]*$/
const longestName = 63
/** Types whose values can't be a primary key online. */
const noKey = /^(float|double|binary|boolean|array|map|struct)/
const embeddable = /^array<(int|bigint|float|double)>$/
const timely = new Set(['timestamp', 'date', 'bigint'])

/** Says early what the server would refuse late, or not at all. @throws HopsworksError */
export function checkDefinition(definition: FeatureGroupDefinition): void {
  const { name, features, primaryKey, eventTime, embeddingIndex, online = true, version = 1 } = definition
  const group = `feature group "${name}"`
  const wrong = (what: string, advice: string) => new HopsworksError('client', `${group}: ${what}`, { do: advice })
  if (!namePattern.test(name) || name.length > longestName)
    throw wrong('the name is not allowed', `use at most ${longestName} of a-z, 0-9 and _, beginning with a letter`)
  if (!Number.isInteger(version) || version < 1) throw wrong(`version ${version} is not allowed`, 'count from 1')
  const types = new Map<string, string>()
  for (const feature of features) {
    if (!namePattern.test(feature.name) || feature.name.length > longestName)
      throw wrong(
        `the feature's name "${feature.name}" is not allowed`,
        `use at most ${longestName} of a-z, 0-9 and _, beginning with a letter`,
      )
    if (types.has(feature.name)) throw wrong(`two features are called "${feature.name}"`, 'rename one of them')
    types.set(feature.name, feature.type)
  }
  const need = (feature: string, as: string) => {
    const type = types.get(feature)
    if (type === undefined) throw wrong(`its ${as} "${feature}" is none of its features`, 'add it to them')
    return type
  }
  if (primaryKey.length === 0) throw wrong('it has no primary key', 'name the features that tell its rows apart')
  for (const feature of primaryKey)
    if (noKey.test(need(feature, 'primary key')))
      throw wrong(`"${feature}" of type ${types.get(feature)} can't be a primary key`, 'use a string or whole number')
  if (eventTime !== undefined && !timely.has(need(eventTime, 'event time')))
    throw wrong(`its event time "${eventTime}" is a ${types.get(eventTime)}`, 'make it a timestamp, date or bigint')
  if (embeddingIndex && !online) throw wrong('it has embeddings but is not online', 'make it online')
  for (const { feature, dimension } of embeddingIndex?.embeddings ?? []) {
    if (!embeddable.test(need(feature, 'embedding')))
      throw wrong(`its embedding "${feature}" is a ${types.get(feature)}`, 'make it an array<float>')
    if (!Number.isInteger(dimension) || dimension < 1)
      throw wrong(`its embedding "${feature}" has the dimension ${dimension}`, 'give the length of its vectors')
  }
}
