import type { FeatureGroupDto } from '../groups/feature-group.ts'
import type { FrontAnswer } from '../http-front.ts'
import type { DecodedRow } from '../ingestion/row-decoder.ts'
import type { OnlineStore } from '../online/online-store.ts'
import { jsonValue } from '../online/rest-routes.ts'
import { ok, type Routes } from '../routes.ts'
import type { FeatureViewDto } from './feature-view.ts'
import type { FeatureViews } from './feature-views.ts'
import { sidesOf, type ViewSide } from './prepared-statements.ts'

type Values = Readonly<Record<string, unknown>>

interface VectorRequest<Entries> {
  readonly featureStoreName: string
  readonly featureViewName: string
  readonly featureViewVersion: number
  readonly entries: Entries
  readonly passedFeatures?: Entries | null
  readonly metadataOptions?: { readonly featureName?: boolean; readonly featureType?: boolean } | null
  readonly options?: { readonly validatePassedFeatures?: boolean; readonly includeDetailedStatus?: boolean } | null
}

interface Vector {
  readonly features: readonly unknown[] | null
  readonly status: 'COMPLETE' | 'MISSING' | 'ERROR'
  readonly detailedStatus: readonly { readonly featureGroupId: number; readonly httpStatus: number }[]
}

class VectorRefusal extends Error {
  readonly status: number
  readonly body: unknown

  constructor(status: number, code: number, reason: string, message: string) {
    super(message)
    this.status = status
    this.body = { code, reason, message }
  }
}

/** RonDB's REST server: rows of feature views by the primary keys of their groups. */
export function vectorRoutes(views: FeatureViews, store: OnlineStore, project: string): Routes {
  function viewOf({ featureStoreName, featureViewName, featureViewVersion }: VectorRequest<unknown>): FeatureViewDto {
    if (featureStoreName !== project.toLowerCase())
      throw new VectorRefusal(404, 2, 'Feature store does not exist.', featureStoreName)
    const [view] = views.named(featureViewName, featureViewVersion)
    if (!view)
      throw new VectorRefusal(404, 1, 'Feature view does not exist.', `${featureViewName}_${featureViewVersion}`)
    for (const { keys } of sidesOf(view))
      for (const { featureGroup } of keys)
        if (!featureGroup.onlineEnabled || featureGroup.embeddingIndex)
          throw new VectorRefusal(400, 3, 'Reading feature group failed.', featureGroup.name)
    return view
  }

  function read(view: FeatureViewDto, entry: Values, passed: Values): Vector {
    checkEntry(view, entry)
    const values = new Map<string, unknown>()
    const detailedStatus: { featureGroupId: number; httpStatus: number }[] = []
    for (const side of sidesOf(view)) {
      if (side.features.every(({ label }) => label)) continue
      const group = side.keys[0]!.featureGroup
      const key = Object.fromEntries(side.keys.map((each) => [each.featureName, keyValue(each, entry)]))
      const row = store.row(group, key)
      detailedStatus.push({ featureGroupId: group.id, httpStatus: row ? 200 : 404 })
      for (const { name, featureGroupFeatureName } of side.features)
        values.set(name, row ? viewValue(group, row, featureGroupFeatureName) : (key[featureGroupFeatureName] ?? null))
    }
    const features = served(view).map(({ name }) => (name in passed ? passed[name] : values.get(name)))
    const isWhole = detailedStatus.every(({ httpStatus }) => httpStatus === 200)
    return { features, status: isWhole ? 'COMPLETE' : 'MISSING', detailedStatus }
  }

  return {
    'POST /0.1.0/feature_store': ({ body }) =>
      refusing(() => {
        const asked = body as VectorRequest<Values>
        const view = viewOf(asked)
        const { features, status, detailedStatus } = read(view, asked.entries, asked.passedFeatures ?? {})
        const isDetailed = asked.options?.includeDetailedStatus
        return ok({
          features,
          metadata: metadata(view, asked),
          status,
          detailedStatus: isDetailed ? detailedStatus : null,
        })
      }),
    'POST /0.1.0/batch_feature_store': ({ body }) =>
      refusing(() => {
        const asked = body as VectorRequest<readonly Values[]>
        const view = viewOf(asked)
        const { entries, passedFeatures } = asked
        if (entries.length === 0) throw new VectorRefusal(400, 15, 'No primary key is given.', 'entries')
        if (passedFeatures?.length && passedFeatures.length !== entries.length)
          throw new VectorRefusal(400, 18, 'Bad input.', 'not as many passed features as entries')
        const vectors = entries.map((entry, i): Vector => {
          try {
            return read(view, entry, passedFeatures?.[i] ?? {})
          } catch (error) {
            if (!(error instanceof VectorRefusal)) throw error
            return { features: null, status: 'ERROR', detailedStatus: [] }
          }
        })
        return ok({
          features: vectors.map(({ features }) => features),
          metadata: metadata(view, asked),
          status: vectors.map(({ status }) => status),
          detailedStatus: asked.options?.includeDetailedStatus
            ? vectors.map(({ detailedStatus }) => detailedStatus)
            : null,
        })
      }),
  }
}

function refusing(answer: () => FrontAnswer): FrontAnswer {
  try {
    return answer()
  } catch (error) {
    if (error instanceof VectorRefusal) return { status: error.status, body: error.body }
    throw error
  }
}

/** Complex values are told as JSON here: the official client takes them as they come. */
function viewValue(group: FeatureGroupDto, row: DecodedRow, name: string): unknown {
  return row.complex[name] ? row.values[name] : jsonValue(group, row, name)
}

function served({ features }: FeatureViewDto) {
  return features.filter(({ label }) => !label)
}

function metadata(view: FeatureViewDto, { metadataOptions }: VectorRequest<unknown>): unknown {
  if (!metadataOptions?.featureName && !metadataOptions?.featureType) return null
  return served(view).map(({ name, type }) => ({
    featureName: metadataOptions.featureName ? name : null,
    featureType: metadataOptions.featureType ? type : null,
  }))
}

/** A key may be named with its join's prefix or without. */
function keyValue({ featureName, prefix, required, joinOn }: ViewSide['keys'][number], entry: Values): unknown {
  if (!required) return entry[joinOn!]
  return entry[`${prefix ?? ''}${featureName}`] ?? entry[featureName]
}

function checkEntry({ servingKeys }: FeatureViewDto, entry: Values): void {
  if (Object.keys(entry).length === 0) throw new VectorRefusal(400, 15, 'No primary key is given.', 'entries')
  const required = servingKeys.filter((key) => key.required)
  const missing = required.find((key) => keyValue(key, entry) === undefined)
  const known = new Set(required.flatMap((key) => [`${key.prefix ?? ''}${key.featureName}`, key.featureName]))
  const strange = Object.keys(entry).find((name) => !known.has(name))
  if (missing || strange)
    throw new VectorRefusal(400, 12, 'Incorrect primary key.', `${strange ?? missing!.featureName}`)
}
