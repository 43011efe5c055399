import type { z } from 'zod'
import type { Hygiene } from '../../matching/answer.ts'
import type { hygiene as hygieneSchema } from '../contract/taste.ts'

/** What a request leaves out, as the matcher takes it. */
export function hygieneOf(asked: z.output<typeof hygieneSchema> | undefined): Hygiene | undefined {
  if (!asked) return undefined
  const { from, to, artists, genres, playlists, recency } = asked
  const hygiene: Hygiene = {
    ...(artists?.length && { artists }),
    ...(genres?.length && { genres }),
    ...(playlists?.length && { playlists }),
    ...(from !== undefined && { from: seconds(from) }),
    ...(to !== undefined && { to: seconds(to) }),
    ...(recency && { recency }),
  }
  return Object.keys(hygiene).length > 0 ? hygiene : undefined
}

function seconds(time: string): number {
  return Math.floor(Date.parse(time) / 1000)
}
