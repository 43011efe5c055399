import { avroType } from '../avro/avro-type.ts'
import { fromAvro } from '../avro/from-avro.ts'
import { schemaOfType } from '../avro/schema-of-type.ts'
import { HopsworksError } from '../error.ts'
import type { FeatureValue, Row } from '../groups/feature-types.ts'
import { type ComplexDecoder, featureValueOf } from '../groups/online-values.ts'
import type { OnlineStore } from '../online/online-store.ts'
import { timeText } from '../sql/text.ts'
import type { ViewFeature } from './feature-view.ts'
import { keyNamesOf, keyTypeOf, type ServingKeyRecord } from './view-record.ts'

interface Answer {
  readonly features: readonly (readonly unknown[] | null)[] | readonly unknown[]
  readonly metadata?: readonly { readonly featureName?: string | null }[] | null
  readonly status: string | readonly string[]
  /** Of each of the view's groups. */
  readonly detailedStatus?: readonly (readonly GroupStatus[] | null)[] | readonly GroupStatus[] | null
}

interface GroupStatus {
  readonly httpStatus: number
}

/** Rows in one request. */
const entriesAtOnce = 500

export interface ReadView {
  /** The project's, in lower case. */
  readonly featureStore: string
  readonly name: string
  readonly version: number
  readonly features: readonly ViewFeature[]
  readonly servingKeys: readonly ServingKeyRecord[]
}

/** Online rows of a feature view, in the order asked; undefined where there is none. */
export async function readView(
  store: OnlineStore,
  view: ReadView,
  keys: readonly Row[],
  signal: AbortSignal | undefined,
): Promise<(Row | undefined)[]> {
  const rows: (Row | undefined)[] = []
  for (let i = 0; i < keys.length; i += entriesAtOnce)
    rows.push(...(await readEntries(store, view, keys.slice(i, i + entriesAtOnce), signal)))
  return rows
}

async function readEntries(
  store: OnlineStore,
  view: ReadView,
  keys: readonly Row[],
  signal: AbortSignal | undefined,
): Promise<(Row | undefined)[]> {
  const isSingle = keys.length === 1
  const entries = keys.map((key) => entryOf(key, view))
  const subject = `rows of feature view "${view.name}"`
  const answer = (await store.ask({
    method: 'POST',
    path: isSingle ? 'feature_store' : 'batch_feature_store',
    json: {
      featureStoreName: view.featureStore,
      featureViewName: view.name,
      featureViewVersion: view.version,
      entries: isSingle ? entries[0] : entries,
      passedFeatures: isSingle ? {} : [],
      metadataOptions: { featureName: true, featureType: true },
      options: { validatePassedFeatures: false, includeDetailedStatus: true },
    },
    subject,
    repeatable: true,
    signal,
  })) as Answer
  const found = (isSingle ? [answer.features] : answer.features) as readonly (readonly unknown[] | null)[]
  const statuses = [answer.status].flat()
  const details = (isSingle ? [answer.detailedStatus] : (answer.detailedStatus ?? [])) as readonly (
    | readonly GroupStatus[]
    | null
  )[]
  const served = view.features.filter(({ isLabel }) => !isLabel)
  const names = answer.metadata?.map(({ featureName }) => featureName ?? '') ?? served.map(({ name }) => name)
  const byName = new Map(view.features.map((feature) => [feature.name, feature]))
  const decode = decoderOf(view.features)
  return keys.map((key, i) => {
    const values = found[i]
    if (statuses[i] === 'ERROR' || !values)
      throw new HopsworksError('rondb', `${subject}: one of them could not be read`, {
        do: `check that the key has all of the primary keys, and nothing else: ${Object.keys(key).join(', ')}`,
      })
    if (statuses[i] === 'MISSING' && details[i]?.every(({ httpStatus }) => httpStatus !== 200)) return undefined
    return Object.fromEntries(
      names.map((name, at): [string, FeatureValue] => {
        const feature = byName.get(name)
        return [name, feature ? featureValueOf(feature, values[at], decode) : (values[at] as FeatureValue)]
      }),
    )
  })
}

/** With times as RonDB writes them. */
function entryOf(key: Row, { features, servingKeys }: ReadView): unknown {
  const typeOf = (name: string) => {
    const part = servingKeys.find((each) => keyNamesOf(each).includes(name))
    return (part && keyTypeOf(part)) ?? features.find((feature) => feature.name === name)?.type ?? 'timestamp'
  }
  return Object.fromEntries(
    Object.entries(key).map(([name, value]) => [name, value instanceof Date ? timeText(value, typeOf(name)) : value]),
  )
}

/** Decodes complex features by their types. */
export function decoderOf(features: readonly ViewFeature[]): ComplexDecoder {
  return (name, bytes) => {
    const schema = schemaOfType(features.find((feature) => feature.name === name)!.type)
    return fromAvro(schema, avroType(schema).fromBuffer(Buffer.from(bytes)))
  }
}
