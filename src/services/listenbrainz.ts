import { asFields, asText } from '../spotify/shape.ts'
import type { Refusal } from './service-client.ts'

/** The ListenBrainz API. Its failures are `{code, error}` with the status that fits. */
export const listenbrainzService = {
  name: 'ListenBrainz',
  address: 'https://api.listenbrainz.org',
  refusalOf: (status: number, json: unknown): Refusal | undefined => {
    const said = asText(asFields(json)?.error)
    if (status === 404) return { kind: 'not-found', said }
    return status === 401 ? { kind: 'bad-key', said } : undefined
  },
} as const
/** Its headers say how many requests are left; this keeps from running into them. */
export const listenbrainzLimits = { perSecond: 2, burst: 2, concurrency: 2, perDay: Number.POSITIVE_INFINITY }
