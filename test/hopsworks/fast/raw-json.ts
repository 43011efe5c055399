/** A number that is written digit by digit as it is given. */
export const { rawJSON: rawJson } = JSON as unknown as { rawJSON(text: string): unknown }

/** Bigints become whole numbers. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_name, each) => (typeof each === 'bigint' ? rawJson(`${each}`) : each))
}

/** Whole numbers become bigints where a number would not be exact. */
export function parsedJson(text: string): unknown {
  return JSON.parse(text, (_name, value, { source }: { readonly source?: string } = {}) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source ?? '') ? BigInt(source!) : value,
  )
}
