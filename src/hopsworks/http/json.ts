/** Parses JSON; whole numbers beyond 2^53 become bigints, exactly. @throws SyntaxError */
export function parseJson(text: string): unknown {
  return /(?<![.\d])\d{16}/.test(text) ? JSON.parse(text, exactly) : JSON.parse(text)
}

function exactly(this: unknown, _name: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !context?.source) return value
  return /^-?\d+$/.test(context.source) ? BigInt(context.source) : value
}

/** Writes JSON; bigints become whole numbers, exactly. */
export function writeJson(value: unknown): string {
  return JSON.stringify(value, (_name, each) => (typeof each === 'bigint' ? rawJson(`${each}`) : each))
}

const { rawJSON: rawJson } = JSON as unknown as { rawJSON(text: string): unknown }
