import { useCallback, useSyncExternalStore } from 'react'
import type { Tuning } from '../api/calls.ts'
import type { Hygiene } from '../api/types.ts'

export const everything: Tuning = { hygiene: {}, diversity: 0 }
const listeners = new Set<() => void>()
const known = new Map<string, Tuning>()

/** What this person leaves out of this profile: the same on every page, and kept while the tab is open. */
export function useTuning(profile: string): [Tuning, (tuning: Tuning) => void] {
  const tuning = useSyncExternalStore(subscribe, () => read(profile))
  const set = useCallback(
    (next: Tuning) => {
      known.set(profile, next)
      sessionStorage.setItem(storageKey(profile), JSON.stringify(next))
      for (const listener of listeners) listener()
    },
    [profile],
  )
  return [tuning, set]
}

/** How many things somebody changed. */
export function changesIn({ hygiene, diversity }: Tuning): number {
  const { artists = [], genres = [], playlists = [], from, to, recency = 0 } = hygiene
  const period = from !== undefined || to !== undefined
  return (
    artists.length + genres.length + playlists.length + Number(period) + Number(recency > 0) + Number(diversity > 0)
  )
}

/** The wishes of both: lists together, the rest as `more` says. */
export function joined(hygiene: Hygiene, more: Hygiene): Hygiene {
  const lists = (['artists', 'genres', 'playlists'] as const).flatMap((kind) => {
    const both = [...new Set([...(hygiene[kind] ?? []), ...(more[kind] ?? [])])]
    return both.length > 0 ? [[kind, both] as const] : []
  })
  return { ...hygiene, ...more, ...Object.fromEntries(lists) }
}

function read(profile: string): Tuning {
  const tuning = known.get(profile) ?? parse(sessionStorage.getItem(storageKey(profile)))
  known.set(profile, tuning)
  return tuning
}

function parse(text: string | null): Tuning {
  try {
    return text === null ? everything : { ...everything, ...JSON.parse(text) }
  } catch {
    return everything
  }
}

function storageKey(profile: string): string {
  return `tuning:${profile}`
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
