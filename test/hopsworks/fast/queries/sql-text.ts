import type { FeatureGroupDto } from '../groups/feature-group.ts'
import type { FilterDto, LogicDto } from './query-dto.ts'
import { featureOf, type PlannedJoin, type QueryPlan, QueryRefusal } from './query-plan.ts'

/**
 * Who runs the text:
 * - `online`: MySQL, MariaDB, SQLite; times are text. Strings double their quotes only: NO_BACKSLASH_ESCAPES is expected.
 * - `hive`: nobody here; it is what clients show.
 * - `local`: SQLite over offline rows: timestamps are microseconds, dates are days since 1970.
 */
export type Dialect = 'online' | 'hive' | 'local'

interface Place {
  readonly dialect: Dialect
  /** In lower case; the offline store's database is named after it. */
  readonly project: string
}

interface Side {
  readonly group: FeatureGroupDto
  readonly alias: string
}

/** The query as one SELECT, joined by keys alone. */
export function selectText(plan: QueryPlan, place: Place): string {
  const joined = plan.joins.map(
    (join) => `${join.type} JOIN ${table(join, place)} ON ${keysEqual(join, join.to.alias)}`,
  )
  const filters = [plan.filter, ...plan.joins.map(({ filter }) => filter)]
  return text(plan, place, joined, filters)
}

/**
 * The query as of the event time of the root's rows: of each joined key the newest row that is not newer. Undefined unless all of
 * its groups have an event time and all are joined to the root.
 */
export function pointInTimeText(plan: QueryPlan, place: Place): string | undefined {
  const { root, joins } = plan
  if (joins.length === 0 || [root, ...joins].some(({ group }) => !group.eventTime)) return undefined
  if (joins.some(({ to }) => to.alias !== root.alias)) return undefined
  const joined = joins.map((join) => {
    const type = join.filter ? 'INNER' : join.type
    const left = quoted(root.alias)
    const right = quoted(join.alias)
    const on = join.keys.map((key, i) => `${left}.${quoted(key.left)} = ${right}.${quoted(`join_pk_${i}`)}`)
    const time = quoted(root.group.eventTime!)
    return `${type} JOIN (${newestBefore(join, root, place)}) ${right} ON ${[...on, `${left}.${time} = ${right}.\`join_evt_ts\``].join(' AND ')}`
  })
  return text(plan, place, joined, [plan.filter])
}

function newestBefore(join: PlannedJoin, root: Side, place: Place): string {
  const left = quoted(root.alias)
  const right = quoted(join.alias)
  const time = quoted(root.group.eventTime!)
  const rightTime = `${right}.${quoted(join.group.eventTime!)}`
  const keys = join.keys.map((key) => `${left}.${quoted(key.left)}`)
  const distinct = [...new Set([...join.keys.map((key) => quoted(key.left)), time])].join(', ')
  const names = join.keys.map((key, i) => `${left}.${quoted(key.left)} ${quoted(`join_pk_${i}`)}`)
  const rank = `RANK() OVER (PARTITION BY ${[...keys, `${left}.${time}`].join(', ')} ORDER BY ${rightTime} DESC)`
  const where = join.filter ? ` WHERE ${logicText(join.filter, [join], place)}` : ''
  const inner =
    `SELECT ${right}.*, ${names.join(', ')}, ${left}.${time} \`join_evt_ts\`, ${rank} \`pit_rank_hopsworks\` ` +
    `FROM (SELECT DISTINCT ${distinct} FROM ${tableName(root.group, place)}) ${left} ` +
    `INNER JOIN ${table(join, place)} ON ${keysEqual(join, root.alias)} AND ${left}.${time} >= ${rightTime}${where}`
  return `SELECT * FROM (${inner}) \`NA\` WHERE \`pit_rank_hopsworks\` = 1`
}

function text(
  plan: QueryPlan,
  place: Place,
  joined: readonly string[],
  filters: readonly (LogicDto | undefined)[],
): string {
  const columns = plan.columns.map(({ alias, feature, name }) => `${quoted(alias)}.${quoted(feature)} ${quoted(name)}`)
  const conditions = filters.flatMap((filter) => (filter ? [logicText(filter, [plan.root, ...plan.joins], place)] : []))
  return [
    `SELECT ${columns.join(', ')}`,
    `FROM ${table(plan.root, place)}`,
    ...joined,
    ...(conditions.length > 0 ? [`WHERE ${conditions.join(' AND ')}`] : []),
    ...(plan.limit === undefined ? [] : [`LIMIT ${plan.limit}`]),
  ].join('\n')
}

