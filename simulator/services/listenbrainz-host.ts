import { type Answer, ok } from '../spotify/answer.ts'
import { isOneOf } from '../world/chance.ts'
import { mbidOf } from '../world/foreign-ids.ts'
import { numberOf } from '../world/ids.ts'
import type { SimulatedTrack, World } from '../world/world.ts'
import type { RateState, ServiceHost, ServiceRequest } from './host.ts'
import { listensOf, playedBy } from './listening.ts'
import type { NameIndex } from './names.ts'

/** The token that a simulated ListenBrainz accepts. */
export const simulatedToken = '00000000-5150-4000-8000-000000000000'

const mostListens = 1000
/** Of a thousand listeners, so many have no statistics yet; of a thousand tracks, so many are not mapped. */
const withoutStatistics = 100
const unmapped = 200
const similarCount = 20

const routes: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['listens', /^\/1\/user\/(?<name>[^/]+)\/listens$/],
  ['listen-count', /^\/1\/user\/(?<name>[^/]+)\/listen-count$/],
  ['similar-users', /^\/1\/user\/(?<name>[^/]+)\/similar-users$/],
  ['similar-to', /^\/1\/user\/(?<name>[^/]+)\/similar-to\/(?<other>[^/]+)$/],
  ['stats', /^\/1\/stats\/user\/(?<name>[^/]+)\/(?<of>artists|recordings)$/],
]

/** A simulated ListenBrainz: listens by time, statistics, similar users, with its rate headers. */
export class ListenBrainzHost implements ServiceHost {
  readonly prefix = '/listenbrainz'
  readonly #world: World
  readonly #names: NameIndex

  constructor(world: World, names: NameIndex) {
    this.#world = world
    this.#names = names
  }

  route({ path }: ServiceRequest): string {
    return `listenbrainz ${routes.find(([, pattern]) => pattern.test(path))?.[0] ?? 'elsewhere'}`
  }

  /** A token doubles it. */
  limit({ headers }: ServiceRequest) {
    return { requests: headers.authorization ? 60 : 30, window: 10_000 }
  }

  refusal(): Answer {
    return failure(429, 'You have exceeded your rate limit. See the X-RateLimit-* response headers for details')
  }

  rateHeaders({ limit, remaining, resetIn }: RateState): Readonly<Record<string, string>> {
    return {
      'x-ratelimit-limit': `${limit}`,
      'x-ratelimit-remaining': `${remaining}`,
      'x-ratelimit-reset-in': `${resetIn}`,
    }
  }

