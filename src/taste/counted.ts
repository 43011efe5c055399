/**
 * A number of things, in words.
 * @example counted(1, 'request') // '1 request'
 * @example counted(1200, 'entry', 'entries') // '1,200 entries'
 */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${value.toLocaleString('en-US')} ${value === 1 ? one : many}`
}
