import type { Track } from '../taste/track.ts'
import { buildCorpora, type ListenerRow } from './build-corpus.ts'
import type { Corpus } from './corpus.ts'

/** A listener for tests: plays by artist, and tracks as `artist/title`. */
export interface SmallListener {
  readonly id: string
  readonly source?: string
  readonly plays?: Readonly<Record<string, number>>
  readonly tracks?: readonly string[]
}

export function smallRow({ id, source = 'test', plays = {}, tracks = [] }: SmallListener): ListenerRow {
  const entries = [
    ...Object.entries(plays).map(([artist, count]) => ({ artists: [artist], plays: count })),
    ...tracks.map((track) => ({ artists: [track.split('/')[0]!], track })),
  ]
  return { id: `${source}:${id}`, source, playlists: [{ entries }], tagged: [] }
}

/** Corpora for tests, on one catalogue. Artists are called by their keys. */
export async function smallCorpora(
  groups: readonly (readonly SmallListener[])[],
  genres: Readonly<Record<string, readonly string[]>> = {},
): Promise<Corpus[]> {
  const provenance = { origin: 'simulated', source: 'test', readAt: 0 } as const
  return buildCorpora(
    groups.map((group) => group.map(smallRow)),
    {
      artists: async (keys) =>
        keys.map((key) => ({
          key,
          name: key,
          listeners: 1,
          ...(genres[key] && { genres: { value: genres[key], provenance } }),
        })),
      tracks: async (keys) => keys.map((key): Track => ({ key, title: key, artists: [], ids: {} })),
    },
  )
}

/** Listeners of a few made-up communities, each with artists of its own and some that everybody knows. */
export function communities(listeners: number, { communities = 4, artists = 30, each = 12 } = {}): SmallListener[] {
  let state = 12345
  const below = (n: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
  return Array.from({ length: listeners }, (_, i) => {
    const plays: Record<string, number> = {}
    while (Object.keys(plays).length < each) {
      const artist = below(4) === 0 ? `famous ${below(6)}` : `${i % communities} artist ${below(artists)}`
      plays[artist] = 1 + below(50)
    }
    return { id: String(i).padStart(4, '0'), plays }
  })
}
