/** What a failed answer says about itself. */
export interface ErrorBody {
  /** Empty when the body says nothing. */
  readonly message: string
  /** The Web API's machine-readable reason, such as QUOTA_EXCEEDED. */
  readonly reason?: string
  /** The error code of the sign-in host (RFC 6749, 5.2), such as invalid_grant. */
  readonly code?: string
}

/**
 * Reads the body of a failed answer in any shape that Spotify sends: `{error: {status, message, reason}}`, the sign-in
 * host's `{error, error_description}`, the old `{error: {type, description}}`, plain text, HTML, cut-off JSON, nothing.
 * Never throws.
 */
export function parseErrorBody(body: string): ErrorBody {
  const text = body.trim()
  if (text === '' || /^<(?:!doctype|html|head|body|\?xml)/i.test(text)) return { message: '' }
  if (!/^[{["]/.test(text)) return { message: oneLine(text) }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    // Cut off: the message may still be whole.
    const message = /"(?:message|error_description|description)"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1]
    const reason = /"reason"\s*:\s*"(\w+)"/.exec(text)?.[1]
    return { message: oneLine(message ?? ''), ...(reason && { reason }) }
  }
  if (typeof json === 'string') return { message: oneLine(json) }
  const { error, error_description: description, message } = fields(json)
  if (typeof error === 'string') return { message: oneLine(asText(description)), code: error }
  const inner = fields(error)
  const said = asText(inner.message) || asText(inner.description) || asText(message)
  return { message: oneLine(said), ...(typeof inner.reason === 'string' && { reason: inner.reason }) }
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, 200)
}
