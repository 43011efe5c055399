import { ServiceClient, type ServiceClientOptions, userAgent } from '../services/service-client.ts'
import { ServiceError } from '../services/service-error.ts'
import { asFields, asList, asNumber, asText, type Fields } from '../spotify/shape.ts'
import type { ArtistGap } from '../store/feature-store.ts'
import { normaliseName } from '../taste/name.ts'
import { genresAmong } from './genre-words.ts'
import type { Answer } from './provider.ts'
import { ServiceProvider } from './service-provider.ts'

export const musicbrainzService = {
  name: 'MusicBrainz',
  address: 'https://musicbrainz.org/ws/2',
  // Who asks too fast gets a 503 that says so.
  refusalOf: (status: number, json: unknown) => {
    const said = asText(asFields(json)?.error)
    return status === 503 && said && /rate limit/i.test(said) ? ({ kind: 'rate-limited', said } as const) : undefined
  },
} as const
/** One request a second, by its rules. */
export const musicbrainzLimits = { perSecond: 1, burst: 1, concurrency: 1, perDay: Number.POSITIVE_INFINITY }

const mbidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const spotifyForm = /^[0-9A-Za-z]{22}$/
const spotifyArtist = 'https://open.spotify.com/artist/'

/**
 * Genres of artists from MusicBrainz: by its own id; by Spotify's, through the links that MusicBrainz keeps; else by
 * name, and where several artists have it, by one of the artist's recordings. Ids are asked about many at a time, names one by one. An artist's genres are those
 * of the tags that MusicBrainz lists as genres, the most used first.
 */
export class MusicBrainz extends ServiceProvider<ArtistGap, readonly string[]> {
  readonly batch = 50
  #genres: Promise<ReadonlySet<string>> | undefined

  /** @param contact an e-mail address or web page of whoever runs this: MusicBrainz refuses those who give none. */
  constructor(contact: string, options: ServiceClientOptions) {
    const headers = { ...options.headers, 'user-agent': `${userAgent} ( ${contact} )` }
    super('musicbrainz', 'musicbrainz', new ServiceClient(musicbrainzService, { ...options, headers }))
  }

  takes({ ids, name }: ArtistGap): boolean {
    return Boolean(ids.mbid || ids.spotify) || name.trim() !== ''
  }

