import { asFields, asList, asText, type Fields } from '../spotify/shape.ts'
import type { Refusal } from './service-client.ts'
import type { ServiceErrorKind } from './service-error.ts'

/** Codes of Last.fm's failures (last.fm/api/errorcodes); they come with any status, 200 too. */
const kinds: Readonly<Record<number, ServiceErrorKind>> = {
  2: 'bad-request',
  3: 'bad-request',
  4: 'bad-key',
  5: 'bad-request',
  6: 'not-found',
  7: 'not-found',
  8: 'server-trouble',
  9: 'bad-key',
  10: 'bad-key',
  11: 'offline',
  13: 'bad-key',
  16: 'server-trouble',
  17: 'private',
  26: 'refused',
  29: 'rate-limited',
}

/** The Last.fm API: one address, told by parameters what to do. */
export const lastfmService = {
  name: 'Last.fm',
  address: 'https://ws.audioscrobbler.com/2.0',
  refusalOf: (_: number, json: unknown): Refusal | undefined => {
    const fields = asFields(json)
    const code = Number(fields?.error)
    return fields?.error !== undefined ? { kind: kinds[code] ?? 'unexpected', said: asText(fields.message) } : undefined
  },
} as const
/** Its terms: no more than five requests a second, on average over five minutes. */
export const lastfmLimits = { perSecond: 4, burst: 1, concurrency: 2, perDay: Number.POSITIVE_INFINITY }

/** Elements of a list: a list of one is the element itself, and one of none may be absent. */
export function elements(value: unknown): readonly Fields[] {
  const list = asList(value) ?? (value === undefined || value === null || value === '' ? [] : [value])
  return list.map(asFields).filter((each) => each !== undefined)
}

/** All its numbers are texts. */
export function numberIn(value: unknown): number | undefined {
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && value.trim() ? Number(value) : Number.NaN
  return Number.isFinite(number) ? number : undefined
}
