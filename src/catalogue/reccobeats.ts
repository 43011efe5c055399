import { ServiceClient, type ServiceClientOptions } from '../services/service-client.ts'
import { ServiceError } from '../services/service-error.ts'
import { asFields, asList, asText, type Fields } from '../spotify/shape.ts'
import type { TrackGap } from '../store/feature-store.ts'
import type { AudioFeatures } from '../taste/audio-features.ts'
import { audioFrom } from './audio-answer.ts'
import { type Answer, usualAge } from './provider.ts'
import { ServiceProvider } from './service-provider.ts'

export const reccobeatsService = { name: 'ReccoBeats', address: 'https://api.reccobeats.com/v1' } as const
/** Its limits are unpublished. */
export const reccobeatsLimits = { perSecond: 2, burst: 2, concurrency: 2, perDay: Number.POSITIVE_INFINITY }

const spotifyId = /^[0-9A-Za-z]{22}$/
const isrcForm = /^[A-Z]{2}[0-9A-Z]{3}\d{7}$/
const day = 86_400

/**
 * Audio features from ReccoBeats, an open stand-in for Spotify's: 40 tracks a request, by Spotify id or ISRC. An answer
 * says by `href` and `isrc` which track it is about: neither its own id nor the order does, and tracks that it doesn't know
 * are missing in it.
 */
export class ReccoBeats extends ServiceProvider<TrackGap, AudioFeatures> {
  readonly batch = 40
  /** The policy table keeps its values for thirty days. */
  override readonly age = { ...usualAge, found: 30 * day }

  constructor(options: ServiceClientOptions) {
    super('reccobeats', 'reccobeats', new ServiceClient(reccobeatsService, options))
  }

  takes(gap: TrackGap): boolean {
    return idOf(gap) !== undefined
  }

  protected async *answers(
    gaps: readonly TrackGap[],
    signal: AbortSignal | undefined,
  ): AsyncGenerator<readonly Answer<TrackGap, AudioFeatures>[]> {
    const ids = new Set(gaps.flatMap((gap) => idOf(gap) ?? []))
    if (ids.size === 0) return
    const subject = `audio features of ${ids.size} tracks`
    const json = await this.client.get('/audio-features', { query: { ids: [...ids].join(',') }, subject, signal })
    const content = asList(asFields(json)?.content)
    if (!content) throw new ServiceError('unexpected', { service: reccobeatsService.name, subject })
    const found = new Map<string, AudioFeatures>()
    for (const each of content) {
      const fields = asFields(each)
      const audio = fields && audioFrom(fields)
      if (audio) for (const id of idsOf(fields)) if (!found.has(id)) found.set(id, audio)
    }
    yield gaps.map((gap) => {
      const audio = found.get(idOf(gap) ?? '')
      return audio ? { gap, value: audio } : { gap }
    })
  }
}

/** What a track is asked for by. */
function idOf({ ids }: TrackGap): string | undefined {
  if (ids.spotify && spotifyId.test(ids.spotify)) return ids.spotify
  const isrc = ids.isrc?.toUpperCase().replaceAll('-', '')
  return isrc && isrcForm.test(isrc) ? isrc : undefined
}

/** Ids of the track that an answer is about. */
function idsOf({ href, isrc }: Fields): readonly string[] {
  const spotify = /^https?:\/\/open\.spotify\.com\/(?:intl-[\w-]+\/)?track\/(?<id>[0-9A-Za-z]{22})(?:[/?#]|$)/.exec(
    asText(href) ?? '',
  )?.groups?.id
  return [spotify, asText(isrc)?.toUpperCase().replaceAll('-', '')].filter((id) => id !== undefined)
}
