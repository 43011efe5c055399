import { listenbrainzService } from '../../services/listenbrainz.ts'
import { ServiceClient, type ServiceClientOptions } from '../../services/service-client.ts'
import { ServiceError } from '../../services/service-error.ts'
import { asCount, asFields, asList, asText, type Fields } from '../../spotify/shape.ts'
import { Collector } from '../export/collector.ts'
import { listenOf } from '../listenbrainz-export/listenbrainz-export.ts'
import type { NamedPerson, NamedReading, NameReader } from '../names/name-reader.ts'
import { ServiceReader } from '../names/service-reader.ts'
import { addStatistics, recordingsIn, type Statistics } from './statistics.ts'

/** What one request for listens, or for statistics, may give. */
const page = { listens: 1000, statistics: 100 }

export interface ListenBrainzLimits {
  /** A history of at most so many listens is read play by play; of a longer one the newest of them, beside the statistics. */
  readonly listens: number
  /** Recordings that are asked for of the statistics of a longer one. */
  readonly recordings: number
}

const usualLimits: ListenBrainzLimits = { listens: 20_000, recordings: 1000 }

interface Asked {
  readonly signal: AbortSignal | undefined
}

/** Somebody whose listens are to be read. */
interface Someone extends Asked {
  readonly person: NamedPerson
  /** `/1/user/NAME`. */
  readonly path: string
}

/**
 * Reads what somebody listens to from ListenBrainz: first the statistics, which take two requests, then the listens
 * themselves, by time, a thousand a request.
 */
export class ListenBrainz extends ServiceReader implements NameReader {
  readonly service = 'listenbrainz'
  readonly title = 'ListenBrainz'
  readonly #limits: ListenBrainzLimits

  /** @param token of somebody at ListenBrainz; without one fewer requests are allowed. */
  constructor(
    options: ServiceClientOptions,
    { token, limits = usualLimits }: { readonly token?: string | undefined; readonly limits?: ListenBrainzLimits } = {},
  ) {
    options.secrets.keep(token)
    const headers = { ...options.headers, ...(token && { authorization: `Token ${token}` }) }
    super(new ServiceClient(listenbrainzService, { ...options, headers }), 'listenbrainz')
    this.#limits = limits
  }

