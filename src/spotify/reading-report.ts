import type { ErrorKind } from './errors.ts'
import type { PlaylistInfo } from './playlist-info.ts'

/** How reading a profile ended. */
export type Outcome =
  /** All that may be read was read, or is unchanged. */
  | 'read'
  /** Nothing changed since the last time. */
  | 'unchanged'
  /** Something could not be read, or was left for another time because enough was read. */
  | 'partly'
  /** There are playlists, but no music in them. */
  | 'empty'
  /** The profile exists, and shows no playlists. */
  | 'private'
  | 'not-found'
  /** This app may not read it. */
  | 'not-permitted'

/** Why a playlist was not read. */
export type NotReadReason = 'hidden' | 'not-permitted' | 'not-found' | 'failed' | 'left-out' | 'enough'

/** What was read of a profile, what was not, and why. */
export interface ReadingReport {
  readonly outcome: Outcome
  readonly playlists: {
    /** As the profile lists them. */
    readonly own: number
    readonly followed: number
    readonly read: number
    readonly unchanged: number
    readonly notRead: readonly { readonly name: string; readonly reason: NotReadReason }[]
  }
  readonly entries: {
    readonly tracks: number
    /** Files of the person's own that have an artist's name, and were read. */
    readonly local: number
    /** Such without one. */
    readonly localUnnamed: number
    readonly spoken: number
    readonly gone: number
    readonly unreadable: number
    /** The same track again in the same playlist. */
    readonly duplicates: number
  }
  /** Pages and profiles asked for, without retries. */
  readonly requests: number
  /** The same, in words for a listener. */
  readonly sentences: readonly string[]
}

export type EntryCounts = { -readonly [K in keyof ReadingReport['entries']]: number }

export const entryKinds = [
  'tracks',
  'local',
  'localUnnamed',
  'spoken',
  'gone',
  'unreadable',
  'duplicates',
] as const satisfies readonly (keyof EntryCounts)[]

export function noEntries(): EntryCounts {
  return { tracks: 0, local: 0, localUnnamed: 0, spoken: 0, gone: 0, unreadable: 0, duplicates: 0 }
}

/** Keeps the books while a profile is read. */
export class ReadingBooks {
  readonly entries = noEntries()
  requests = 0
  /** Set when the whole profile ended before its playlists could be read. */
  ended: Extract<Outcome, 'not-found' | 'not-permitted'> | undefined
  finished = false
  #own = 0
  #followed = 0
  #read = 0
  #unchanged = 0
  readonly #notRead: { name: string; reason: NotReadReason }[] = []

  listed(playlist: PlaylistInfo): void {
    if (playlist.relation === 'own') this.#own++
    else this.#followed++
  }

  read(): void {
    this.#read++
  }

  unchanged(): void {
    this.#unchanged++
  }

  notRead(name: string, reason: NotReadReason): void {
    this.#notRead.push({ name, reason })
  }

