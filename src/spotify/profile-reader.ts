import type { Item } from '../taste/item.ts'
import type { SpotifyClient } from './client.ts'
import { Duplicates } from './duplicates.ts'
import { type Entry, readEntry } from './entry.ts'
import { SpotifyError } from './errors.ts'
import { listPlaylists, namedAs, type Person, personToAsk, readPerson } from './person.ts'
import { PlaylistContents } from './playlist-contents.ts'
import { type PlaylistInfo, relatedTo } from './playlist-info.ts'
import { type EntryCounts, endOf, entryKinds, noEntries, ReadingBooks, type ReadingReport } from './reading-report.ts'
import { worthOfNextPage } from './worth.ts'

/** What reading a profile yields, as it arrives. */
export type ReadingEvent =
  /** First. `simulated`: it comes from the simulator. */
  | { readonly kind: 'person'; readonly person: Person; readonly simulated: boolean }
  /** All playlists are listed; reading them begins. */
  | { readonly kind: 'listed'; readonly playlists: readonly PlaylistInfo[] }
  /** A page of a playlist. Pages of different playlists alternate, the most telling ones first. */
  | { readonly kind: 'items'; readonly playlist: PlaylistInfo; readonly items: readonly Item[] }
  /** The playlist changed while it was read: what came of it so far is void, and comes again. */
  | { readonly kind: 'restarted'; readonly playlist: PlaylistInfo }
  /** All of it is read. Only now may its snapshot be remembered. */
  | { readonly kind: 'complete'; readonly playlist: PlaylistInfo }
  /** As the last time: not read again. */
  | { readonly kind: 'unchanged'; readonly playlist: PlaylistInfo }
  /** Not read, or not to its end, because enough was read. */
  | { readonly kind: 'left'; readonly playlist: PlaylistInfo }

/** What is known of a person from the last reading. */
export interface KnownPerson extends Person {
  /** Snapshots of what was read, or left unread, by playlist id. */
  readonly snapshots: ReadonlyMap<string, string>
  /** Ids of playlists that were left unread, or not read to their end, because enough was read. */
  readonly left?: ReadonlySet<string>
}

export interface ReadProfileOptions {
  /** From the last reading: makes an unchanged profile cost one request for 50 playlists. */
  readonly known?: KnownPerson
  /** Read playlists of others that the person follows too. Default true. */
  readonly followed?: boolean
  /** Read what was left unread the last time, too. Default false: only what has changed since. */
  readonly whole?: boolean
  readonly signal?: AbortSignal
}

/** Playlists that fail one after the other before the rest is not tried. */
const mostFailures = 3

/**
 * Reads a person's playlists, most telling pages first, so that whoever has seen enough can say so: `leaveRest`. Costs
 * ceil(playlists / 50) + sum(ceil(tracks / 50)) requests, and one more for who shows nothing that they made.
 */
export class ProfileReading implements AsyncIterable<ReadingEvent> {
  readonly #client: SpotifyClient
  readonly #id: string
  readonly #options: ReadProfileOptions
  readonly #books = new ReadingBooks()
  #isEnough = false

  /** @param id of the person, as `parseProfileLink` gives it. */
  constructor(client: SpotifyClient, id: string, options: ReadProfileOptions = {}) {
    this.#client = client
    this.#id = id
    this.#options = options
  }

  /** Pages and profiles asked for so far, without retries. */
  get requests(): number {
    return this.#books.requests
  }

  /** No more pages are to be read; what is left follows as such. */
  leaveRest(): void {
    this.#isEnough = true
  }

  /** What was read until now. */
  report(): ReadingReport {
    return this.#books.report()
  }

