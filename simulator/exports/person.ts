import type { World } from '../world/world.ts'

/** A play of a track, as every history tells it. */
export interface PlayedTrack {
  readonly artist: string
  /** Spotify's. */
  readonly artistId: string
  readonly track: string
  readonly album: string
  /** Spotify's, 22 characters of base 62. */
  readonly spotify: string
  readonly isrc: string
  readonly mbid: string
  /** YouTube's, 11 characters. */
  readonly video: string
  readonly year: number
  readonly durationMs: number
  /** Milliseconds since 1970 of each time it was played, at least once. */
  readonly plays: readonly number[]
}

const day = 86_400_000
const firstDay = Date.UTC(2024, 0, 10)

/**
 * What a simulated listener of a world plays, for writing it down as services do: each track of their playlists once to
 * five times, on the days of a year.
 */
export function playedTracks(world: World, listener: number): readonly PlayedTrack[] {
  const ids = new Set(world.playlists(listener).flatMap(({ tracks }) => tracks.map(({ id }) => id)))
  return [...ids].map((id, number) => {
    const { title, artists, album, year, durationMs } = world.track(id)!
    const digits = String(number).padStart(12, '0')
    return {
      artist: artists[0]!.name,
      artistId: artists[0]!.id,
      track: title,
      album: album.title,
      spotify: id,
      isrc: `QZSIM${digits.slice(-7)}`,
      mbid: `00000000-0000-4000-8000-${digits}`,
      video: `video${digits.slice(-6)}`,
      year,
      durationMs,
      // Two plays of one track are days apart, and no two begin in the same minute.
      plays: Array.from({ length: 1 + (number % 5) }, (_, play) => firstDay + play * 60 * day + number * 7 * 60_000),
    }
  })
}
