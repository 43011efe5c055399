import { hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ArtistIds, TrackIds } from '../../taste/item.ts'
import type { Listen } from '../export/collector.ts'
import { readLines } from '../reading/lines.ts'

/** How often somebody played a track. */
export interface Plays {
  readonly artists: readonly string[]
  readonly artistIds?: readonly (ArtistIds | null)[]
  readonly track: string
  readonly album?: string
  readonly ids?: TrackIds
  readonly plays: number
  /** ISO 8601. */
  readonly first?: string
  readonly last?: string
}

type Counted = { -readonly [name in keyof Plays]: Plays[name] }

/** Tracks of listeners that are held in memory, some hundred bytes each. */
const mostHeld = 300_000
/** Files that listeners are spread over on the disk: one of them must fit into memory. */
const parts = 256
/** Bytes of one listener's row in them. */
const longestLine = 1 << 29

/**
 * Counts plays by listener and track in whatever order they come, in bounded memory: what does not fit is written to
 * temporary files, each for a part of the listeners, and put together at the end.
 */
export class PlayCounts {
  readonly #most: number
  #listeners = new Map<string, Map<string, Counted>>()
  #held = 0
  #folder: string | undefined
  readonly #written = new Set<number>()

  /** @param most tracks of listeners that are held in memory */
  constructor(most = mostHeld) {
    this.#most = most
  }

  add(listener: string, listen: Listen): void {
    this.#merge(listener, {
      artists: listen.artists,
      track: listen.track,
      plays: 1,
      ...(listen.artistIds && { artistIds: listen.artistIds }),
      ...(listen.album && { album: listen.album }),
      ...(listen.ids && { ids: listen.ids }),
      ...(listen.at && { first: listen.at, last: listen.at }),
    })
  }

  /** Writes to the disk what is too much for memory. To be called now and then. */
  async spill(): Promise<void> {
    if (this.#held >= this.#most) await this.#spillAll()
  }

  /** Every listener once, with all their plays. */
  async *listeners(): AsyncGenerator<readonly [listener: string, plays: readonly Plays[]]> {
    if (this.#folder === undefined) {
      yield* this.#inMemory()
      return
    }
    await this.#spillAll()
    for (const part of [...this.#written].sort((a, b) => a - b)) {
      for await (const lines of readLines(createReadStream(this.#path(part)), longestLine))
        for (const { bytes } of lines) {
          const [listener, tracks] = JSON.parse((bytes as Buffer).toString('utf8')) as [string, Plays[]]
          for (const plays of tracks) this.#merge(listener, plays)
        }
      yield* this.#inMemory()
      this.#clear()
    }
  }

  /** Removes the temporary files. */
  async close(): Promise<void> {
    this.#clear()
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true })
  }

  *#inMemory(): Generator<readonly [string, readonly Plays[]]> {
    for (const [listener, tracks] of this.#listeners) yield [listener, [...tracks.values()]]
  }

  async #spillAll(): Promise<void> {
    this.#folder ??= await mkdtemp(join(tmpdir(), 'consonance-counts-'))
    const lines = Map.groupBy(this.#inMemory(), ([listener]) => partOf(listener))
    this.#clear()
    for (const [part, rows] of lines) {
      this.#written.add(part)
      await appendFile(this.#path(part), rows.map((row) => `${JSON.stringify(row)}\n`).join(''), { mode: 0o600 })
    }
  }

  #merge(listener: string, plays: Plays): void {
    let tracks = this.#listeners.get(listener)
    if (!tracks) {
      tracks = new Map()
      this.#listeners.set(listener, tracks)
    }
    const key = `${plays.artists[0]}\u0001${plays.track}`
    const known = tracks.get(key)
    if (!known) {
      tracks.set(key, { ...plays })
      this.#held++
      return
    }
    known.plays += plays.plays
    if (plays.ids) known.ids = { ...plays.ids, ...known.ids }
    if (plays.first && !(known.first && known.first <= plays.first)) known.first = plays.first
    if (plays.last && !(known.last && known.last >= plays.last)) known.last = plays.last
  }

  #clear(): void {
    this.#listeners = new Map()
    this.#held = 0
  }

  #path(part: number): string {
    return join(this.#folder as string, `${part}.jsonl`)
  }
}

/** The part of the listeners that one belongs to. */
function partOf(listener: string): number {
  return Number.parseInt(hash('sha1', listener).slice(0, 4), 16) % parts
}