  protected async *answers(
    gaps: readonly ArtistGap[],
    signal: AbortSignal | undefined,
  ): AsyncGenerator<readonly Answer<ArtistGap, readonly string[]>[]> {
    const genres = await this.#knownGenres(signal)
    const ofSpotify = await this.#byLinks(gaps, signal)
    const byId = gaps.flatMap((gap) => {
      const mbid = mbidOf(gap) ?? ofSpotify.get(gap.ids.spotify ?? '')
      return mbid ? [{ gap, mbid }] : []
    })
    const found = await this.#artists(
      byId.map(({ mbid }) => mbid),
      signal,
    )
    const answers = byId.flatMap(({ gap, mbid }) => {
      const artist = found.get(mbid)
      return artist ? [answer(gap, artist, genres)] : []
    })
    if (answers.length > 0) yield answers
    const answered = new Set(answers.map(({ gap }) => gap))
    for (const gap of gaps) {
      if (answered.has(gap)) continue
      const artist = await this.#named(gap, signal)
      yield [artist ? answer(gap, artist, genres) : { gap }]
    }
  }

  /** What MusicBrainz calls a genre. */
  #knownGenres(signal: AbortSignal | undefined): Promise<ReadonlySet<string>> {
    this.#genres ??= this.client
      .text('/genre/all', { query: { fmt: 'txt' }, subject: 'the list of genres', signal })
      .then((text) => new Set(text.split('\n').map((line) => line.trim().toLowerCase())))
    // A failure is told once; the next batch asks again.
    this.#genres.catch(() => {
      this.#genres = undefined
    })
    return this.#genres
  }

  /** MusicBrainz' ids by Spotify's. */
  async #byLinks(gaps: readonly ArtistGap[], signal: AbortSignal | undefined): Promise<ReadonlyMap<string, string>> {
    const wanted = new Set(
      gaps.flatMap((gap) => (!mbidOf(gap) && spotifyForm.test(gap.ids.spotify ?? '') ? gap.ids.spotify! : [])),
    )
    if (wanted.size === 0) return new Map()
    const resource = [...wanted].map((id) => `${spotifyArtist}${id}`)
    const query = { resource, inc: 'artist-rels', fmt: 'json' }
    const json = asFields(await this.#unlessNone('/url', query, `${wanted.size} links to Spotify`, signal))
    // About a single link the answer is that link itself.
    const links = asList(json?.urls) ?? (json ? [json] : [])
    return new Map(
      links.flatMap((each): [string, string][] => {
        const link = asFields(each)
        const artists = new Set(
          (asList(link?.relations) ?? []).flatMap((relation) => asText(asFields(asFields(relation)?.artist)?.id) ?? []),
        )
        const [mbid] = artists
        const spotify = asText(link?.resource)?.slice(spotifyArtist.length)
        return spotify && mbid && artists.size === 1 ? [[spotify, mbid.toLowerCase()]] : []
      }),
    )
  }

  async #artists(mbids: readonly string[], signal: AbortSignal | undefined): Promise<ReadonlyMap<string, Fields>> {
    if (mbids.length === 0) return new Map()
    const query = `arid:(${[...new Set(mbids)].join(' OR ')})`
    const found = await this.#search(query, 100, `genres of ${mbids.length} artists`, signal)
    return new Map(found.flatMap((artist) => (asText(artist.id) ? [[`${artist.id}`.toLowerCase(), artist]] : [])))
  }

  /** The only artist of that name, or that of them who made the recording; undefined when there is none, or several. */
  async #named({ name, recording }: ArtistGap, signal: AbortSignal | undefined): Promise<Fields | undefined> {
    const quoted = `"${name.replaceAll(/["\\]/g, String.raw`\$&`)}"`
    const found = await this.#search(`artist:${quoted} OR alias:${quoted}`, 25, `artist "${name}"`, signal)
    const wanted = normaliseName(name)
    const named = found.filter((artist) => normaliseName(asText(artist.name) ?? '') === wanted)
    const known = found.filter((artist) =>
      (asList(artist.aliases) ?? []).some((alias) => normaliseName(asText(asFields(alias)?.name) ?? '') === wanted),
    )
    const possible = named.length > 0 ? named : known
    if (possible.length <= 1 || !recording) return possible.length === 1 ? possible[0] : undefined
    const makers = await this.#makersOf(recording, signal)
    return possible.find((artist) => makers.has(`${artist.id}`.toLowerCase()))
  }

  /** Ids of the artists of a recording. */
  async #makersOf(
    { isrc, mbid }: NonNullable<ArtistGap['recording']>,
    signal: AbortSignal | undefined,
  ): Promise<ReadonlySet<string>> {
    const path = isrc ? `/isrc/${encodeURIComponent(isrc)}` : `/recording/${encodeURIComponent(mbid ?? '')}`
    const query = { inc: 'artist-credits', fmt: 'json' }
    const json = asFields(await this.#unlessNone(path, query, `recording ${isrc ?? mbid}`, signal))
    const recordings = isrc ? (asList(json?.recordings) ?? []) : [json]
    const credits = recordings.flatMap((each) => asList(asFields(each)?.['artist-credit']) ?? [])
    return new Set(credits.flatMap((each) => asText(asFields(asFields(each)?.artist)?.id)?.toLowerCase() ?? []))
  }

  async #search(
    query: string,
    limit: number,
    subject: string,
    signal: AbortSignal | undefined,
  ): Promise<readonly Fields[]> {
    const json = asFields(await this.client.get('/artist', { query: { query, limit, fmt: 'json' }, subject, signal }))
    const artists = asList(json?.artists)
    if (!artists) throw new ServiceError('unexpected', { service: musicbrainzService.name, subject })
    return artists.map(asFields).filter((artist) => artist !== undefined)
  }

  async #unlessNone(
    path: string,
    query: Readonly<Record<string, string | readonly string[]>>,
    subject: string,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    try {
      return await this.client.get(path, { query, subject, signal })
    } catch (error) {
      if (error instanceof ServiceError && error.kind === 'not-found') return undefined
      throw error
    }
  }
}

function mbidOf({ ids }: ArtistGap): string | undefined {
  return ids.mbid && mbidForm.test(ids.mbid) ? ids.mbid.toLowerCase() : undefined
}

function answer(gap: ArtistGap, artist: Fields, known: ReadonlySet<string>): Answer<ArtistGap, readonly string[]> {
  const words = (asList(artist.tags) ?? []).flatMap((each) => {
    const tag = asFields(each)
    const name = asText(tag?.name)
    return name ? [{ name, count: asNumber(tag?.count) ?? 0 }] : []
  })
  const genres = genresAmong(words, { artist: gap.name, least: 1, known })
  return genres.length > 0 ? { gap, value: genres } : { gap }
}
