/** A week: whatever is longer can't be meant. */
const longest = 7 * 24 * 3600_000

/**
 * The pause that a `Retry-After` header states, in milliseconds: seconds or an HTTP date (RFC 9110, 10.2.3).
 * Undefined when there is none, and for what means nothing: zero, the past, other text.
 */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  const text = header?.trim()
  if (!text) return undefined
  const ms = /^\d+(?:\.\d+)?$/.test(text) ? Math.ceil(Number(text)) * 1000 : Date.parse(text) - now
  return ms > 0 ? Math.min(ms, longest) : undefined
}
