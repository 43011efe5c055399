import type { AudioFeatures } from '../../taste/audio-features.ts'
import type { ArtistIds, Item, TrackIds } from '../../taste/item.ts'
import { type IgnoredReason, ignoredText, type ReadingReport, reportSentences } from '../reading-report.ts'
import { HashSet } from './hash-set.ts'

/** One play of a track, as a history tells it. */
export interface Listen {
  readonly artists: readonly string[]
  readonly track: string
  readonly album?: string
  readonly ids?: TrackIds
  readonly artistIds?: readonly (ArtistIds | null)[]
  readonly durationMs?: number
  /** When, ISO 8601, in UTC. */
  readonly at?: string
  /** How long; a history that doesn't tell counts every play. */
  readonly ms?: number
  readonly skipped?: boolean
  /** How many plays the row stands for; 1 when absent. */
  readonly plays?: number
}

/** Audio features of a track as an export tells them. */
export interface ToldAudio {
  readonly ids: TrackIds
  readonly audio: AudioFeatures
}

/** Genres of an artist as an export tells them. */
export interface ToldGenres {
  readonly name: string
  readonly ids?: ArtistIds
  readonly genres: readonly string[]
}

/** What came out of somebody's files. */
export interface Reading {
  readonly items: readonly Item[]
  readonly audio: readonly ToldAudio[]
  readonly genres: readonly ToldGenres[]
  readonly report: ReadingReport
}

/** Milliseconds from which a play counts as a listen, as services that pay by listens count. */
const countedMs = 30_000
/** A listen that was broken off says half as much. */
const skippedWeight = 0.5
/** More than anybody can have heard; what goes beyond is counted and left out, so that memory is bounded. */
const most = {
  tracks: 400_000,
  items: 400_000,
  seen: 12_000_000,
  artists: 100,
  plays: 10_000_000,
  /** A day. */
  durationMs: 86_400_000,
}
const reportedBroken = 20
const maxText = 1000

/** How exactly histories tell when something was played. */
type Exactness = 'second' | 'minute' | 'day'

interface Heard {
  item: Item
  weight: number
  first: string | undefined
  last: string | undefined
  /** Told play by play. */
  readonly exact: boolean
}

/**
 * Gathers what readers find in the files of one person: items as they stand in playlists and libraries, and plays,
 * which it adds up by artist and title (one recording has several ids). What several files tell counts once.
 */
export class Collector {
  readonly #items: Item[] = []
  /** In which file an item was seen first. */
  readonly #firstFile = new Map<string, number>()
  /** By artist and title. */
  readonly #heard = new Map<string, Map<string, Heard>>()
  #heardTracks = 0
  readonly #plays = new HashSet()
  /** Plays to the minute, of histories that are exact to the second, for those that aren't. */
  readonly #minutes = new HashSet()
  readonly #ignored = new Map<IgnoredReason, number>()
  readonly #broken: { place: string; reason: string }[] = []
  #brokenCount = 0
  readonly #files: { name: string; what: string; rows: number }[] = []
  readonly #audio = new Map<string, ToldAudio>()
  readonly #genres = new Map<string, ToldGenres>()
  #listens = 0
  #first: string | undefined
  #last: string | undefined
  readonly #advice = new Set<string>()
  notOpened = 0
  readonly unknown: string[] = []

  /** What follows comes from this file. */
  begin(name: string, what: string) {
    this.#files.push({ name, what, rows: 0 })
  }

  row() {
    const file = this.#files.at(-1)
    if (file) file.rows++
  }

  ignore(reason: IgnoredReason, count = 1) {
    this.#ignored.set(reason, (this.#ignored.get(reason) ?? 0) + count)
  }

