import { createHash } from 'node:crypto'
import { z } from 'zod'
import { readPeopleList } from '../sources/spotify/people-list.ts'
import { spotifyListener } from '../sources/spotify/reading-notes.ts'
import {
  type FoundPeople,
  type GateUsage,
  type Persistence,
  parsePlaylistLink,
  playlistPeople,
  type SpotifyClient,
  SpotifyError,
  searchPeople,
} from '../spotify/index.ts'
import type { FeatureStore } from '../store/feature-store.ts'
import { counted } from '../taste/counted.ts'
import { Problem } from '../taste/problem.ts'
import type { Progress, Task } from './progress.ts'
import { type Stopped, stoppedBy } from './stopped.ts'

export interface DiscoverOptions {
  /** Absent where nothing is asked of Spotify: lists in files only. */
  readonly client?: SpotifyClient | undefined
  readonly store: Pick<FeatureStore, 'putCandidates' | 'listener' | 'purgeExpired'>
  /** Where it is kept how far each place was searched. */
  readonly persistence: Persistence
  /** Ends when so many new candidates were found, with the last page of results that was asked for. */
  readonly limit?: number | undefined
  readonly progress: Progress
  /** Stops the run; what was found stays, and running it again continues. */
  readonly signal?: AbortSignal
  /** Seconds since 1970. */
  readonly now: () => number
}

/** Where to look. */
export interface Places {
  /** Texts to search playlists by. */
  readonly searches?: readonly string[]
  /** Links, URIs or ids of playlists. */
  readonly playlists?: readonly string[]
  /** Files that list profiles. */
  readonly files?: readonly string[]
  /** The column or field of the files that holds the profiles. */
  readonly column?: string | undefined
}

/** What was found in one place. */
export interface FoundIn {
  readonly place: string
  readonly requests: number
  /** Profiles, each once, of which `added` were not known before. */
  readonly found: number
  readonly added: number
  /** `waiting`: the run ended before; `searched`: there is nothing more to be had there for now. */
  readonly state: 'searched' | 'waiting' | 'failed'
  /** Why it failed, or what was passed over. */
  readonly note?: string
}

export interface DiscoverReport {
  readonly places: readonly FoundIn[]
  /** In all places together, each profile once. */
  readonly found: number
  readonly added: number
  readonly simulated: boolean
  /** Sent by the client, with retries. */
  readonly requests: number
  readonly quota?: GateUsage
  /** Why the run ended before all places were searched, and when to continue. */
  readonly stopped?: Stopped
}

/** Requests after which a place is left that brings fewer than five new profiles for each. */
const patience = 3
const worthwhile = 5
/** Seconds until a place that was searched to its end is searched again. */
const searchAgain = 7 * 24 * 3600
/** Candidates from a file that are stored in one transaction. */
const batchSize = 1000

const schema = z.record(z.string(), z.object({ next: z.number().nullable(), at: z.number() }))
type Searched = z.infer<typeof schema>

/**
 * Finds profiles that may be worth reading: the people who made the playlists that a search finds, who made a playlist or
 * put tracks into it, and whom a list in a file names. They are stored as candidates with where they were found, for
 * `ingest --candidates`. Running it again goes on where it stopped, and asks for nothing twice within a week.
 * @throws Problem for a file or link that can't be read; what `signal` was aborted with.
 */
export async function discover(places: Places, options: DiscoverOptions): Promise<DiscoverReport> {
  const { searches = [], playlists = [], files = [], column } = places
  const sources = [
    ...files.map((file) => new FileList(file, column)),
    ...[...new Set(searches.map((text) => text.trim()))].map((text) => new Search(text)),
    ...[...new Set(playlists.map((link) => parsePlaylistLink(link).id))].map((id) => new Playlist(id)),
  ]
  await options.store.purgeExpired(options.now())
  using task = options.progress.start('finding profiles', { unit: 'places', total: sources.length })
  const run = new Discovery(options, await options.persistence.load(noted), task)
  const report = await run.search(sources)
  if (!report.stopped) task.finish(run.note)
  return report
}

const noted = 'discover'

/** A place where people can be found. */
interface Source {
  readonly place: string
  people(client: SpotifyClient | undefined, from: number | undefined, signal?: AbortSignal): AsyncIterable<FoundPeople>
  readonly note?: string | undefined
  /** Whether it is asked of Spotify, and how far is to be remembered. */
  readonly isRemote: boolean
}

class Search implements Source {
  readonly place: string
  readonly isRemote = true
  readonly #text: string

  constructor(text: string) {
    this.#text = text
    this.place = `search:${text}`
  }

  people(client: SpotifyClient, from: number | undefined, signal?: AbortSignal) {
    return searchPeople(client, this.#text, { ...(from !== undefined && { from }), signal })
  }
}

class Playlist implements Source {
  readonly place: string
  readonly isRemote = true
  readonly #id: string

  constructor(id: string) {
    this.#id = id
    this.place = `playlist:${id}`
  }

  people(client: SpotifyClient, from: number | undefined, signal?: AbortSignal) {
    return playlistPeople(client, this.#id, { ...(from !== undefined && { from }), signal })
  }
}

class FileList implements Source {
  readonly place: string
  readonly isRemote = false
  readonly #file: string
  readonly #column: string | undefined
  note: string | undefined

