import { type Answer, failure, ok } from './answer.ts'

/** Where a list is asked for, and how. */
export interface PageRequest {
  /** Address of the list, without query. */
  readonly href: string
  readonly query: URLSearchParams
}

interface PageSize {
  readonly usual: number
  readonly most: number
  readonly furthest?: number
}

/** `limit` and `offset` of a request. */
export function placeOf(
  query: URLSearchParams,
  size: PageSize,
): { readonly limit: number; readonly offset: number } | Answer {
  const limit = wholeNumber(query.get('limit'), size.usual)
  if (limit === undefined || limit < 1 || limit > size.most) return failure(400, 'Invalid limit')
  const offset = wholeNumber(query.get('offset'), 0)
  if (offset === undefined || offset > (size.furthest ?? 100_000)) return failure(400, 'Invalid offset')
  return { limit, offset }
}

/**
 * One page of a list, with absolute links that repeat the query.
 * @param nextHref address in the links, where that is another one
 */
export function pageOf<T>(
  list: readonly T[],
  request: PageRequest,
  size: PageSize,
  render: (element: T) => unknown,
  nextHref = request.href,
): Record<string, unknown> | Answer {
  const place = placeOf(request.query, size)
  if ('status' in place) return place
  const { limit, offset } = place
  const link = (to: number) => {
    const query = new URLSearchParams(request.query)
    query.set('offset', `${to}`)
    query.set('limit', `${limit}`)
    return `${nextHref}?${query}`
  }
  return {
    href: `${request.href}?${new URLSearchParams([...request.query].filter(([name]) => name !== 'fields'))}`,
    items: list.slice(offset, offset + limit).map(render),
    limit,
    next: offset + limit < list.length ? link(offset + limit) : null,
    offset,
    previous: offset > 0 ? link(Math.max(0, offset - limit)) : null,
    total: list.length,
  }
}

/** A page as an answer; a refusal stays one. */
export function asAnswer(page: Record<string, unknown> | Answer): Answer {
  return isAnswer(page) ? page : ok(page)
}

export function isAnswer(page: Record<string, unknown> | Answer): page is Answer {
  return typeof page.status === 'number'
}

function wholeNumber(text: string | null, otherwise: number): number | undefined {
  if (text === null) return otherwise
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined
}
