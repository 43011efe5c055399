import { z } from 'zod'
import { listenerKey, problemDetails } from '../common.ts'

/** One request that the API answers. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below `/v1`. */
  readonly url: string
  readonly schema: EndpointSchema
}

interface EndpointSchema {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly params?: z.ZodType
  readonly querystring?: z.ZodType
  readonly headers?: z.ZodType
  readonly body?: z.ZodType
  readonly consumes?: readonly string[]
  readonly response: Readonly<Record<string, unknown>>
}

export const problem = {
  description: 'A problem',
  content: { 'application/problem+json': { schema: problemDetails } },
}
export const ofProfile = z.object({ profile: listenerKey })
export const ofPair = z.object({ profile: listenerKey, match: listenerKey })
export const nothing = z.undefined().describe('Done')

/** Keeps the types of what goes in and comes out. */
export const define = <const E extends Endpoint>(endpoint: E) => endpoint
