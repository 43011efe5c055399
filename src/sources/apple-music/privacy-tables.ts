import type { Collector } from '../export/collector.ts'
import { headOf } from '../export/export-file.ts'
import type { FileReader } from '../export/export-format.ts'
import { cellAt, columnsNamed, rowsOf, tableHead } from '../export/table-file.ts'
import { amountIn, timeIn } from '../export/values.ts'

const columns = {
  track: ['song name', 'content name', 'title', 'track name'],
  artist: ['artist name', 'artist', 'container artist name'],
  album: ['album name', 'container album name', 'album'],
  description: ['track description', 'track name', 'item description', 'description'],
  ms: ['play duration milliseconds', 'play duration ms'],
  ended: [
    'event end timestamp',
    'event timestamp',
    'activity date time',
    'last event end timestamp',
    'event start timestamp',
  ],
  played: ['date played', 'last played date', 'last played', 'last event end timestamp'],
  reason: ['end reason type'],
  event: ['event type'],
  media: ['media type', 'item type', 'container type'],
  plays: ['play count', 'track play count'],
  added: ['date added to library', 'date added', 'added date', 'last modified'],
  preference: ['preference'],
  favorite: ['favorite type'],
  private: ['ignore for recommendations'],
} as const
type Columns = { readonly [name in keyof typeof columns]?: number }
type Cell = (name: keyof typeof columns) => string | undefined

function columnsOf(text: string | undefined): Columns & { readonly header: readonly string[] } {
  const header = tableHead(text)?.header ?? []
  return { ...columnsNamed(header, columns), header }
}

/** Makes a reader of one of Apple's tables; `take` gets each row's cells. */
function tableReader(
  what: string,
  recognises: (columns: ReturnType<typeof columnsOf>) => boolean,
  take: (cell: Cell, into: Collector) => void,
  order = 0,
): FileReader {
  return {
    what,
    order,
    recognises: ({ text }) => recognises(columnsOf(text)),
    async read(file, into) {
      const found = columnsOf((await headOf(file)).text)
      let header = true
      for await (const { cells } of rowsOf(file, into)) {
        if (!header) {
          into.row()
          // Somebody who has it ignored hides it as in a private session.
          if (cellAt(cells, found.private)?.toLowerCase() === 'true') into.ignore('private')
          else take((name) => cellAt(cells, found[name]), into)
        }
        header = false
      }
    },
  }
}

const has = ({ header }: ReturnType<typeof columnsOf>, ...names: readonly string[]) =>
  names.every((name) => header.includes(name))

/** `Apple Music Play Activity.csv`: everything that was played, event by event. */
export const playActivity = tableReader(
  'Apple Music play activity',
  (found) =>
    has(found, 'play duration milliseconds', 'end reason type') &&
    (found.track !== undefined || found.header.includes('event type')) &&
    !has(found, 'track description'),
  (cell, into) => {
    const event = cell('event')
    if (event && event !== 'PLAY_END') return into.ignore('not-played')
    const media = cell('media')
    if (media && /video|movie|tv/i.test(media)) return into.ignore('video')
    if (media && /podcast/i.test(media)) return into.ignore('podcast')
    const [artist, track] = [cell('artist'), cell('track')]
    if (!artist || !track) return into.ignore('no-artist')
    const at = timeIn(cell('ended'))
    const album = cell('album')
    const ms = amountIn(cell('ms'))
    const skipped = /SKIPPED/i.test(cell('reason') ?? '')
    into.listen(
      { artists: [artist], track, ...(album && { album }), ms: ms ?? 0, skipped, ...(at && { at }) },
      'second',
    )
  },
)

/** `Apple Music - Play History Daily Tracks.csv`: a row for each track and day; names as "Artist - Title". */
export const dailyTracks = tableReader(
  'Apple Music play history',
  (found) => has(found, 'track description') && (found.played !== undefined || found.plays !== undefined),
  (cell, into) => {
    if (/video/i.test(cell('media') ?? '')) return into.ignore('video')
    const names = parted(cell('description'))
    if (!names) return into.ignore('no-artist')
    const plays = amountIn(cell('plays'))
    const ms = amountIn(cell('ms'))
    if (plays === 0 && (ms === undefined || ms < 30_000)) return into.ignore('short')
    const at = dayIn(cell('played'))
    const times = Math.max(1, Math.round(plays ?? 1))
    into.listen(
      {
        ...names,
        ...(at && { at }),
        ...(ms !== undefined && { ms: Math.max(ms / times, plays ? 30_000 : 0) }),
        plays: times,
      },
      'day',
    )
  },
  1,
)

/** `Apple Music - Track Play History.csv`: each track once. */
export const trackHistory = tableReader(
  'Apple Music track history',
  (found) => has(found, 'track name', 'last played date') && !has(found, 'end reason type'),
  (cell, into) => {
    const names = parted(cell('description'))
    const at = dayIn(cell('played'))
    if (names) into.add({ ...names, ...(at && { lastPlayedAt: at }) })
    else into.ignore('no-artist')
  },
)

/** `Apple Music - Favorites.csv`: what somebody likes and dislikes. */
export const favorites = tableReader(
  'Apple Music favourites',
  (found) => has(found, 'favorite type', 'item description'),
  (cell, into) => {
    if (/^dislike/i.test(cell('preference') ?? '')) return into.ignore('disliked')
    const kind = cell('favorite') ?? ''
    const description = cell('description')
    const added = timeIn(cell('added'))
    const addedAt = added && { addedAt: added }
    if (/artist/i.test(kind) && description) return into.add({ artists: [description], ...addedAt })
    const names = parted(description)
    if (!names || /playlist|station/i.test(kind)) return into.ignore('no-artist')
    if (/album/i.test(kind)) return into.add({ artists: names.artists, album: names.track, ...addedAt })
    into.add({ ...names, ...addedAt })
  },
)

/** Times as Apple writes them: ISO 8601, milliseconds, or days as 20230131. */
function dayIn(text: string | undefined): string | undefined {
  const day = /^(\d{4})(\d\d)(\d\d)$/.exec(text ?? '')
  return timeIn(day ? `${day[1]}-${day[2]}-${day[3]}` : text)
}

/** `Artist - Title`. */
function parted(text: string | undefined): { readonly artists: readonly string[]; readonly track: string } | undefined {
  const dash = / [-–] /.exec(text ?? '')
  if (!text || !dash || dash.index === 0) return undefined
  const track = text.slice(dash.index + dash[0].length).trim()
  return track ? { artists: [text.slice(0, dash.index).trim()], track } : undefined
}
