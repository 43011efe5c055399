/** Reading values of foreign JSON, of which nothing is certain. */

export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A text that says something; numbers are taken, too, as some exports write the album "1989" as one. */
export function textIn(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

/** The first of several spellings of a field that says something. */
export function fieldOf(object: JsonObject, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = textIn(object[name])
    if (text !== undefined) return text
  }
  return undefined
}

/** A number that is not negative, also where it is written as a text. */
export function amountIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && number >= 0 && number < Infinity ? number : undefined
}

export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

const isoLike = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(?:\.\d+)?\s*(Z|UTC|[+-]\d\d:?\d\d)?)?$/

/** A time as ISO 8601 in UTC, to the second; a date stays one. Undefined where it is none. */
export function timeIn(value: unknown): string | undefined {
  if (typeof value === 'number') return secondsToIso(value)
  if (typeof value !== 'string') return undefined
  const parts = isoLike.exec(value.trim())
  if (!parts) return otherTime(value)
  const [, date, minutes, seconds = ':00', zone = 'Z'] = parts
  const iso = minutes ? `${date}T${minutes}${seconds}` : date!
  if (!isDay(date!)) return undefined
  if (!minutes) return iso
  if (zone === 'Z' || zone === 'UTC')
    return Number(minutes.slice(0, 2)) < 24 && minutes[3]! < '6' && seconds[1]! < '7' ? `${iso}Z` : undefined
  const at = Date.parse(`${iso}${zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone}`)
  return Number.isNaN(at) || at >= endOfYears ? undefined : isoOf(at)
}

/** Seconds since 1970, or milliseconds, which nobody reads before the year 5000. */
function secondsToIso(value: number): string | undefined {
  const at = value > 1e11 ? value : value * 1000
  return at > 0 && at < 4e12 ? isoOf(at) : undefined
}

const dayFirst = /^(\d{1,2})\.(\d{1,2})\.(\d{4}),?\s+(\d{1,2}:\d\d(?::\d\d)?)\b/

/** Times in words, as "31 Jan 2020, 17:05" or "31.01.2020, 17:05:10 CET"; in another zone than UTC some hours off. */
function otherTime(value: string): string | undefined {
  if (value.length > 60) return undefined
  if (/^\d{9,13}$/.test(value.trim())) return secondsToIso(Number(value))
  if (!/\d{4}/.test(value) || !/^[\p{L}\p{N}\s,.:/+-]+$/u.test(value)) return undefined
  const [, day, month, year, clock] = dayFirst.exec(value.trim()) ?? []
  const words = day ? `${year}-${month}-${day} ${clock}` : value.replaceAll(',', '')
  const withoutZone = words.replace(/(?<=\d|[AP]M) (?!AM$|PM$)[A-Z]{2,5}$/, '')
  const at = [`${words} UTC`, value, `${withoutZone} UTC`].map(Date.parse).find((time) => !Number.isNaN(time)) ?? 0
  return at > 0 && at < 4e12 ? isoOf(at) : undefined
}

function isDay(date: string): boolean {
  const month = Number(date.slice(5, 7))
  const day = Number(date.slice(8, 10))
  if (!(month >= 1 && month <= 12 && day >= 1)) return false
  return day <= 28 || day <= new Date(Date.UTC(Number(date.slice(0, 4)), month, 0)).getUTCDate()
}

/** The year 10,000, which is written otherwise. */
const endOfYears = 253_402_300_800_000

function isoOf(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
}