  report(): ReadingReport {
    const playlists = {
      own: this.#own,
      followed: this.#followed,
      read: this.#read,
      unchanged: this.#unchanged,
      notRead: [...this.#notRead],
    }
    const report = { playlists, entries: { ...this.entries }, requests: this.requests }
    const outcome = this.#outcome()
    return { outcome, ...report, sentences: sentences(outcome, playlists, this.entries) }
  }

  #outcome(): Outcome {
    if (this.ended) return this.ended
    const missing = this.#notRead.filter(({ reason }) => reason !== 'left-out' && reason !== 'enough')
    if (!this.finished) return 'partly'
    // What Spotify hides from us is its own.
    if (this.#own + this.#followed === 0) return 'private'
    if (missing.length > 0) return this.#read + this.#unchanged > 0 ? 'partly' : 'not-permitted'
    const isRead = this.#read > 0 || Object.values(this.entries).some((count) => count > 0)
    const isLeft = this.#notRead.some(({ reason }) => reason === 'enough')
    if (this.#unchanged > 0 && !isRead) return 'unchanged'
    if (isLeft) return isRead ? 'partly' : 'unchanged'
    return this.#unchanged === 0 && this.entries.tracks + this.entries.local === 0 ? 'empty' : 'read'
  }
}

/** What to say of a profile that ended early, by the kind of error. */
export function endOf(kind: ErrorKind): ReadingBooks['ended'] {
  if (kind === 'not-found' || kind === 'bad-id') return 'not-found'
  if (kind === 'forbidden' || kind === 'development-only') return 'not-permitted'
  return undefined
}

function sentences(
  outcome: Outcome,
  playlists: ReadingReport['playlists'],
  entries: ReadingReport['entries'],
): readonly string[] {
  switch (outcome) {
    case 'not-found':
      return ['Spotify knows no such profile. Please check the link.']
    case 'private':
      return [
        'This profile shows no playlists. If there are some, they can be made public in Spotify: "Add to profile".',
      ]
    case 'not-permitted':
      return [
        'Spotify does not let this app read the playlists. Sign in as that person, or import the data they exported from Spotify.',
      ]
    case 'unchanged':
      return ['Nothing has changed since the last time.', ...missingSentences(playlists)]
    default:
      return [...readSentences(outcome, playlists, entries), ...missingSentences(playlists), ...leftOut(entries)]
  }
}

function readSentences(outcome: Outcome, playlists: ReadingReport['playlists'], entries: ReadingReport['entries']) {
  const tracks = entries.tracks + entries.local
  const { read, unchanged } = playlists
  return [
    outcome === 'empty'
      ? `There is no music in ${count(read, 'playlist')}.`
      : `We read ${count(tracks, 'track')} from ${count(read, 'playlist')}.`,
    ...(unchanged > 0 ? [`${count(unchanged, 'playlist')} had not changed.`] : []),
  ]
}

const reasonSentences: Readonly<Record<NotReadReason, (playlists: string) => string>> = {
  hidden: (playlists) => `Spotify hides ${playlists} from us.`,
  'not-permitted': (playlists) => `We may not read ${playlists} with this app; signing in as the owner would help.`,
  'not-found': (playlists) => `We couldn't read ${playlists}: private, removed, or made by Spotify.`,
  failed: (playlists) => `Spotify couldn't deliver ${playlists}; trying again later may help.`,
  enough: (playlists) => `We left ${playlists} for another time: what was read shows this taste well enough.`,
  'left-out': (playlists) => `We left out ${playlists} made by others, as asked.`,
}

function missingSentences({ notRead }: ReadingReport['playlists']): readonly string[] {
  return Object.entries(reasonSentences).flatMap(([reason, say]) => {
    const found = notRead.filter((playlist) => playlist.reason === reason).length
    return found > 0 ? [say(count(found, 'playlist'))] : []
  })
}

function leftOut(entries: ReadingReport['entries']): readonly string[] {
  const parts = [
    [entries.spoken, 'podcast episode'],
    [entries.localUnnamed, 'file without an artist'],
    [entries.gone, 'track that Spotify no longer has'],
    [entries.unreadable, 'entry that made no sense'],
    [entries.duplicates, 'repetition within a playlist'],
  ] as const
  const said = parts.flatMap(([found, what]) => (found > 0 ? [count(found, what)] : []))
  return said.length > 0 ? [`Not counted: ${said.join(', ')}.`] : []
}

const irregular: Readonly<Record<string, string>> = {
  'file without an artist': 'files without an artist',
  'track that Spotify no longer has': 'tracks that Spotify no longer has',
  'entry that made no sense': 'entries that made no sense',
  'repetition within a playlist': 'repetitions within a playlist',
}

function count(number: number, what: string): string {
  return `${number.toLocaleString('en')} ${number === 1 ? what : (irregular[what] ?? `${what}s`)}`
}
