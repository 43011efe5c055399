import { type Answer, ok } from '../spotify/answer.ts'
import { isOneOf, mixed } from '../world/chance.ts'
import { mbidOf } from '../world/foreign-ids.ts'
import { numberOf } from '../world/ids.ts'
import type { World } from '../world/world.ts'
import type { ServiceHost, ServiceRequest } from './host.ts'
import { listensOf, playedBy } from './listening.ts'
import type { NameIndex } from './names.ts'

/** The key that a simulated Last.fm accepts. */
export const simulatedKey = 'simulated-key-of-32-characters--'

/** Of a thousand listeners, so many hide what they play. */
const hidden = 40

/** A simulated Last.fm: top artists and tracks, loved and recent ones, tags of artists; all numbers are texts. */
export class LastfmHost implements ServiceHost {
  readonly prefix = '/lastfm/2.0'
  readonly #world: World
  readonly #names: NameIndex
  readonly #errorsAs200: boolean

  /** @param errorsAs200 whether failures come with the status of a success, as they do at times */
  constructor(world: World, names: NameIndex, errorsAs200: boolean) {
    this.#world = world
    this.#names = names
    this.#errorsAs200 = errorsAs200
  }

  route({ query }: ServiceRequest): string {
    return `lastfm ${(query.get('method') ?? '').toLowerCase()}`
  }

  /** Five a second for each address. */
  limit() {
    return { requests: 5, window: 1000 }
  }

  refusal(): Answer {
    return this.#failure(29, 'Rate Limit Exceded - Your IP has made too many requests in a short period', 429)
  }

  answer({ query }: ServiceRequest): Answer {
    if (query.get('api_key') !== simulatedKey)
      return this.#failure(10, 'Invalid API key - You must be granted a valid key by last.fm', 403)
    if (query.get('format') !== 'json') return { status: 200, text: '<lfm status="ok"/>', type: 'text/xml' }
    const method = (query.get('method') ?? '').toLowerCase()
    if (method === 'artist.gettoptags') return this.#tags(query.get('artist') ?? '')
    const lists: Readonly<Record<string, (i: number) => Answer>> = {
      'user.getinfo': (i) =>
        ok({ user: { name: this.#world.listener(i).name, playcount: `${this.#plays(i)}`, subscriber: '0' } }),
      'user.gettopartists': (i) => this.#page(query, i, 'topartists', 'artist', 50, this.#artists(i)),
      'user.gettoptracks': (i) => this.#page(query, i, 'toptracks', 'track', 50, this.#tracks(i)),
      'user.getlovedtracks': (i) => this.#page(query, i, 'lovedtracks', 'track', 50, this.#loved(i)),
      'user.getrecenttracks': (i) => this.#page(query, i, 'recenttracks', 'track', 50, this.#recent(i)),
    }
    const list = lists[method]
    if (!list) return this.#failure(3, 'Invalid Method - No method with that name in this package', 400)
    const i = this.#names.listener(query.get('user') ?? '')
    if (i === undefined) return this.#failure(6, 'User not found', 404)
    if (method === 'user.getrecenttracks' && this.isHidden(i))
      return this.#failure(17, 'Login: User required to be logged in', 403)
    return list(i)
  }

  /** Whether the listener hides what they play lately. */
  isHidden(i: number): boolean {
    return isOneOf(hidden, this.#world.seed, 301, i)
  }

  #failure(error: number, message: string, status: number): Answer {
    return { status: this.#errorsAs200 ? 200 : status, json: { error, message, links: [] } }
  }

  #tags(name: string): Answer {
    const [artist] = this.#names.artists(name)
    if (!artist) return this.#failure(6, 'The artist you supplied could not be found', 404)
    const genres = this.#world.genres(artist.id) ?? []
    const tag = [...genres, 'seen live', 'favorites'].map((word, place) => ({
      count: Math.max(1, 100 - 22 * place),
      name: word,
      url: `https://www.last.fm/tag/${encodeURIComponent(word)}`,
    }))
    return ok({ toptags: { tag: genres.length === 0 ? [] : tag, '@attr': { artist: artist.name } } })
  }

  #plays(i: number): number {
    return playedBy(this.#world, i).reduce((sum, { plays }) => sum + plays, 0)
  }

  #artists(i: number): readonly object[] {
    const plays = new Map<string, { id: string; name: string; plays: number }>()
    for (const { track, plays: times } of playedBy(this.#world, i)) {
      const { id, name } = track.artists[0]!
      const known = plays.get(id) ?? { id, name, plays: 0 }
      plays.set(id, { ...known, plays: known.plays + times })
    }
    const ranked = [...plays.values()].sort((a, b) => b.plays - a.plays || (a.id < b.id ? -1 : 1))
    return ranked.map(({ id, name, plays: count }, at) => ({
      streamable: '0',
      image: [{ size: 'small', '#text': '' }],
      mbid: this.#mbid('artist', id),
      url: `https://www.last.fm/music/${encodeURIComponent(name)}`,
      playcount: `${count}`,
      '@attr': { rank: `${at + 1}` },
      name,
    }))
  }

  #tracks(i: number): readonly object[] {
    return playedBy(this.#world, i).map(({ track, plays }, at) => ({
      name: track.title,
      artist: { name: track.artists[0]!.name, mbid: this.#mbid('artist', track.artists[0]!.id), url: '' },
      mbid: this.#mbid('track', track.id),
      duration: `${Math.round(track.durationMs / 1000)}`,
      playcount: `${plays}`,
      '@attr': { rank: `${at + 1}` },
    }))
  }

  #loved(i: number): readonly object[] {
    return playedBy(this.#world, i)
      .filter(({ loved }) => loved)
      .map(({ track }) => ({
        name: track.title,
        artist: { name: track.artists[0]!.name, mbid: '', url: '' },
        mbid: '',
        date: { uts: `${1_700_000_000 + (mixed(this.#world.seed, 302, i) % 50_000_000)}`, '#text': '' },
      }))
  }

  #recent(i: number): readonly object[] {
    return listensOf(this.#world, i).map(({ track, at }, place) => ({
      name: track.title,
      artist: { '#text': track.artists[0]!.name, mbid: '' },
      album: { '#text': track.album.title, mbid: '' },
      mbid: '',
      ...(place === 0 ? { '@attr': { nowplaying: 'true' } } : { date: { uts: `${at}`, '#text': '' } }),
    }))
  }

  /** Half of them have none, which is an empty text. */
  #mbid(kind: 'artist' | 'track', id: string): string {
    const { seed } = this.#world
    const number = numberOf(seed, kind, id)!
    return isOneOf(500, seed, 303, number) ? mbidOf(seed, kind, number) : ''
  }

  #page(
    query: URLSearchParams,
    i: number,
    list: string,
    element: string,
    usual: number,
    all: readonly object[],
  ): Answer {
    const size = Math.min(Number(query.get('limit') ?? usual), 1000)
    const page = Number(query.get('page') ?? 1)
    if (!(size > 0) || !(page > 0)) return this.#failure(6, 'Invalid parameters', 400)
    const rows = all.slice((page - 1) * size, page * size)
    const attributes = {
      user: this.#world.listener(i).name,
      page: `${page}`,
      perPage: `${size}`,
      totalPages: `${Math.ceil(all.length / size)}`,
      total: `${all.length}`,
    }
    // A list of one is the one.
    return ok({ [list]: { [element]: rows.length === 1 ? rows[0] : rows, '@attr': attributes } })
  }
}
