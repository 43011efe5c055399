import { HopsworksError } from '../error.ts'
import type { FeatureValue, Row } from '../groups/feature-types.ts'
import { featureValueOf } from '../groups/online-values.ts'
import type { Session } from '../session.ts'
import { Shared } from '../shared.ts'
import type { ViewFeature } from '../views/feature-view.ts'
import { decoderOf } from '../views/view-reader.ts'
import { keyNamesOf, keyTypeOf, type ViewRecord } from '../views/view-record.ts'
import type { OnlineDatabase, SqlRow } from './online-database.ts'
import { lookUp } from './rows-by-key.ts'
import { timeText } from './text.ts'

/** A statement that the backend has made for one group of the view: `SELECT ... WHERE (a, b) IN ?`. */
interface PreparedStatement {
  readonly featureGroupId: number
  /** 0 is the root, then the joins in their order. */
  readonly preparedStatementIndex: number
  readonly preparedStatementParameters: readonly { readonly name: string; readonly index: number }[]
  readonly queryOnline: string
  readonly prefix?: string | null
}

/** One part of a group's primary key. */
interface KeyPart {
  readonly column: string
  /** As keys may name it, in the order of preference. */
  readonly names: readonly string[]
  readonly type: string
}

interface Side {
  readonly statement: PreparedStatement
  readonly parts: readonly KeyPart[]
}

/** Online rows of one feature view by SQL: one statement for each of its groups, as the backend words them. */
export class PreparedView {
  readonly #database: OnlineDatabase
  readonly #record: ViewRecord
  readonly #served: readonly ViewFeature[]
  readonly #subject: string
  readonly #sides: Shared<readonly Side[]>

  /** @param path of the view, below the project */
  constructor(
    session: Session,
    database: OnlineDatabase,
    path: string,
    record: ViewRecord,
    features: readonly ViewFeature[],
  ) {
    this.#database = database
    this.#record = record
    this.#served = features.filter(({ isLabel }) => !isLabel)
    this.#subject = `rows of feature view "${record.name}"`
    this.#sides = new Shared(async () => {
      const answer = (await session.projectApi({
        method: 'GET',
        path: `${path}/preparedstatement`,
        query: {
          batch: true,
          inference_helper_columns: false,
          logging_meta_data: false,
          feature_vector_with_inference_helpers: false,
        },
        subject: `the statements of feature view "${record.name}"`,
      })) as { items?: readonly PreparedStatement[] | null } | null
      return (answer?.items ?? []).map((statement) => ({ statement, parts: this.#partsOf(statement) }))
    })
  }

  /** In the order asked; undefined where no group has a row. @throws HopsworksError for a key that lacks something */
  async read(keys: readonly Row[], signal: AbortSignal | undefined): Promise<(Row | undefined)[]> {
    const vectors = this.#record.features?.find(({ featuregroup }) => featuregroup?.embeddingIndex)
    if (vectors)
      throw new HopsworksError('client', `${this.#subject}: "${vectors.name}" is in the vector database`, {
        do: 'read its feature group by itself',
      })
    if (keys.length === 0) return []
    const sides = await this.#sides.get(signal)
    this.#check(keys, sides)
    const found = await Promise.all(sides.map((side) => this.#rowsOf(side, keys, signal)))
    const decode = decoderOf(this.#served)
    return keys.map((key, i) => {
      const known = new Map<string, unknown>()
      for (const [at, side] of sides.entries()) {
        const row = found[at]![i]
        // Where there is no row, the key itself is still known.
        const values = row ?? Object.fromEntries(side.parts.map((part) => [part.column, givenBy(key, part)]))
        for (const name of this.#columnsOf(side, values)) known.set(name, values[name])
      }
      if (found.every((rows) => rows[i] === undefined)) return undefined
      const values = this.#served.map((feature): [string, FeatureValue] => {
        const value = known.get(feature.name)
        return [feature.name, value instanceof Date ? value : featureValueOf(feature, value, decode)]
      })
      return Object.fromEntries(values)
    })
  }

  async #rowsOf(
    { statement, parts }: Side,
    keys: readonly Row[],
    signal: AbortSignal | undefined,
  ): Promise<readonly (SqlRow | undefined)[]> {
    const values = keys.map((key) =>
      parts.map((part) => {
        const value = givenBy(key, part)
        return value instanceof Date ? timeText(value, part.type) : value
      }),
    )
    const lookup = {
      columns: parts.map(({ column }) => column),
      select: (list: string) => statement.queryOnline.replace(/\bIN\s+\?/i, () => list),
      subject: this.#subject,
    }
    return lookUp(this.#database, lookup, values, signal)
  }

  #check(keys: readonly Row[], sides: readonly Side[]): void {
    const parts = sides.flatMap((side) => side.parts)
    const known = new Set(parts.flatMap(({ names }) => names))
    const advice = { do: `give ${[...new Set(parts.map(({ names }) => names[0]!))].join(', ')}, and nothing else` }
    for (const key of keys) {
      const lacking = parts.find((part) => (givenBy(key, part) ?? null) === null)
      if (lacking) throw new HopsworksError('client', `${this.#subject}: a key lacks "${lacking.names[0]}"`, advice)
      const strange = Object.keys(key).find((name) => !known.has(name))
      if (strange) throw new HopsworksError('client', `${this.#subject}: "${strange}" is in no primary key`, advice)
    }
  }

  /** Those that the view takes from this group: the key's columns come along, and others may be named alike. */
  #columnsOf({ statement }: Side, row: SqlRow): string[] {
    const others = (this.#record.features ?? [])
      .filter(({ featuregroup }) => featuregroup && featuregroup.id !== statement.featureGroupId)
      .map(({ name }) => name)
    return Object.keys(row).filter((name) => !others.includes(name))
  }

  #partsOf({ preparedStatementIndex, preparedStatementParameters, prefix }: PreparedStatement): KeyPart[] {
    const keys = (this.#record.servingKeys ?? []).filter(({ joinIndex }) => joinIndex === preparedStatementIndex)
    return preparedStatementParameters
      .toSorted((a, b) => a.index - b.index)
      .map(({ name }) => {
        const key = keys.find(({ featureName }) => featureName === name)
        const column = `${prefix ?? ''}${name}`
        const type = (key && keyTypeOf(key)) ?? this.#served.find((feature) => feature.name === column)?.type
        return { column, names: key ? keyNamesOf(key) : [name], type: type ?? 'timestamp' }
      })
  }
}

function givenBy(key: Row, { names }: KeyPart): FeatureValue | undefined {
  for (const name of names) if (key[name] !== undefined) return key[name]
  return undefined
}
