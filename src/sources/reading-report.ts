/** Why something that was read doesn't count. */
export type IgnoredReason =
  | 'short'
  | 'podcast'
  | 'audiobook'
  | 'video'
  | 'private'
  | 'overlap'
  | 'banned'
  | 'disliked'
  | 'no-artist'
  | 'only-id'
  | 'not-played'
  | 'no-length'
  | 'not-music'
  | 'too-many'

/** What a reading found, in numbers and in words for the listener whose data it is. Plain JSON. */
export interface ReadingReport {
  /** What each file was taken for, and how many rows of it there were. */
  readonly files: readonly { readonly name: string; readonly what: string; readonly rows: number }[]
  /** Items of the profile: tracks, albums or artists, as often as playlists and libraries name them. */
  readonly items: number
  readonly artists: number
  readonly tracks: number
  readonly playlists: number
  /** Plays that count. */
  readonly listens: number
  /** First and last of them, ISO 8601. */
  readonly first?: string
  readonly last?: string
  /** Rows that don't count, most first. */
  readonly ignored: readonly { readonly reason: IgnoredReason; readonly count: number; readonly text: string }[]
  /** Rows that could not be read, the first of them with their places. */
  readonly broken: {
    readonly count: number
    readonly first: readonly { readonly place: string; readonly reason: string }[]
  }
  /** Files that were never opened, such as payments and searches. */
  readonly notOpened: number
  /** Files that were looked at and hold nothing that can be read, the first of them. */
  readonly unknown: readonly string[]
  /** How many of the artists are known here; added by whoever has a store. */
  readonly known?: { readonly artists: number; readonly of: number }
  /** What would make the matches better, most useful first. */
  readonly advice: readonly string[]
  /** All of it in sentences. */
  readonly sentences: readonly string[]
}

const words: Readonly<Record<IgnoredReason, readonly [one: string, many: string]>> = {
  short: ['play shorter than 30 seconds', 'plays shorter than 30 seconds'],
  podcast: ['podcast episode', 'podcast episodes'],
  audiobook: ['audiobook', 'audiobooks'],
  video: ['video', 'videos'],
  private: ['play in a private session', 'plays in private sessions'],
  overlap: ['row that was told before', 'rows that were told before'],
  banned: ['entry you asked not to be played', 'entries you asked not to be played'],
  disliked: ['entry you said you dislike', 'entries you said you dislike'],
  'no-artist': ['row that names no artist', 'rows that name no artist'],
  'only-id': ['entry of which only an id is known', 'entries of which only an id is known'],
  'not-played': ['row that is no play', 'rows that are no plays'],
  'no-length': ['play that does not say how long it was', 'plays that do not say how long they were'],
  'not-music': ['row that is not music', 'rows that are not music'],
  'too-many': ['row beyond what one listener can have', 'rows beyond what one listener can have'],
}

/** `12 podcast episodes`. */
export function ignoredText(reason: IgnoredReason, count: number): string {
  return counted(count, ...words[reason])
}

/** Puts a report into sentences. */
export function reportSentences(report: Omit<ReadingReport, 'sentences'>): readonly string[] {
  const { items, artists, tracks, playlists, listens, first, last, ignored, broken, notOpened, known } = report
  const what = [
    ...(listens > 0 ? [counted(listens, 'listen')] : []),
    ...(tracks > 0 ? [counted(tracks, 'track')] : []),
    counted(artists, 'artist'),
    ...(playlists > 0 ? [counted(playlists, 'playlist')] : []),
  ]
  const period = first && last ? periodOf(month(first), month(last)) : ''
  return [
    items > 0 ? `We read ${listed(what)}${period}.` : 'We found no music in it.',
    ...(known
      ? [`${count(known.artists)} of ${counted(known.of, 'artist')} ${known.of === 1 ? 'is' : 'are'} known here.`]
      : []),
    ...(ignored.length > 0 ? [`Left out: ${listed(ignored.map(({ text }) => text))}.`] : []),
    ...(broken.count > 0 ? [`We couldn't read ${counted(broken.count, 'row')}.`] : []),
    ...(notOpened > 0 ? [`We did not open ${counted(notOpened, 'other file')}.`] : []),
  ]
}

/** The same report once it is known how many of its artists a store knows. */
export function withKnown(
  report: ReadingReport,
  known: { readonly artists: number; readonly of: number },
): ReadingReport {
  const share = known.of > 0 ? known.artists / known.of : 1
  const advice = [
    ...report.advice,
    ...(share < 0.5
      ? ['Fewer than half of your artists are known here: matches get better as more listeners join.']
      : []),
  ]
  const complete = { ...report, known, advice }
  return { ...complete, sentences: reportSentences(complete) }
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}

function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

function periodOf(first: string, last: string): string {
  return first === last ? `, in ${first}` : `, from ${first} to ${last}`
}

function month(iso: string): string {
  return new Date(iso).toLocaleDateString('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' })
}
