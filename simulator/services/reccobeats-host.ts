import { type Answer, ok } from '../spotify/answer.ts'
import { isOneOf } from '../world/chance.ts'
import { isrcOf, mbidOf, numberOfIsrc } from '../world/foreign-ids.ts'
import { idOf, numberOf } from '../world/ids.ts'
import type { World } from '../world/world.ts'
import type { ServiceHost, ServiceRequest } from './host.ts'

const most = 40
/** Of a thousand tracks that Spotify has measured, so many it doesn't know. */
const unknown = 100

/** A simulated ReccoBeats: audio features by Spotify id or ISRC, in an order of its own, unknown ids left out. */
export class ReccoBeatsHost implements ServiceHost {
  readonly prefix = '/reccobeats/v1'
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  route({ path }: ServiceRequest): string {
    return `reccobeats ${path === '/audio-features' ? path : 'elsewhere'}`
  }

  limit() {
    return { requests: 20, window: 10_000 }
  }

  refusal(seconds: number): Answer {
    return { status: 429, text: 'Too Many Requests', headers: { 'retry-after': `${seconds}` } }
  }

  answer({ path, query }: ServiceRequest): Answer {
    if (path !== '/audio-features') return { status: 404, json: { error: 'Not Found', path } }
    const ids = (query.get('ids') ?? '').split(',').filter(Boolean)
    if (ids.length === 0 || ids.length > most)
      return { status: 400, json: { error: 4001, errors: { ids: `size must be between 1 and ${most}` } } }
    const content = [...new Set(ids)].flatMap((id) => this.#features(id) ?? []).reverse()
    return ok({ content })
  }

  #features(given: string): object | undefined {
    const { seed } = this.#world
    const number = numberOfIsrc(given) ?? numberOf(seed, 'track', given)
    if (number === undefined) return undefined
    const spotify = idOf(seed, 'track', number)
    const audio = this.#world.audio(spotify)
    if (!audio || isOneOf(unknown, seed, 281, number)) return undefined
    const { durationMs: _, timeSignature: __, ...features } = audio
    return {
      id: mbidOf(seed, 'track', number),
      href: `https://open.spotify.com/track/${spotify}`,
      isrc: isrcOf(number),
      ...features,
    }
  }
}
