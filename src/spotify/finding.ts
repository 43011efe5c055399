import { path, type SpotifyClient } from './client.ts'
import { SpotifyError } from './errors.ts'
import { shown } from './link.ts'
import { PageCursor } from './pages.ts'
import { asFields, asList, asText } from './shape.ts'

/** People who were found with one request. */
export interface FoundPeople {
  /** Their ids, each once. */
  readonly people: readonly string[]
  /** Where to go on another time; absent at the end. */
  readonly next?: number
}

interface FindingOptions {
  /** `next` of the page after which to go on. */
  readonly from?: number
  readonly signal?: AbortSignal | undefined
}

/** Results a page: of older apps, and of those made since 2026-02-11. */
const pageSizes = { usual: 50, small: 10 }
/** Spotify gives no results after this one. */
const lastResult = 1000
/** Spotify's own account, and what is left of accounts that are gone. */
const nobody = new Set(['spotify', ''])

/**
 * The people who made the playlists that a search finds, a page of results at a time: one request for 50, or for 10 with
 * a development app. A search has 1,000 results at most.
 * @throws SpotifyError
 */
export async function* searchPeople(
  client: SpotifyClient,
  text: string,
  { from = 0, signal }: FindingOptions = {},
): AsyncGenerator<FoundPeople, void> {
  const subject = `playlists about ${shown(text)}`
  let limit = client.access.tier === 'development' ? pageSizes.small : pageSizes.usual
  for (let offset = from; offset <= lastResult - limit; ) {
    let json: unknown
    try {
      json = await client.get('/search', { query: { q: text, type: 'playlist', limit, offset }, subject, signal })
    } catch (error) {
      const isTooMuch = error instanceof SpotifyError && error.kind === 'bad-request' && limit > pageSizes.small
      if (!isTooMuch) throw error
      limit = pageSizes.small
      continue
    }
    const page = asFields(asFields(json)?.playlists)
    const results = asList(page?.items)
    if (results === undefined) throw new SpotifyError('unexpected', { subject, said: 'no playlists' })
    offset += limit
    const isLast = asText(page?.next) === undefined || results.length === 0 || offset > lastResult - limit
    yield { people: peopleOf(results.map((result) => asFields(result)?.owner)), ...(!isLast && { next: offset }) }
    if (isLast) return
  }
}

/** The people of these objects, each once. */
function peopleOf(values: readonly unknown[]): readonly string[] {
  const ids = values.map((value) => asText(asFields(value)?.id) ?? '')
  return [...new Set(ids)].filter((id) => !nobody.has(id))
}

const contributors = 'next,total,limit,offset,items(added_by(id))'

/**
 * Who made a playlist, and who put tracks into it: one request for the owner, then one for 50 entries as far as this app
 * may read them.
 * @throws SpotifyError `not-found` ...
 */
export async function* playlistPeople(
  client: SpotifyClient,
  id: string,
  { from = -1, signal }: FindingOptions = {},
): AsyncGenerator<FoundPeople, void> {
  const subject = `playlist ${shown(id)}`
  if (from < 0) {
    const fields = 'owner(id),collaborative'
    const playlist = asFields(await client.get(path`/playlists/${id}`, { query: { fields }, subject, signal }))
    yield { people: peopleOf([playlist?.owner]), next: 0 }
  }
  const place = client.access.may('tracks-path') === false ? 'items' : 'tracks'
  const query = { fields: contributors, ...(from > 0 && { offset: from }) }
  const cursor = new PageCursor(client, { path: `${path`/playlists/${id}`}/${place}`, query, subject })
  let read = Math.max(0, from)
  while (!cursor.finished) {
    let items: readonly unknown[]
    try {
      ;({ items } = await cursor.next(signal))
    } catch (error) {
      // Others than the owner are not for this app.
      if (error instanceof SpotifyError && error.kind === 'forbidden') return
      throw error
    }
    read += items.length
    const people = peopleOf(items.map((entry) => asFields(entry)?.added_by))
    yield { people, ...(!cursor.finished && { next: read }) }
  }
}
