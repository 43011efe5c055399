import type { Lookups, WeighedEntry } from '../../features/build-corpus.ts'
import { normaliseName } from '../../taste/name.ts'
import type { Entry } from '../../taste/playlist.ts'
import type { Hygiene } from '../answer.ts'

/** An entry and the playlist that it stands in. */
export interface Heard {
  readonly entry: Entry
  readonly playlist?: string
}

const month = 30 * 24 * 3600

/** What stays of a profile, and how much it counts. @param lookups names and genres, as far as they may be matched */
export async function clean(
  heard: readonly Heard[],
  hygiene: Hygiene,
  lookups: Pick<Lookups, 'artists'>,
): Promise<readonly WeighedEntry[]> {
  const { playlists = [], recency = 0 } = hygiene
  const left = new Set(playlists.map(normaliseName))
  const byArtist = await artistFilter(heard, hygiene, lookups)
  const kept = heard
    .filter(({ playlist }) => playlist === undefined || !left.has(normaliseName(playlist)))
    .map(({ entry }) => entry)
    .filter((entry) => !byArtist(entry) && !inPeriod(entry, hygiene))
  if (!(recency > 0)) return kept
  const newest = kept.reduce((latest, entry) => Math.max(latest, dateOf(entry) ?? Number.NEGATIVE_INFINITY), -Infinity)
  return kept.map((entry) => {
    const date = dateOf(entry)
    return date === undefined ? entry : { ...entry, weight: weightAt(newest - date, recency) }
  })
}

/** Below, an entry would be nothing at all. */
const leastWeight = 1e-6

function weightAt(age: number, recency: number): number {
  return Math.max(leastWeight, 2 ** ((-recency * age) / month))
}

function dateOf({ lastPlayedAt, addedAt }: Entry): number | undefined {
  return lastPlayedAt ?? addedAt
}

function inPeriod(entry: Entry, { from, to }: Hygiene): boolean {
  const date = dateOf(entry)
  if (date === undefined || (from === undefined && to === undefined)) return false
  return date >= (from ?? Number.NEGATIVE_INFINITY) && date <= (to ?? Number.POSITIVE_INFINITY)
}

async function artistFilter(
  heard: readonly Heard[],
  { artists = [], genres = [] }: Hygiene,
  lookups: Pick<Lookups, 'artists'>,
): Promise<(entry: Entry) => boolean> {
  if (artists.length + genres.length === 0) return () => false
  const keys = [...new Set(heard.flatMap(({ entry }) => entry.artists[0] ?? []))]
  const names = new Set(artists.map(normaliseName))
  const left = new Set(genres.map((genre) => genre.toLowerCase()))
  const found = await lookups.artists(keys)
  const out = new Set(
    keys.filter((key, i) => {
      const name = found[i]?.name ?? key.slice(key.indexOf(':') + 1)
      return names.has(normaliseName(name)) || found[i]?.genres?.value.some((genre) => left.has(genre.toLowerCase()))
    }),
  )
  return (entry) => out.has(entry.artists[0]!)
}
