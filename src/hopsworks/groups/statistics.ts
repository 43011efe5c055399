import { isMissing, missing } from '../api-refusal.ts'
import type { CallOptions } from '../login-options.ts'
import type { Session } from '../session.ts'
import type { FeatureStatistics, Statistics } from './feature-group.ts'

interface StatisticsRecord {
  readonly computationTime: number
  readonly featureDescriptiveStatistics?: readonly Readonly<Record<string, unknown>>[]
}

/** The newest statistics below a path; undefined when none were computed. */
export async function newestStatistics(
  session: Session,
  path: string,
  subject: string,
  { signal }: CallOptions,
): Promise<Statistics | undefined> {
  const answer = (await session.projectApi({
    method: 'GET',
    path: `${path}/statistics`,
    query: { offset: 0, limit: 1, fields: 'content', sort_by: 'computation_time:desc' },
    subject: `statistics of ${subject}`,
    isMissing: isMissing(missing.statistics),
    signal,
  })) as { items?: StatisticsRecord[] } | null | undefined
  const [newest] = answer?.items ?? []
  if (!newest) return undefined
  const features = (newest.featureDescriptiveStatistics ?? []).map(statisticsOf)
  return { computedAt: new Date(newest.computationTime), features }
}

function statisticsOf(record: Readonly<Record<string, unknown>>): FeatureStatistics {
  const { featureName, featureType, count, numNullValues, min, max, mean, stdDev, ...more } = record
  const number = (name: string, value: unknown) => (typeof value === 'number' ? { [name]: value } : {})
  return {
    feature: `${featureName}`,
    ...(typeof featureType === 'string' && { type: featureType }),
    ...number('count', count),
    ...number('nulls', numNullValues),
    ...number('min', min),
    ...number('max', max),
    ...number('mean', mean),
    ...number('standardDeviation', stdDev),
    more,
  }
}