  answer({ path, query, headers }: ServiceRequest): Answer {
    if (headers.authorization && headers.authorization !== `Token ${simulatedToken}`)
      return failure(401, 'Invalid authorization token.')
    for (const [route, pattern] of routes) {
      const parts = pattern.exec(path)?.groups
      if (!parts) continue
      const name = decodeURIComponent(parts.name!)
      const i = this.#names.listener(name)
      if (i === undefined) return failure(404, `Cannot find user: ${name}`)
      if (route === 'listens') return this.#listens(i, query)
      if (route === 'listen-count') return ok({ payload: { count: listensOf(this.#world, i).length } })
      if (route === 'similar-users') return ok({ payload: this.#similar(i) })
      if (route === 'stats') return this.#statistics(i, parts.of as 'artists' | 'recordings', query)
      const other = this.#similar(i).find(({ user_name }) => user_name === decodeURIComponent(parts.other!))
      return other ? ok({ payload: other }) : failure(404, 'Similar-to user not found')
    }
    return failure(404, 'The requested URL was not found on the server.')
  }

  #listens(i: number, query: URLSearchParams): Answer {
    const [before, after] = [query.get('max_ts'), query.get('min_ts')]
    if (before !== null && after !== null) return failure(400, 'You may only specify max_ts or min_ts, not both.')
    const count = Number(query.get('count') ?? 25)
    if (!Number.isInteger(count) || count < 1) return failure(400, 'count must be a positive number')
    const all = listensOf(this.#world, i)
    const found = all.filter(
      ({ at }) => (before === null || at < Number(before)) && (after === null || at > Number(after)),
    )
    const size = Math.min(count, mostListens)
    const listens = after === null ? found.slice(0, size) : found.slice(-size)
    return ok({
      payload: {
        count: listens.length,
        user_id: this.#world.listener(i).name,
        latest_listen_ts: all[0]?.at ?? 0,
        oldest_listen_ts: all.at(-1)?.at ?? 0,
        listens: listens.map(({ track, at }) => ({
          listened_at: at,
          recording_msid: mbidOf(this.#world.seed + 1, 'track', numberOf(this.#world.seed, 'track', track.id)!),
          user_name: this.#world.listener(i).name,
          inserted_at: at + 5,
          track_metadata: this.#metadata(track),
        })),
      },
    })
  }

  #metadata(track: SimulatedTrack): object {
    const { seed } = this.#world
    const number = numberOf(seed, 'track', track.id)!
    const artists = track.artists.map(({ id, name }, at) => ({
      artist_mbid: mbidOf(seed, 'artist', numberOf(seed, 'artist', id)!),
      artist_credit_name: name,
      join_phrase: at === track.artists.length - 1 ? '' : ' feat. ',
    }))
    return {
      artist_name: artists.map(({ artist_credit_name, join_phrase }) => artist_credit_name + join_phrase).join(''),
      track_name: track.title,
      release_name: track.album.title,
      additional_info: {
        ...(isOneOf(500, seed, 311, number) && { spotify_id: `https://open.spotify.com/track/${track.id}` }),
        duration_ms: track.durationMs,
        submission_client: 'simulated',
      },
      ...(!isOneOf(unmapped, seed, 312, number) && {
        mbid_mapping: {
          recording_mbid: mbidOf(seed, 'track', number),
          recording_name: track.title,
          artist_mbids: artists.map(({ artist_mbid }) => artist_mbid),
          artists,
          caa_id: null,
        },
      }),
    }
  }

  #statistics(i: number, of: 'artists' | 'recordings', query: URLSearchParams): Answer {
    if (isOneOf(withoutStatistics, this.#world.seed, 313, i)) return { status: 204 }
    const { seed } = this.#world
    const played = playedBy(this.#world, i)
    const plays = new Map<string, { artist_name: string; artist_mbid: string; listen_count: number }>()
    for (const { track, plays: times } of played) {
      const { id, name } = track.artists[0]!
      const artist_mbid = mbidOf(seed, 'artist', numberOf(seed, 'artist', id)!)
      const known = plays.get(id) ?? { artist_name: name, artist_mbid, listen_count: 0 }
      plays.set(id, { ...known, listen_count: known.listen_count + times })
    }
    const rows =
      of === 'artists'
        ? [...plays.values()].sort(
            (a, b) => b.listen_count - a.listen_count || (a.artist_mbid < b.artist_mbid ? -1 : 1),
          )
        : played.map(({ track, plays: listen_count }) => ({
            track_name: track.title,
            artist_name: track.artists.map(({ name }) => name).join(' feat. '),
            artist_mbids: track.artists.map(({ id }) => mbidOf(seed, 'artist', numberOf(seed, 'artist', id)!)),
            recording_mbid: mbidOf(seed, 'track', numberOf(seed, 'track', track.id)!),
            release_name: track.album.title,
            listen_count,
          }))
    const offset = Number(query.get('offset') ?? 0)
    const page = rows.slice(offset, offset + Math.min(Number(query.get('count') ?? 25), 100))
    return ok({
      payload: {
        [of]: page,
        count: page.length,
        [`total_${of.slice(0, -1)}_count`]: rows.length,
        offset,
        range: query.get('range') ?? 'all_time',
        user_id: this.#world.listener(i).name,
        last_updated: 1_793_500_000,
      },
    })
  }

  /** Listeners of the same main community, those who share more artists first. */
  #similar(i: number): readonly { readonly user_name: string; readonly similarity: number }[] {
    const mine = this.#artistsOf(i)
    const [main] = this.#world.listener(i).communities
    const found: { user_name: string; similarity: number }[] = []
    for (let other = 0; other < this.#world.listeners; other++) {
      if (other === i || this.#world.listener(other).communities[0]?.genre !== main?.genre) continue
      const theirs = this.#artistsOf(other)
      const shared = [...theirs].filter((artist) => mine.has(artist)).length
      const similarity = shared / (mine.size + theirs.size - shared)
      if (shared > 0) found.push({ user_name: this.#world.listener(other).name, similarity })
    }
    return found.sort((a, b) => b.similarity - a.similarity).slice(0, similarCount)
  }

  #artistsOf(i: number): ReadonlySet<string> {
    return new Set(playedBy(this.#world, i).map(({ track }) => track.artists[0]!.id))
  }
}

function failure(code: number, error: string): Answer {
  return { status: code, json: { code, error } }
}
