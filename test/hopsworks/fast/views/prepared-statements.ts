import type { QueryDto } from '../queries/query-dto.ts'
import { quoted, tableName } from '../queries/sql-text.ts'
import type { FeatureViewDto, ServingKeyDto, ViewFeatureDto } from './feature-view.ts'

/** One statement for each group of a view, its rows found by primary key. */
export function preparedStatements(
  view: FeatureViewDto,
  project: string,
  options: { readonly batch: boolean; readonly isWanted: (feature: ViewFeatureDto) => boolean },
): unknown[] {
  return sidesOf(view).flatMap(({ index, prefix, features, keys }) => {
    const wanted = features.filter(options.isWanted)
    if (wanted.length === 0) return []
    const group = keys[0]!.featureGroup
    const column = (name: string) => `\`fg0\`.${quoted(name)}`
    const selected = new Map(
      wanted.map(({ featureGroupFeatureName, name }) => [name, `${column(featureGroupFeatureName)} ${quoted(name)}`]),
    )
    if (options.batch)
      for (const { featureName } of keys) {
        const name = `${prefix ?? ''}${featureName}`
        if (!selected.has(name)) selected.set(name, `${column(featureName)} ${quoted(name)}`)
      }
    const names = keys.map(({ featureName }) => featureName)
    const where = options.batch
      ? `(${names.map(column).join(', ')}) IN ?`
      : names.map((name) => `${column(name)} = ?`).join(' AND ')
    const table = tableName(group, { dialect: 'online', project: project.toLowerCase() })
    return [
      {
        featureGroupId: group.id,
        preparedStatementIndex: index,
        preparedStatementParameters: names.map((name, i) => ({ name, index: i + 1 })),
        queryOnline: `SELECT ${[...selected.values()].join(', ')}\nFROM ${table} \`fg0\`\nWHERE ${where}`,
        prefix,
      },
    ]
  })
}

/** A group of a view, with what the view takes of it. */
export interface ViewSide {
  readonly index: number
  readonly prefix: string | null
  readonly features: readonly ViewFeatureDto[]
  readonly keys: readonly ServingKeyDto[]
}

/** The root, then the groups joined to it. */
export function sidesOf({ query, features, servingKeys }: FeatureViewDto): ViewSide[] {
  const sides: { readonly query: QueryDto; readonly prefix: string | null }[] = [
    { query, prefix: null },
    ...(query.joins ?? []).map((join) => ({ query: join.query, prefix: join.prefix ?? null })),
  ]
  return sides.map((side, index) => ({
    index,
    prefix: side.prefix,
    features: features.filter(({ featuregroup }) => featuregroup.id === side.query.leftFeatureGroup.id),
    keys: servingKeys.filter(({ joinIndex }) => joinIndex === index),
  }))
}