/** `name` in backticks. */
export function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

/** A group's table with the database that it is in. */
export function tableName({ name, version }: FeatureGroupDto, { dialect, project }: Place): string {
  const database = dialect === 'online' ? project : `${project}_featurestore`
  return `${quoted(database)}.${quoted(`${name}_${version}`)}`
}

function table({ group, alias }: Side, place: Place): string {
  return `${tableName(group, place)} ${quoted(alias)}`
}

function keysEqual(join: PlannedJoin, leftAlias: string): string {
  return join.keys
    .map(({ left, right }) => `${quoted(leftAlias)}.${quoted(left)} = ${quoted(join.alias)}.${quoted(right)}`)
    .join(' AND ')
}

const operators: Readonly<Record<string, string>> = {
  EQUALS: '=',
  NOT_EQUALS: '<>',
  GREATER_THAN: '>',
  GREATER_THAN_OR_EQUAL: '>=',
  LESS_THAN: '<',
  LESS_THAN_OR_EQUAL: '<=',
  IN: 'IN',
  LIKE: 'LIKE',
}

function logicText(logic: LogicDto, sides: readonly Side[], place: Place): string {
  const left = logic.leftFilter ? filterText(logic.leftFilter, sides, place) : logicText(logic.leftLogic!, sides, place)
  if (logic.type === 'SINGLE') return left
  const right = logic.rightFilter
    ? filterText(logic.rightFilter, sides, place)
    : logicText(logic.rightLogic!, sides, place)
  return `(${left} ${logic.type} ${right})`
}

function filterText({ feature, condition, value }: FilterDto, sides: readonly Side[], { dialect }: Place): string {
  const id = feature.featureGroupId
  const side = sides.find(({ group }) =>
    id ? group.id === id : group.features.some(({ name }) => name === feature.name),
  )
  if (!side) throw new QueryRefusal(404, 270_188, `Filtered feature: \`${feature.name}\` not found`)
  const { type } = featureOf(side.group, feature.name)
  const operator = operators[condition]
  if (!operator) throw new QueryRefusal(400, 270_139, `There is no condition ${condition}`)
  const compared =
    condition === 'IN'
      ? `(${(JSON.parse(value) as readonly unknown[]).map((each) => literal(type, `${each}`, dialect)).join(', ')})`
      : literal(type, value, dialect)
  return `${quoted(side.alias)}.${quoted(feature.name)} ${operator} ${compared}`
}

/** A value as SQL says it. */
export function literal(type: string, value: string, dialect: Dialect): string {
  if (type === 'string') return `'${value.replaceAll("'", "''")}'`
  if (type === 'date') return dateLiteral(value, dialect)
  if (type === 'timestamp') return timestampLiteral(value, dialect)
  if (type === 'boolean' && /^(true|false)$/i.test(value)) return value.toUpperCase()
  if (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)) return value
  throw new QueryRefusal(400, 270_139, `${value} is no value of type ${type}`)
}

function dateLiteral(value: string, dialect: Dialect): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(value)) throw new QueryRefusal(400, 270_139, `${value} is no date: yyyy-mm-dd`)
  if (dialect === 'local') return `${Date.parse(`${value}T00:00:00Z`) / 86_400_000}`
  return dialect === 'hive' ? `DATE '${value}'` : `'${value}'`
}

function timestampLiteral(value: string, dialect: Dialect): string {
  const [, date, time, fraction = ''] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?$/.exec(value) ?? []
  if (!date) throw new QueryRefusal(400, 270_139, `${value} is no timestamp: yyyy-mm-dd hh:mm:ss`)
  if (dialect === 'local') return `${Date.parse(`${date}T${time}Z`) * 1000 + Number(fraction.padEnd(6, '0'))}`
  const plain = Number(fraction) === 0 ? `${date} ${time}` : `${date} ${time}.${fraction}`
  return dialect === 'hive' ? `TIMESTAMP '${plain}'` : `'${plain}'`
}