  constructor(file: string, column: string | undefined) {
    this.#file = file
    this.#column = column
    this.place = `file:${file}`
  }

  async *people(): AsyncGenerator<FoundPeople> {
    const { people, refused } = await readPeopleList(this.#file, this.#column)
    if (refused.count > 0) this.note = `passed over ${refused.count}: ${refused.first}`
    for (let at = 0; at < people.length; at += batchSize) yield { people: people.slice(at, at + batchSize) }
  }
}

class Discovery {
  readonly #options: DiscoverOptions
  readonly #task: Task
  readonly #searched: Record<string, Searched[string]>
  readonly #found = new Set<string>()
  #added = 0

  constructor(options: DiscoverOptions, saved: unknown, task: Task) {
    this.#options = options
    this.#searched = this.#current(saved)
    this.#task = task
  }

  get note(): string {
    const requests = this.#options.client?.requests ?? 0
    return `${counted(this.#added, 'new profile')}, ${counted(requests, 'request')}`
  }

  async search(sources: readonly Source[]): Promise<DiscoverReport> {
    const { client, signal } = this.#options
    const places: FoundIn[] = []
    let stopped: SpotifyError | undefined
    for (const source of sources) {
      if (stopped || this.#isEnough) {
        places.push({ place: source.place, requests: 0, found: 0, added: 0, state: 'waiting' })
        continue
      }
      const before = client?.requests ?? 0
      const counts = { found: 0, added: 0 }
      let state: FoundIn['state'] = 'searched'
      let note: string | undefined
      try {
        await this.#searchOne(source, counts)
        if (this.#isEnough && this.#searched[keyOf(source)]?.next !== null && source.isRemote) state = 'waiting'
      } catch (error) {
        signal?.throwIfAborted()
        if (!(error instanceof SpotifyError)) throw error
        // What is wrong with one place need not be so with the next one.
        const isOnlyHere = error.kind === 'not-found' || error.kind === 'bad-id' || error.kind === 'forbidden'
        state = isOnlyHere ? 'failed' : 'waiting'
        note = isOnlyHere ? error.message : undefined
        if (!isOnlyHere) stopped = error
      }
      note ??= source.note
      places.push({
        place: source.place,
        requests: (client?.requests ?? 0) - before,
        ...counts,
        state,
        ...(note !== undefined && { note }),
      })
      this.#task.advance(1, this.note)
    }
    return {
      places,
      found: this.#found.size,
      added: this.#added,
      simulated: client?.simulated ?? false,
      requests: client?.requests ?? 0,
      ...(client && { quota: client.gate.usage() }),
      ...(stopped && { stopped: stoppedBy(stopped) }),
    }
  }

  get #isEnough(): boolean {
    return this.#added >= (this.#options.limit ?? Number.POSITIVE_INFINITY)
  }

  async #searchOne(source: Source, counts: { found: number; added: number }): Promise<void> {
    const { client, signal } = this.#options
    const key = keyOf(source)
    const from = source.isRemote ? this.#searched[key]?.next : undefined
    if (from === null) return
    if (source.isRemote && !client)
      throw new Problem('discover: searches and playlists need credentials', { do: 'see docs/spotify-access.md' })
    const here = new Set<string>()
    const yields: number[] = []
    for await (const { people, next } of source.people(client, from, signal)) {
      signal?.throwIfAborted()
      const fresh = people.filter((person) => !here.has(person))
      for (const person of fresh) here.add(person)
      const added = await this.#put(fresh, source.place)
      counts.found += fresh.length
      counts.added += added
      yields.push(added)
      const lately = yields.slice(-patience)
      const isPoor = lately.length === patience && lately.reduce((sum, one) => sum + one, 0) < patience * worthwhile
      const isOver = next === undefined || (source.isRemote && isPoor)
      if (source.isRemote) await this.#remember(key, isOver ? null : next)
      this.#task.advance(0, this.note)
      if (isOver && source.isRemote) return
      if (this.#isEnough) return
    }
    if (source.isRemote) await this.#remember(key, null)
  }

  /** Stores those who are not known. Resolves to how many are new. */
  async #put(people: readonly string[], foundIn: string): Promise<number> {
    const { store, now } = this.#options
    const foundAt = now()
    const rows: Parameters<FeatureStore['putCandidates']>[0][number][] = []
    for (const person of people) {
      this.#found.add(person)
      const id = spotifyListener(person)
      if (!(await store.listener(id))) rows.push({ id, foundIn, foundAt, state: 'waiting' })
    }
    const added = rows.length > 0 ? await store.putCandidates(rows) : 0
    this.#added += added
    return added
  }

  /** How far each place was searched lately. */
  #current(saved: unknown): Record<string, Searched[string]> {
    const latest = this.#options.now() - searchAgain
    const searched = schema.safeParse(saved).data ?? {}
    return Object.fromEntries(Object.entries(searched).filter(([, { at }]) => at > latest))
  }

  /** After the candidates are stored, never before. */
  async #remember(key: string, next: number | null): Promise<void> {
    const one = { next, at: this.#options.now() }
    this.#searched[key] = one
    // What another run found out meanwhile stays.
    await this.#options.persistence.update(noted, (saved) => ({ ...this.#current(saved), [key]: one }))
  }
}

/** Nobody's name or id is written beside the store. */
function keyOf({ place }: Source): string {
  return createHash('sha256').update(place).digest('hex').slice(0, 16)
}