  /**
   * A profile that doesn't exist or may not be read ends without events of playlists; the report says why.
   * @throws SpotifyError for what concerns more than this profile (quota, sign-in, network); the signal's reason.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<ReadingEvent, void> {
    const { signal, known } = this.#options
    const books = this.#books
    let person: Person
    let playlists: readonly PlaylistInfo[]
    try {
      const asked = known ?? (await personToAsk(this.#client, this.#id, books, signal))
      const listed = await listPlaylists(this.#client, asked, books, signal)
      // What they made says who they are. The list of somebody who does not exist is empty, too.
      const own = listed.find(({ relation }) => relation === 'own')
      if (own) person = namedAs(asked, own.ownerName)
      else if (known && listed.length > 0) person = known
      else person = await readPerson(this.#client, this.#id, books, signal)
      playlists = listed.map((playlist) => relatedTo(person.id, playlist))
      for (const playlist of playlists) books.listed(playlist)
      yield { kind: 'person', person, simulated: this.#client.simulated }
    } catch (error) {
      if (!(error instanceof SpotifyError)) throw error
      books.ended = endOf(error.kind)
      if (books.ended === undefined) throw error
      return
    }
    yield { kind: 'listed', playlists }
    yield* this.#read(playlists, person.isSignedIn)
    books.finished = true
  }

  async *#read(playlists: readonly PlaylistInfo[], signedIn: boolean): AsyncGenerator<ReadingEvent, void> {
    const { known, followed = true, whole = false, signal } = this.#options
    const open: PlaylistReading[] = []
    for (const playlist of playlists) {
      const isUnchanged = playlist.snapshotId !== undefined && known?.snapshots.get(playlist.id) === playlist.snapshotId
      if (isUnchanged && known?.left?.has(playlist.id)) {
        if (whole) open.push(this.#open(playlist, signedIn))
        else {
          this.#books.notRead(playlist.name, 'enough')
          yield { kind: 'left', playlist }
        }
      } else if (isUnchanged) {
        this.#books.unchanged()
        yield { kind: 'unchanged', playlist }
      } else if (playlist.relation === 'followed' && !followed) this.#books.notRead(playlist.name, 'left-out')
      else if (playlist.total === 0) {
        this.#books.read()
        yield { kind: 'complete', playlist }
      } else open.push(this.#open(playlist, signedIn))
    }
    let failures = 0
    while (open.length > 0 && !this.#isEnough) {
      const at = mostTelling(open)
      const reading = open[at]!
      const { contents } = reading
      const { playlist } = contents
      try {
        const page = await contents.next(signal)
        failures = 0
        if (page === 'changed') {
          reading.restart()
          yield { kind: 'restarted', playlist }
          continue
        }
        const items = reading.items(page)
        if (items.length > 0) yield { kind: 'items', playlist, items }
        if (!contents.finished) continue
        this.#books.read()
        yield { kind: 'complete', playlist }
      } catch (error) {
        const reason = error instanceof SpotifyError ? contents.reasonFor(error) : undefined
        if (reason === undefined) throw error
        if (reason === 'failed' && ++failures === mostFailures) throw error
        this.#books.notRead(playlist.name, reason)
      }
      open.splice(at, 1)
    }
    for (const { contents } of open) {
      this.#books.notRead(contents.playlist.name, 'enough')
      yield { kind: 'left', playlist: contents.playlist }
    }
  }

  #open(playlist: PlaylistInfo, signedIn: boolean): PlaylistReading {
    return new PlaylistReading(new PlaylistContents(this.#client, playlist, signedIn, this.#books), this.#books)
  }
}

/** One playlist of a profile while it is read: its tracks without repetitions, and what was counted for it. */
class PlaylistReading {
  readonly contents: PlaylistContents
  readonly #books: ReadingBooks
  #seen = new Duplicates()
  #counted = noEntries()

  constructor(contents: PlaylistContents, books: ReadingBooks) {
    this.contents = contents
    this.#books = books
  }

  items(page: readonly unknown[]): readonly Item[] {
    return page.flatMap((value) => {
      const entry = readEntry(value, this.contents.playlist.name)
      const item = entry.kind === 'track' || entry.kind === 'local' ? entry.item : undefined
      const isRepeated = item !== undefined && this.#seen.has(item)
      this.#count(isRepeated ? 'duplicates' : countedAs(entry))
      return item === undefined || isRepeated ? [] : [item]
    })
  }

  /** Forgets everything: it is read again from the beginning. */
  restart(): void {
    for (const what of entryKinds) this.#books.entries[what] -= this.#counted[what]
    this.#seen = new Duplicates()
    this.#counted = noEntries()
  }

  #count(what: keyof EntryCounts): void {
    this.#books.entries[what]++
    this.#counted[what]++
  }
}

function countedAs(entry: Entry): keyof EntryCounts {
  if (entry.kind === 'track') return 'tracks'
  if (entry.kind === 'local') return entry.item ? 'local' : 'localUnnamed'
  return entry.kind
}

function mostTelling(open: readonly PlaylistReading[]): number {
  let best = 0
  let most = Number.NEGATIVE_INFINITY
  open.forEach(({ contents }, at) => {
    const worth = worthOfNextPage(contents.playlist, contents.pages)
    if (worth > most) [best, most] = [at, worth]
  })
  return best
}
