import { z } from 'zod'
import type { ListenerId } from '../../taste/listener-id.ts'

/** The listener who a person on Spotify is in the store. */
export function spotifyListener(person: string): ListenerId {
  return `spotify:${person}`
}

/** Whether the listener is a person on Spotify, whom anybody could name again. */
export function isSpotifyListener(listener: ListenerId): boolean {
  return listener.startsWith('spotify:')
}

/**
 * What a reading leaves behind, so that the next one asks only for what has changed: which playlists, in which state,
 * the stored profile was made from. Ids, snapshots and numbers; nothing that anybody listens to.
 */
export interface ReadingNotes {
  /** In the order in which they were stored. */
  readonly playlists: readonly PlaylistNotes[]
}

export interface PlaylistNotes {
  readonly id: string
  /** Of what is stored; absent when there was none to be had, or when the playlist changed while it was read. */
  readonly snapshot?: string | undefined
  /** Only its beginning was read. */
  readonly begun?: true | undefined
  /** Which of the listener's stored playlists holds its entries: those of one name are stored as one. */
  readonly stored?: number | undefined
  readonly entries: number
}

const schema = z.object({
  playlists: z.array(
    z.object({
      id: z.string(),
      snapshot: z.string().optional(),
      begun: z.literal(true).optional(),
      stored: z.number().int().min(0).optional(),
      entries: z.number().int().min(0),
    }),
  ),
})

/** The notes as the store keeps them. */
export function writeNotes(notes: ReadingNotes): string {
  return JSON.stringify(notes)
}

/** Undefined when there are none, or when they can't be understood: then everything is read anew. */
export function readNotes(text: string | undefined): ReadingNotes | undefined {
  if (text === undefined) return undefined
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
