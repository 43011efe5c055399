import { normaliseName } from '../../src/taste/name.ts'
import { type Answer, ok } from '../spotify/answer.ts'
import { isOneOf, mixed } from '../world/chance.ts'
import { mbidOf, numberOfIsrc, numberOfMbid } from '../world/foreign-ids.ts'
import { genreTable, scenes } from '../world/genres.ts'
import { idOf, numberOf } from '../world/ids.ts'
import type { SimulatedArtist, World } from '../world/world.ts'
import type { ServiceHost, ServiceRequest } from './host.ts'
import type { NameIndex } from './names.ts'

const spotifyArtist = 'https://open.spotify.com/artist/'
/** Of a thousand artists, so many have no link to Spotify, and so many no tags. */
const withoutLink = 150
const withoutTags = 100

/** A simulated MusicBrainz: links to Spotify, the artist search with tags, the list of genres. */
export class MusicBrainzHost implements ServiceHost {
  readonly prefix = '/musicbrainz/ws/2'
  readonly #world: World
  readonly #names: NameIndex

  constructor(world: World, names: NameIndex) {
    this.#world = world
    this.#names = names
  }

  route({ path }: ServiceRequest): string {
    const [route = ''] = /^\/(?:url|artist|genre\/all|isrc|recording)(?=\/|$)/.exec(path) ?? []
    return `musicbrainz ${route || 'elsewhere'}`
  }

  /** One request a second. */
  limit() {
    return { requests: 1, window: 1000 }
  }

  refusal(): Answer {
    return {
      status: 503,
      json: { error: 'Your requests are exceeding the allowable rate limit. Please see the documentation.' },
    }
  }

  answer({ path, query, headers }: ServiceRequest): Answer {
    // It bars who doesn't say how to be reached.
    if (!/\/\S+ \( ?\S+ ?\)/.test(`${headers['user-agent'] ?? ''}`))
      return { status: 403, text: 'Your User-Agent header tells neither an application nor a contact.' }
    if (path === '/genre/all' && query.get('fmt') === 'txt') return { status: 200, text: this.#genres().join('\n') }
    if (query.get('fmt') !== 'json') return { status: 200, text: '<?xml version="1.0"?><metadata/>', type: 'text/xml' }
    if (path === '/url') return this.#links(query.getAll('resource'))
    if (path === '/artist' && query.has('query'))
      return this.#search(query.get('query')!, Number(query.get('limit') ?? 25))
    const [, of, id] = /^\/(isrc|recording)\/([^/]+)$/.exec(path) ?? []
    if (of && id) return this.#recording(of, decodeURIComponent(id))
    return { status: 404, json: { error: 'Not Found', help: 'For usage, please see the documentation.' } }
  }

  #genres(): readonly string[] {
    return [
      ...new Set(
        genreTable.flatMap(({ name, family }) => [name, family, ...scenes.map((scene) => `${scene} ${name}`)]),
      ),
    ].sort()
  }

  #links(resources: readonly string[]): Answer {
    if (resources.length === 0 || resources.length > 100)
      return { status: 400, json: { error: 'resource: 1 to 100 are allowed' } }
    const urls = resources.flatMap((resource) => {
      const { seed } = this.#world
      const number = numberOf(seed, 'artist', resource.slice(spotifyArtist.length))
      const artist = number === undefined ? undefined : this.#world.artist(idOf(seed, 'artist', number))
      if (!resource.startsWith(spotifyArtist) || !artist || isOneOf(withoutLink, seed, 291, number!)) return []
      const { id, name } = this.#shown(artist)
      return [{ id, resource, relations: [{ type: 'free streaming', 'target-type': 'artist', artist: { id, name } }] }]
    })
    if (urls.length === 0) return { status: 404, json: { error: 'Not Found' } }
    return ok(resources.length === 1 ? urls[0] : { urls, 'url-count': urls.length, 'url-offset': 0 })
  }

  #recording(of: string, id: string): Answer {
    const { seed } = this.#world
    const number = of === 'isrc' ? numberOfIsrc(id) : numberOfMbid(seed, 'track', id)
    const track = number === undefined ? undefined : this.#world.track(idOf(seed, 'track', number))
    if (!track) return { status: 404, json: { error: 'Not Found' } }
    const recording = {
      id: mbidOf(seed, 'track', number!),
      title: track.title,
      'artist-credit': track.artists.map((artist) => ({ name: artist.name, artist: this.#shown(artist) })),
    }
    return ok(of === 'isrc' ? { isrc: id, recordings: [recording] } : recording)
  }

  #search(query: string, limit: number): Answer {
    const ids = /^arid:\((?<ids>[^)]*)\)$/.exec(query)?.groups?.ids?.split(' OR ')
    const name = /^artist:"(?<name>(?:[^"\\]|\\.)*)"/.exec(query)?.groups?.name?.replaceAll(/\\(.)/g, '$1')
    if (!ids && name === undefined) return { status: 400, json: { error: 'Unable to parse the query' } }
    const found = ids
      ? ids.flatMap((mbid) => {
          const number = numberOfMbid(this.#world.seed, 'artist', mbid)
          const artist = number === undefined ? undefined : this.#world.artist(idOf(this.#world.seed, 'artist', number))
          return artist ? [artist] : []
        })
      : this.#names.artists(name!)
    const artists = found.slice(0, Math.min(limit, 100)).map((artist) => ({
      ...this.#shown(artist),
      score: 100,
      ...(normaliseName(artist.name) !== artist.name && { aliases: [{ name: normaliseName(artist.name) }] }),
    }))
    return ok({ created: '2026-11-23T12:00:00.000Z', count: found.length, offset: 0, artists })
  }

  #shown(artist: SimulatedArtist) {
    const { seed } = this.#world
    const number = numberOf(seed, 'artist', artist.id)!
    const genres = isOneOf(withoutTags, seed, 292, number) ? [] : (this.#world.genres(artist.id) ?? [])
    // What people tag beside genres.
    const tags = [...genres, ...(isOneOf(300, seed, 293, number) ? ['seen live'] : [])].map((tag, place) => ({
      name: tag,
      count: Math.max(1, 12 - 3 * place + (mixed(seed, 294, number, place) % 3)),
    }))
    return {
      id: mbidOf(seed, 'artist', number),
      name: artist.name,
      'sort-name': artist.name,
      ...(tags.length > 0 && { tags }),
    }
  }
}
