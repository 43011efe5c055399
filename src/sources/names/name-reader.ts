import type { Origin } from '../../taste/provenance.ts'
import type { Reading } from '../export/collector.ts'

/** Services where people are known by a name that anybody may ask about. */
export const nameServices = ['listenbrainz', 'lastfm'] as const
export type NameService = (typeof nameServices)[number]

/** Somebody as a service calls them. */
export interface NamedPerson {
  /** In the service's own spelling. */
  readonly name: string
  readonly url: string
}

/** One state of the reading of a person. */
export type NamedReading =
  /** Nothing was played since the last reading. */
  | { readonly state: 'unchanged'; readonly person: NamedPerson }
  | {
      /** `beginning`: from a few requests, and a better one follows. */
      readonly state: 'beginning' | 'whole'
      readonly person: NamedPerson
      readonly reading: Pick<Reading, 'items' | 'report'>
      /** What the next reading wants to know of this one. */
      readonly notes: string
    }

/** Reads what people of one service listen to. */
export interface NameReader {
  readonly service: NameService
  /** As people write it. */
  readonly title: string
  /** Where the answers come from, as the last one told: `simulated` where a simulator answered. */
  readonly origin: Origin
  /** Requests sent so far. */
  readonly requests: number
  /**
   * Yields what is known after a few requests, where that is quicker, then the whole.
   * @param options.notes of the last reading
   * @throws ServiceError
   */
  read(
    name: string,
    options: { readonly notes?: string | undefined; readonly signal?: AbortSignal | undefined },
  ): AsyncIterable<NamedReading>
  /** To be called at the end. */
  close(): Promise<void>
}

const form = /^(?<service>listenbrainz|lastfm):(?<name>[^\p{Cc}/\\?#]{1,64})$/u

/** `listenbrainz:NAME` or `lastfm:NAME` taken apart; undefined for everything else. */
export function parseNamed(text: string): { readonly service: NameService; readonly name: string } | undefined {
  const parts = form.exec(text.trim())?.groups
  return parts && { service: parts.service as NameService, name: parts.name!.trim() }
}
