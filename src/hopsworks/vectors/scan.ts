import { HopsworksError } from '../error.ts'
import type { ScanOptions } from '../groups/feature-group.ts'
import type { Row } from '../groups/feature-types.ts'
import { type DocumentsReader, type Hit, mostHits } from './documents-reader.ts'
import { allClause, columnOf } from './query.ts'

/** All rows as they were at the beginning, page by page, in no order. Needs the permission to scroll. */
export async function* scroll(
  reader: DocumentsReader,
  { filter, features, pageSize = 1_000, signal }: ScanOptions,
): AsyncGenerator<Row[], void, undefined> {
  const { documents, openSearch } = reader
  const wanted = reader.features(features)
  const subject = `rows of "${documents.group}"`
  const body = {
    size: Math.min(mostHits, pageSize),
    query: allClause(documents, filter),
    _source: reader.columns(wanted),
    sort: ['_doc'],
  }
  let answer = (await openSearch.ask({
    method: 'POST',
    path: `/${documents.index}/_search`,
    query: { scroll: '2m' },
    json: body,
    subject,
    repeatable: true,
    signal,
  })) as { _scroll_id?: string; hits?: { hits?: Hit[] } } | null
  try {
    for (;;) {
      const hits = answer?.hits?.hits ?? []
      if (hits.length === 0) return
      yield await reader.rows(hits, wanted, signal)
      // Not repeatable: the server has moved on.
      answer = (await openSearch.ask({
        method: 'POST',
        path: '/_search/scroll',
        json: { scroll: '2m', scroll_id: answer?._scroll_id },
        subject,
        signal,
      })) as typeof answer
    }
  } finally {
    const id = answer?._scroll_id
    const json = { scroll_id: [id] }
    if (id) await openSearch.ask({ method: 'DELETE', path: '/_search/scroll', json, subject }).catch(() => {})
  }
}

/** Each page begins where the last one ended; of the last value, what was already given is left out. */
export async function* inOrder(
  reader: DocumentsReader,
  options: ScanOptions,
  orderBy: string,
): AsyncGenerator<Row[], void, undefined> {
  const { documents } = reader
  const { filter, pageSize = 1_000, signal } = options
  const wanted = reader.features(options.features)
  const column = columnOf(documents, orderBy)
  const most = Math.min(mostHits, Math.max(1, pageSize))
  let size = most
  let from: unknown
  let given = new Set<string>()
  for (;;) {
    const after = from === undefined ? { exists: { field: column } } : { range: { [column]: { gte: from } } }
    const query = { bool: { must: [allClause(documents, filter), after] } }
    const sort = [{ [column]: 'asc' }]
    const hits = await reader.search({ size, query, sort, _source: reader.columns(wanted) }, signal)
    const fresh = hits.filter((hit) => !given.has(hit._id))
    if (fresh.length > 0) yield await reader.rows(fresh, wanted, signal)
    if (hits.length < size) return
    const last = hits.at(-1)?.sort?.[0]
    if (fresh.length === 0)
      throw new HopsworksError(
        'opensearch',
        `more than ${mostHits} rows of "${documents.group}" share one "${orderBy}"`,
        { do: 'order by a feature whose values differ' },
      )
    const ended = hits.filter((hit) => hit.sort?.[0] === last).map((hit) => hit._id)
    given = last === from ? new Set([...given, ...ended]) : new Set(ended)
    // All that was given comes again, before anything new.
    size = Math.min(mostHits, most + given.size)
    from = last
  }
}
