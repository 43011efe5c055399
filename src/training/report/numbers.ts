/** .873, as tables in this field are written. */
export function three(value: number | undefined | null): string {
  if (value === undefined || value === null || !Number.isFinite(value)) return '–'
  return value.toFixed(3).replace(/^(-?)0\./, '$1.')
}

/** [+.010, +.031], for the interval of a difference. */
export function bracket({ ci95: [low, high] }: { readonly ci95: readonly [number, number] }): string {
  return `[${signed(low)}, ${signed(high)}]`
}

/** +.012, for differences. */
export function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${three(Math.abs(value))}`
}

/** 1,330. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}