  /** @param place within the file */
  broken(place: string, reason: string) {
    this.#brokenCount++
    const file = place ? (this.#files.at(-1)?.name ?? '') : ''
    if (this.#broken.length < reportedBroken)
      this.#broken.push({ place: [file, place].filter(Boolean).join(': '), reason })
  }

  /** Why the first thing that can't be read can't. */
  get firstBroken(): string | undefined {
    const [first] = this.#broken
    return first && [first.place, first.reason].filter(Boolean).join(': ')
  }

  /** Says what would make the matches better. */
  advise(sentence: string) {
    this.#advice.add(sentence)
  }

  /** An entry of a playlist or library. */
  add(item: Item) {
    const tidy = tidied(item)
    if (!tidy) return this.ignore('no-artist')
    if (this.#items.length >= most.items) return this.ignore('too-many')
    const file = this.#files.length
    const key = [tidy.playlist, tidy.artists[0], tidy.track, tidy.track ? undefined : tidy.album]
      .join('\u0001')
      .toLowerCase()
    const first = this.#firstFile.get(key)
    if (first === undefined) this.#firstFile.set(key, file)
    else if (first !== file) return this.ignore('overlap')
    this.#items.push(tidy)
    const { plays = 0, lastPlayedAt } = tidy
    this.#listens += plays
    if (lastPlayedAt)
      this.#played(tidy.addedAt && tidy.addedAt < lastPlayedAt && plays > 0 ? tidy.addedAt : lastPlayedAt, lastPlayedAt)
  }

  #played(first: string, last: string) {
    if (!this.#first || first < this.#first) this.#first = first
    if (!this.#last || last > this.#last) this.#last = last
  }

  /**
   * A play.
   * @param exactness how exactly `at` is known; absent, plays are never taken for one another. Sums of a day don't count
   * where another file tells each play of the track
   */
  listen(listen: Listen, exactness?: Exactness) {
    const { at, ms, track, artists } = listen
    if (ms !== undefined && ms < countedMs) return this.ignore('short')
    const artist = artists[0]?.trim()
    if (!artist || !track.trim()) return this.ignore('no-artist')
    const known = this.#heard.get(artist)?.get(track)
    if (exactness === 'day' ? known?.exact : exactness && at && this.#repeated(listen, at, exactness))
      return this.ignore('overlap')
    const plays = wholePlays(listen.plays ?? 1)
    if (!known && this.#heardTracks >= most.tracks) return this.ignore('too-many')
    this.#listens += plays
    const weight = plays * (listen.skipped ? skippedWeight : 1)
    if (at) this.#played(at, at)
    if (!known) {
      const item = tidied({
        artists,
        ...(listen.artistIds && { artistIds: listen.artistIds }),
        track,
        ...(listen.album && { album: listen.album }),
        ...(listen.ids && { ids: listen.ids }),
        ...(listen.durationMs && { durationMs: listen.durationMs }),
      })
      if (item) this.#remember(artist, track, { item, weight, first: at, last: at, exact: exactness !== 'day' })
      return
    }
    known.weight += weight
    if (!at) return
    if (!known.first || at < known.first) known.first = at
    if (!known.last || at > known.last) known.last = at
  }

  #remember(artist: string, track: string, heard: Heard) {
    this.#heardTracks++
    const tracks = this.#heard.get(artist)
    if (tracks) tracks.set(track, heard)
    else this.#heard.set(artist, new Map([[track, heard]]))
  }

  /** A play that must not count, nor where a history that is exact to the minute only tells it again. */
  keepOut({ track, ms, at }: Pick<Listen, 'at' | 'ms'> & { readonly track: string | undefined }) {
    if (track && at && this.keepMinutes) this.#minutes.add(minuteOf({ track, ms }, at))
    this.ignore('private')
  }

  /** Whether this play was told before, by this or another file. */
  #repeated(listen: Listen, at: string, exactness: 'second' | 'minute'): boolean {
    if (this.#plays.size > most.seen) return false
    const minute = minuteOf(listen, at)
    if (exactness === 'minute') return this.#minutes.has(minute) || !this.#plays.add(minute)
    const id = listen.ids?.spotify ?? listen.artists[0]?.trim()
    if (!this.#plays.add(`${listen.track}\u0001${listen.ms ?? ''}\u0001${at}\u0001${id}`)) return true
    if (this.keepMinutes) this.#minutes.add(minute)
    return false
  }

  /** Set when a history that is exact to the minute only is still to come. */
  keepMinutes = false

  audio(ids: TrackIds, audio: AudioFeatures) {
    const id = ids.spotify ?? ids.isrc
    if (id && Object.keys(audio).length > 0 && this.#audio.size < most.tracks && !this.#audio.has(id))
      this.#audio.set(id, { ids, audio })
  }

  genres(name: string, genres: readonly string[], ids?: ArtistIds) {
    const known = this.#genres.get(name)
    if ((known?.genres.length ?? 0) >= genres.length || this.#genres.size >= most.tracks) return
    this.#genres.set(name, { name, ...(ids && { ids }), genres })
  }

  /** A library's count of plays says again what a history tells play by play. */
  #letHistoriesCount() {
    for (const [at, { plays, ...item }] of this.#items.entries()) {
      if (plays === undefined || !this.#heard.get(item.artists[0]!)?.has(item.track ?? '')) continue
      this.#items[at] = item
      this.#listens -= plays
    }
  }

  finish(): Reading {
    const items = this.#items
    this.#letHistoriesCount()
    const heard = [...this.#heard.values()].flatMap((tracks) => [...tracks.values()])
    for (const { item, weight, first, last } of heard) {
      items.push({
        ...item,
        plays: wholePlays(weight),
        ...(first && { addedAt: first }),
        ...(last && { lastPlayedAt: last }),
      })
    }
    this.#heard.clear()
    const ignored = [...this.#ignored]
      .sort((a, b) => b[1] - a[1])
      .map(([reason, count]) => ({ reason, count, text: ignoredText(reason, count) }))
    const report = {
      files: this.#files,
      items: items.length,
      artists: new Set(items.map(({ artists }) => artists[0]!.toLowerCase())).size,
      tracks: new Set(items.flatMap(({ artists, track }) => (track ? `${artists[0]}\u0001${track}`.toLowerCase() : [])))
        .size,
      playlists: new Set(items.flatMap(({ playlist }) => playlist ?? [])).size,
      listens: this.#listens,
      ...(this.#first && { first: this.#first }),
      ...(this.#last && { last: this.#last }),
      ignored,
      broken: { count: this.#brokenCount, first: this.#broken },
      notOpened: this.notOpened,
      unknown: this.unknown,
      advice: [...this.#advice],
    }
    return {
      items,
      audio: [...this.#audio.values()],
      genres: [...this.#genres.values()],
      report: { ...report, sentences: reportSentences(report) },
    }
  }
}

/**
 * Without blank names; undefined where no artist is left. What nobody can have, such as a name of a million letters or a
 * trillion plays, is cut to what an item can hold.
 */
function tidied(item: Item): Item | undefined {
  const artists = item.artists
    .slice(0, most.artists)
    .map(shortened)
    .filter((name) => name !== '')
  if (artists.length === 0) return undefined
  const { track, album, playlist, artistIds, plays, durationMs, ...rest } = item
  return {
    ...rest,
    artists,
    ...(artistIds && artists.length === item.artists.length && { artistIds }),
    ...withText('track', track),
    ...withText('album', album),
    ...withText('playlist', playlist),
    ...(plays !== undefined && { plays: wholePlays(plays) }),
    ...(durationMs !== undefined && durationMs <= most.durationMs && { durationMs }),
  }
}

function withText(name: 'track' | 'album' | 'playlist', text: string | undefined): Partial<Item> {
  const short = text === undefined ? '' : shortened(text)
  return short === '' ? {} : { [name]: short }
}

function minuteOf({ track, ms }: Pick<Listen, 'ms' | 'track'>, at: string): string {
  return `${track}\u0001${ms ?? ''}\u0001${at.slice(0, 16)}`
}

function wholePlays(plays: number): number {
  return Math.min(most.plays, Math.max(1, Math.round(plays)))
}

/** Control characters say nothing in a name, and half a character can't be stored. */
function shortened(text: string): string {
  const trimmed = text
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
  return trimmed.length > maxText ? trimmed.slice(0, maxText).toWellFormed().trim() : trimmed
}