  async *read(
    name: string,
    { notes, signal }: { readonly notes?: string | undefined; readonly signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<NamedReading> {
    const path = `/1/user/${encodeURIComponent(name)}`
    const newest = await this.#payload(`${path}/listens`, { count: 1 }, `listens of "${name}"`, { signal })
    const own = asText(newest.user_id) ?? name
    const person = { name: own, url: `https://listenbrainz.org/user/${encodeURIComponent(own)}/` }
    const counted = await this.#payload(`${path}/listen-count`, {}, `number of listens of "${own}"`, { signal })
    const count = asCount(counted.count) ?? 0
    // Somebody may import what they played long ago.
    const state = JSON.stringify({ latest: newest.latest_listen_ts ?? null, count })
    if (notes === state) {
      yield { state: 'unchanged', person }
      return
    }
    const someone = { person, path, signal }
    const isLong = count > this.#limits.listens
    const statistics = count > page.listens ? await this.#statistics(someone, page.statistics) : undefined
    if (statistics) {
      const quick = new Collector()
      quick.begin(`ListenBrainz: ${own}`, 'ListenBrainz statistics')
      addStatistics(statistics, new Map(), quick)
      yield { state: 'beginning', person, reading: quick.finish(), notes: '' }
    }
    const whole = new Collector()
    whole.begin(`ListenBrainz: ${own}`, 'ListenBrainz listens')
    const all = isLong ? await this.#statistics(someone, this.#limits.recordings, statistics) : undefined
    if (all) {
      const recent = new Collector()
      await this.#listens(someone, recent)
      const { items } = recent.finish()
      for (let row = 0; row < all.recordings.length; row++) whole.row()
      addStatistics(
        all,
        new Map(items.map((item) => [`${item.artists[0]}\u0001${item.track}`.toLowerCase(), item])),
        whole,
      )
      whole.advise(
        `You have ${count.toLocaleString('en-US')} listens: we read your most played tracks and your newest ${this.#limits.listens.toLocaleString('en-US')} listens.`,
      )
    } else await this.#listens(someone, whole)
    yield { state: 'whole', person, reading: whole.finish(), notes: state }
  }

  /**
   * People whom ListenBrainz finds similar to somebody, the most similar first, with its own measure of it.
   * @throws ServiceError
   */
  async similar(
    name: string,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<readonly { readonly name: string; readonly similarity: number }[]> {
    const subject = `people similar to "${name}"`
    const json = await this.client.get(`/1/user/${encodeURIComponent(name)}/similar-users`, { subject, signal })
    return (asList(asFields(json)?.payload) ?? []).flatMap((each) => {
      const fields = asFields(each)
      const similarity = Number(fields?.similarity)
      const other = asText(fields?.user_name)
      return other && Number.isFinite(similarity) ? [{ name: other, similarity }] : []
    })
  }

  /** Adds listens, the newest first, until there are no more or there are enough. */
  async #listens({ person, path, signal }: Someone, into: Collector): Promise<void> {
    const seen = new Set<string>()
    let left = this.#limits.listens
    let before: number | undefined
    while (left > 0) {
      const query = { count: Math.min(page.listens, left), ...(before !== undefined && { max_ts: before }) }
      const payload = await this.#payload(`${path}/listens`, query, `listens of "${person.name}"`, { signal })
      const listens = (asList(payload.listens) ?? []).map(asFields).filter((each) => each !== undefined)
      let fresh = 0
      let oldest = Number.POSITIVE_INFINITY
      for (const listen of listens) {
        const at = Number(listen.listened_at)
        if (Number.isFinite(at)) oldest = Math.min(oldest, at)
        const id = `${listen.listened_at} ${asText(listen.recording_msid) ?? JSON.stringify(listen.track_metadata)}`
        if (seen.has(id)) continue
        seen.add(id)
        fresh++
        into.row()
        listenOf(listen, into, `listen ${seen.size}`)
      }
      left -= fresh
      if (listens.length === 0 || !Number.isFinite(oldest)) return
      // `max_ts` leaves that second itself out: more listens of it may be on the next page. A page that brings nothing new
      // is a second that is full.
      const next = fresh > 0 ? oldest + 1 : oldest
      // A server that gives the same page again and again has nothing more to say.
      if (fresh === 0 && before !== undefined && next >= before) return
      before = next
      // Only the newest of them need be known again.
      if (seen.size > 4 * page.listens) for (const id of seen) if (!id.startsWith(`${oldest} `)) seen.delete(id)
    }
  }

  async #statistics(someone: Someone, most: number, known?: Statistics): Promise<Statistics | undefined> {
    const artists = known?.artists ?? (await this.#ranked(someone, 'artists', page.statistics))
    const recordings = await this.#ranked(someone, 'recordings', most, known?.recordingRows)
    return artists && recordings ? recordingsIn(artists, recordings) : undefined
  }

  /** Undefined while ListenBrainz has not computed them. */
  async #ranked(
    { person, signal }: Someone,
    of: 'artists' | 'recordings',
    most: number,
    known: readonly Fields[] = [],
  ): Promise<readonly Fields[] | undefined> {
    const rows: Fields[] = [...known]
    while (rows.length < most) {
      const json = await this.client.get(`/1/stats/user/${encodeURIComponent(person.name)}/${of}`, {
        query: { count: page.statistics, offset: rows.length, range: 'all_time' },
        subject: `statistics of "${person.name}"`,
        signal,
      })
      if (json === undefined) return undefined
      const found = (asList(asFields(asFields(json)?.payload)?.[of]) ?? [])
        .map(asFields)
        .filter((row) => row !== undefined)
      rows.push(...found)
      if (found.length < page.statistics) break
    }
    return rows
  }

  async #payload(
    path: string,
    query: Readonly<Record<string, string | number>>,
    subject: string,
    { signal }: Asked,
  ): Promise<Fields> {
    const payload = asFields(asFields(await this.client.get(path, { query, subject, signal }))?.payload)
    if (payload) return payload
    throw new ServiceError('unexpected', { service: listenbrainzService.name, subject })
  }
}
