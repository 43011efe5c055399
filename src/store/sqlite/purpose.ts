import type { Purpose } from '../feature-store.ts'
import { allowedOrigins, type PolicySettings } from '../policy.ts'

/**
 * SQL condition: the listener of the alias may be read for `purpose`, by the policy table, by their own consent, and
 * because the content has not expired at `:now`.
 */
export function visible(alias: string, purpose: Purpose, settings: PolicySettings): string {
  if (purpose === 'keep') return ':now IS NOT NULL'
  const origins = allowedOrigins(purpose, settings).map((origin) => `'${origin}'`)
  const consent = purpose === 'match' ? 'findable' : 'train'
  return `${alias}.${consent} AND ${alias}.digest IS NOT NULL AND (${alias}.expires_at IS NULL OR ${alias}.expires_at > :now)
    AND ${alias}.source IN (SELECT n FROM sources WHERE origin IN (${origins.join(', ')}))`
}
