import { aboutEndpoints } from './about.ts'
import type { Endpoint } from './endpoint.ts'
import { jobEndpoints } from './jobs.ts'
import { matchEndpoints } from './matches.ts'
import { operatorEndpoints } from './operator.ts'
import { sessionEndpoints } from './session.ts'
import { yourDataEndpoints } from './your-data.ts'

/** All requests that the API answers, with everything that goes in and comes out. */
export const endpoints = {
  ...aboutEndpoints,
  ...sessionEndpoints,
  ...jobEndpoints,
  ...yourDataEndpoints,
  ...matchEndpoints,
  ...operatorEndpoints,
} as const satisfies Readonly<Record<string, Endpoint>>
