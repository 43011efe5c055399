import { elements, lastfmService, numberIn } from '../../services/lastfm.ts'
import { ServiceClient, type ServiceClientOptions } from '../../services/service-client.ts'
import { ServiceError } from '../../services/service-error.ts'
import { asFields, asText, type Fields } from '../../spotify/shape.ts'
import type { Item } from '../../taste/item.ts'
import { Collector } from '../export/collector.ts'
import { mbidIn } from '../export/ids.ts'
import type { NamedReading, NameReader } from '../names/name-reader.ts'
import { ServiceReader } from '../names/service-reader.ts'

/** Elements of one page: the most that Last.fm gives at once; recent plays come by 200. */
const pageSize = 1000
const recentSize = 200
/** Pages that are read at most. */
const most = { artists: 2, tracks: 3, loved: 1, recent: 2 }

interface Asking {
  readonly name: string
  readonly signal: AbortSignal | undefined
}

/**
 * Reads what somebody listens to from Last.fm: their most played tracks and artists over all time, what they love, and
 * when they last played it.
 */
export class Lastfm extends ServiceReader implements NameReader {
  readonly service = 'lastfm'
  readonly title = 'Last.fm'

  /** @param key an API key; it travels with each request, and nowhere else. */
  constructor(key: string, options: ServiceClientOptions) {
    options.secrets.keep(key)
    const query = { ...options.query, api_key: key, format: 'json' }
    super(new ServiceClient(lastfmService, { ...options, query }), 'lastfm-api')
  }

  async *read(
    name: string,
    { notes, signal }: { readonly notes?: string | undefined; readonly signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<NamedReading> {
    const subject = `profile of "${name}"`
    const info = await this.client.get('/', { query: { method: 'user.getinfo', user: name }, subject, signal })
    const user = asFields(asFields(info)?.user)
    const own = asText(user?.name)
    if (!own) throw new ServiceError('unexpected', { service: lastfmService.name, subject })
    const person = { name: own, url: `https://www.last.fm/user/${encodeURIComponent(own)}` }
    const state = JSON.stringify({ plays: numberIn(user?.playcount) ?? null })
    if (notes === state) {
      yield { state: 'unchanged', person }
      return
    }
    const asking = { name: own, signal }
    const artists = await this.#list(asking, 'user.gettopartists', 'topartists', 'artist', most.artists)
    if (artists.length > 0) {
      const quick = new Collector()
      quick.begin(`Last.fm: ${own}`, 'Last.fm top artists')
      addArtists(artists, new Map(), quick)
      yield { state: 'beginning', person, reading: quick.finish(), notes: '' }
    }
    const whole = new Collector()
    const tracks = await this.#list(asking, 'user.gettoptracks', 'toptracks', 'track', most.tracks)
    const loved = await this.#list(asking, 'user.getlovedtracks', 'lovedtracks', 'track', most.loved)
    const recent = await this.#recent(asking, whole)
    whole.begin(`Last.fm: ${own}`, 'Last.fm top tracks')
    const plays = new Map<string, number>()
    for (const row of tracks) {
      whole.row()
      const item = trackIn(row)
      if (!item) continue
      const key = `${item.artists[0]}\u0001${item.track}`.toLowerCase()
      const lastPlayedAt = recent.get(key)
      whole.add({ ...item, ...(lastPlayedAt && { lastPlayedAt }) })
      const artist = item.artists[0]!.toLowerCase()
      plays.set(artist, (plays.get(artist) ?? 0) + (item.plays ?? 0))
    }
    whole.begin(`Last.fm: ${own}`, 'Last.fm top artists')
    addArtists(artists, plays, whole)
    whole.begin(`Last.fm: ${own}`, 'Last.fm loved tracks')
    for (const row of loved) {
      whole.row()
      const item = trackIn(row)
      const at = timeIn(row)
      if (item) whole.add({ ...item, playlist: 'Loved tracks', ...(at && { addedAt: at }) })
    }
    yield { state: 'whole', person, reading: whole.finish(), notes: state }
  }

  /** When tracks were played lately, by artist and title in lower case; nothing where that is kept private. */
  async #recent(asking: Asking, into: Collector): Promise<ReadonlyMap<string, string>> {
    try {
      const rows = await this.#list(asking, 'user.getrecenttracks', 'recenttracks', 'track', most.recent, recentSize)
      const played = new Map<string, string>()
      for (const row of rows) {
        const item = trackIn(row)
        // What plays at this moment has no date.
        const at = timeIn(row)
        const key = item && `${item.artists[0]}\u0001${item.track}`.toLowerCase()
        if (key && at && !played.has(key)) played.set(key, at)
      }
      return played
    } catch (error) {
      if (!(error instanceof ServiceError) || error.kind !== 'private') throw error
      into.advise('Last.fm keeps your recent plays private: we could not tell what you played lately.')
      return new Map()
    }
  }

  async #list(
    { name, signal }: Asking,
    method: string,
    list: string,
    element: string,
    pages: number,
    limit = pageSize,
  ): Promise<readonly Fields[]> {
    const rows: Fields[] = []
    const subject = `${list} of "${name}"`
    for (let page = 1; page <= pages; page++) {
      const json = await this.client.get('/', { query: { method, user: name, limit, page }, subject, signal })
      const found = asFields(asFields(json)?.[list])
      if (!found) throw new ServiceError('unexpected', { service: lastfmService.name, subject })
      rows.push(...elements(found[element]))
      const total = numberIn(asFields(found['@attr'])?.totalPages) ?? 0
      if (page >= total) break
    }
    return rows
  }
}

/** Artists with the plays that none of their tracks accounts for. */
function addArtists(rows: readonly Fields[], plays: ReadonlyMap<string, number>, into: Collector): void {
  for (const row of rows) {
    into.row()
    const name = asText(row.name)
    const rest = (numberIn(row.playcount) ?? 0) - (plays.get(name?.toLowerCase() ?? '') ?? 0)
    const mbid = mbidIn(asText(row.mbid))
    if (name && rest > 0) into.add({ artists: [name], ...(mbid && { artistIds: [{ mbid }] }), plays: rest })
  }
}

/** Undefined for a row that names no artist or no track. */
function trackIn(row: Fields): Item | undefined {
  const artist = asFields(row.artist)
  const name = asText(artist?.name) ?? asText(artist?.['#text'])
  const track = asText(row.name)
  if (!name || !track) return undefined
  const album = asText(asFields(row.album)?.['#text'])
  const mbid = mbidIn(asText(artist?.mbid))
  const plays = numberIn(row.playcount)
  return {
    artists: [name],
    ...(mbid && { artistIds: [{ mbid }] }),
    track,
    ...(album && { album }),
    ...(plays && plays > 0 && { plays }),
  }
}

/** ISO 8601. */
function timeIn(row: Fields): string | undefined {
  const seconds = numberIn(asFields(row.date)?.uts)
  return seconds && seconds > 0 ? new Date(seconds * 1000).toISOString().replace('.000Z', 'Z') : undefined
}
