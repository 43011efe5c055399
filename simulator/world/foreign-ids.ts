import { mixed } from './chance.ts'

/** ISRC (ISO 3901) of a track's number, under a country code that no country has. */
export function isrcOf(track: number): string {
  const registrant = Math.floor(track / 10_000_000)
    .toString(36)
    .toUpperCase()
    .padStart(3, '0')
  return `ZZ${registrant}${`${track % 10_000_000}`.padStart(7, '0')}`
}

/** The number inside an ISRC of a world; undefined for another. */
export function numberOfIsrc(isrc: string): number | undefined {
  const parts = /^ZZ(?<registrant>[0-9A-Z]{3})(?<rest>\d{7})$/.exec(isrc)?.groups
  return parts && Number.parseInt(parts.registrant!, 36) * 10_000_000 + Number(parts.rest)
}

const markOf = { artist: 1, track: 2 } as const

/** A MusicBrainz id for an artist's or track's number: a UUID that holds it. */
export function mbidOf(seed: number, kind: keyof typeof markOf, number: number): string {
  const check = mixed(seed, 261, markOf[kind], number).toString(16).padStart(8, '0')
  return `${check}-5150-4${markOf[kind]}00-8000-${number.toString(16).padStart(12, '0')}`
}

/** The number inside such an id; undefined for one that this world did not make. */
export function numberOfMbid(seed: number, kind: keyof typeof markOf, mbid: string): number | undefined {
  const number = Number.parseInt(mbid.slice(24), 16)
  return mbid.length === 36 && mbidOf(seed, kind, number) === mbid.toLowerCase() ? number : undefined
}
