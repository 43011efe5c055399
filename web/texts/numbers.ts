const numbers = new Intl.NumberFormat('en')
const percents = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })
const moments = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })
const days = new Intl.DateTimeFormat('en', { dateStyle: 'medium' })

export function format(number: number): string {
  return numbers.format(number)
}

/** `1,204 listeners`, `1 listener`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${numbers.format(number)} ${number === 1 ? one : many}`
}

/** `12 %`, `1.5 %`, never broken between two lines. */
export function percent(share: number): string {
  const hundred = 100 * share
  if (hundred > 0 && hundred < 0.1) return '<0.1\u00a0%'
  return `${hundred < 10 ? percents.format(hundred) : Math.round(hundred)}\u00a0%`
}

/** `a, b and c`. */
export function list(parts: readonly (string | false | 0 | undefined)[], word: 'and' | 'or'): string {
  const told = parts.filter((part) => typeof part === 'string')
  if (told.length < 2) return told.join('')
  return `${told.slice(0, -1).join(', ')} ${word} ${told.at(-1)}`
}

/** An ISO time as a moment here. */
export function moment(time: string): string {
  return whole(moments.format(new Date(time)))
}

export function day(time: string): string {
  return whole(days.format(new Date(time)))
}

/** `12 MB`. */
export function bytes(size: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  const power = size < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(size) / 3))
  return `${new Intl.NumberFormat('en', { maximumSignificantDigits: 3 }).format(size / 1000 ** power)}\u00a0${units[power]}`
}

/** With a capital letter. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** With spaces that don't break: it stays on one line. */
function whole(text: string): string {
  return text.replace(/\s/g, '\u00a0')
}
