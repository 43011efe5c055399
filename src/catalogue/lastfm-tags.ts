import { elements, lastfmService, numberIn } from '../services/lastfm.ts'
import { ServiceClient, type ServiceClientOptions } from '../services/service-client.ts'
import { ServiceError } from '../services/service-error.ts'
import { asFields, asText } from '../spotify/shape.ts'
import type { ArtistGap } from '../store/feature-store.ts'
import { normaliseName } from '../taste/name.ts'
import { genresAmong } from './genre-words.ts'
import { type Answer, usualAge } from './provider.ts'
import { ServiceProvider } from './service-provider.ts'

/** Of 100 for the most used tag. */
const leastCount = 10
const day = 86_400

/** Genres of artists from the tags that Last.fm's listeners use, one artist a request, by name. */
export class LastfmTags extends ServiceProvider<ArtistGap, readonly string[]> {
  readonly batch = 1
  /** What Last.fm tells may be kept for thirty days. */
  override readonly age = { ...usualAge, found: 30 * day }

  /** @param key an API key; it travels with each request, and nowhere else. */
  constructor(key: string, options: ServiceClientOptions) {
    options.secrets.keep(key)
    const query = { ...options.query, api_key: key, format: 'json' }
    super('lastfm', 'lastfm-api', new ServiceClient(lastfmService, { ...options, query }))
  }

  takes({ name }: ArtistGap): boolean {
    return name.trim() !== ''
  }

  protected async *answers(
    gaps: readonly ArtistGap[],
    signal: AbortSignal | undefined,
  ): AsyncGenerator<readonly Answer<ArtistGap, readonly string[]>[]> {
    for (const gap of gaps) {
      const genres = await this.#genres(gap.name, signal)
      yield [genres.length > 0 ? { gap, value: genres } : { gap }]
    }
  }

  async #genres(artist: string, signal: AbortSignal | undefined): Promise<readonly string[]> {
    const query = { method: 'artist.gettoptags', artist, autocorrect: 1 }
    const subject = `tags of "${artist}"`
    let json: unknown
    try {
      json = await this.client.get('/', { query, subject, signal })
    } catch (error) {
      if (error instanceof ServiceError && error.kind === 'not-found') return []
      throw error
    }
    const top = asFields(asFields(json)?.toptags)
    if (!top) throw new ServiceError('unexpected', { service: lastfmService.name, subject })
    // It corrects misspellings, and sometimes what is none.
    const about = asText(asFields(top['@attr'])?.artist)
    if (about !== undefined && normaliseName(about) !== normaliseName(artist)) return []
    const words = elements(top.tag).flatMap(({ name, count }) => {
      const word = asText(name)
      return word ? [{ name: word, count: numberIn(count) ?? 0 }] : []
    })
    return genresAmong(words, { artist, least: leastCount })
  }
}
