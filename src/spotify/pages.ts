import type { SpotifyClient } from './client.ts'
import { SpotifyError } from './errors.ts'
import { asCount, asFields, asList, asText } from './shape.ts'

export interface Page {
  /** Elements may be null or anything else. */
  readonly items: readonly unknown[]
  /** As the answer states it; nulls count. */
  readonly total?: number
}

interface Start {
  readonly path: string
  readonly query?: Readonly<Record<string, string | number>>
  /** What is asked for, for the error. */
  readonly subject: string
}

/** Elements a page, everywhere that we read: the documented maximum. */
export const pageSize = 50
const smallestPage = 10
/** Spotify's own end is an offset of 100,000. */
const mostPages = 2_100

/**
 * Reads a paged list, one page at a time. Of a link to the next page only the query is used, after its host is checked:
 * the path may be one that this app may not use. Offsets must grow, so that no link leads in circles.
 */
export class PageCursor {
  readonly #client: SpotifyClient
  readonly #subject: string
  readonly #path: string
  #query: Readonly<Record<string, string | number>>
  #finished = false
  #pages = 0

  constructor(client: SpotifyClient, { path, query, subject }: Start) {
    this.#client = client
    this.#path = path
    this.#query = { limit: pageSize, ...query }
    this.#subject = subject
  }

  get finished(): boolean {
    return this.#finished
  }

  /** Pages read so far. */
  get pages(): number {
    return this.#pages
  }

  /**
   * The next page, or the first. Asks for half as much at a time when Spotify keeps failing at it.
   * @throws SpotifyError, also `endless-pages`, `foreign-host` and `unexpected` for an answer without items.
   */
  async next(signal?: AbortSignal): Promise<Page> {
    const json = await this.#get(signal)
    const { items, next, total } = asFields(json) ?? {}
    const elements = asList(items)
    if (elements === undefined) throw new SpotifyError('unexpected', { subject: this.#subject, said: 'no items' })
    this.#pages++
    const link = asText(next)
    // Some answers name a next page after an empty one.
    if (link === undefined || elements.length === 0) this.#finished = true
    else this.#query = this.#following(link)
    const stated = asCount(total)
    return { items: elements, ...(stated !== undefined && { total: stated }) }
  }

  async #get(signal: AbortSignal | undefined): Promise<unknown> {
    for (;;) {
      try {
        return await this.#client.get(this.#path, { query: this.#query, subject: this.#subject, signal })
      } catch (error) {
        const limit = Math.floor(Number(this.#query.limit) / 2)
        const tooMuch = error instanceof SpotifyError && (error.kind === 'server-trouble' || error.kind === 'timed-out')
        if (!tooMuch || !(limit >= smallestPage)) throw error
        this.#query = { ...this.#query, limit }
      }
    }
  }

  #following(link: string): Readonly<Record<string, string | number>> {
    const { query } = this.#client.locate(link, this.#subject)
    const [before, after] = [Number(this.#query.offset ?? 0), Number(query.offset ?? Number.NaN)]
    if (!(after > before) || this.#pages >= mostPages)
      throw new SpotifyError('endless-pages', { subject: this.#subject })
    // What the link forgot to repeat still holds.
    return { ...this.#query, ...query }
  }
}
