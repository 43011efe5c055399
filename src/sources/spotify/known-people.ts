import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { filePersistence, type Persistence } from '../../spotify/index.ts'
import type { ListenerId } from '../../taste/listener-id.ts'

const schema = z.object({
  /** When genres and audio features of all tracks had been asked for, in seconds since 1970; absent until then. */
  askedAt: z.number().optional(),
  /** In the order in which they were stored. */
  playlists: z.array(
    z.object({
      id: z.string(),
      /** Absent when it was not read to its end. */
      snapshot: z.string().optional(),
      /** Which of the listener's stored playlists holds its entries: those of one name are stored as one. */
      stored: z.number().int().min(0).optional(),
      entries: z.number().int().min(0),
    }),
  ),
})

const source = 'spotify:'

/** The listener who a person on Spotify is in the store. */
export function spotifyListener(person: string): ListenerId {
  return `${source}${person}`
}

/** What a reading leaves behind, so that the next one asks only for what has changed. */
export type Remembered = z.infer<typeof schema>

/**
 * Remembers, for each person whose profile is stored, which playlists in which state that was made from: ids, snapshots
 * and numbers, nothing that anybody listens to. The files are named by a hash of the person's id.
 */
export class KnownPeople {
  readonly #folder: string
  readonly #files: Persistence

  /** @param spotifyFolder where everything about Spotify is kept, `spotify` in the data folder. */
  constructor(spotifyFolder: string) {
    this.#folder = join(spotifyFolder, 'people')
    this.#files = filePersistence(this.#folder)
  }

  async load(person: string): Promise<Remembered | undefined> {
    return schema.safeParse(await this.#files.load(nameOf(person))).data
  }

  /** Durable when it resolves. To be called after the profile is stored, never before. */
  async save(person: string, remembered: Remembered): Promise<void> {
    await this.#files.save(nameOf(person), remembered)
  }

  /** For when a listener is erased, of whatever source. */
  async forgetListener(listener: ListenerId): Promise<void> {
    if (listener.startsWith(source)) await this.forget(listener.slice(source.length))
  }

  async forget(person: string): Promise<void> {
    await rm(join(this.#folder, `${nameOf(person)}.json`), { force: true })
  }
}

/** Ids are case-sensitive, and longer than the names of files may be. */
function nameOf(person: string): string {
  return createHash('sha256').update(person).digest('hex').slice(0, 32)
}
