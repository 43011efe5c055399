import type { RowCodec } from '../avro/row-codec.ts'
import type { FeatureValue, Row } from '../groups/feature-types.ts'
import { featureValueOf } from '../groups/online-values.ts'
import type { OpenSearch } from './open-search.ts'
import { columnOf, type Documents } from './query.ts'

export interface Hit {
  readonly _id: string
  readonly _score: number | null
  readonly _source?: Readonly<Record<string, unknown>>
  readonly sort?: readonly unknown[]
}

/** As many as one search returns, or searches for, at most. */
export const mostHits = 10_000

/** Searches in one group's documents, and tells what they mean. */
export class DocumentsReader {
  readonly documents: Documents
  readonly openSearch: OpenSearch
  readonly #codec: (signal: AbortSignal | undefined) => Promise<RowCodec>

  constructor(
    documents: Documents,
    openSearch: OpenSearch,
    codec: (signal: AbortSignal | undefined) => Promise<RowCodec>,
  ) {
    this.documents = documents
    this.openSearch = openSearch
    this.#codec = codec
  }

  /** Those that are wanted, or all. */
  features(wanted: readonly string[] | undefined): readonly string[] {
    return wanted ?? this.documents.features.map(({ name }) => name)
  }

  columns(features: readonly string[]): string[] {
    return features.map((name) => columnOf(this.documents, name))
  }

  async search(body: unknown, signal: AbortSignal | undefined): Promise<readonly Hit[]> {
    const { documents, openSearch } = this
    const answer = (await openSearch.ask({
      method: 'POST',
      path: `/${documents.index}/_search`,
      json: body,
      subject: `search in "${documents.group}"`,
      repeatable: true,
      signal,
    })) as { hits?: { hits?: Hit[] } } | null
    return answer?.hits?.hits ?? []
  }

  async rows(hits: readonly Hit[], features: readonly string[], signal: AbortSignal | undefined): Promise<Row[]> {
    const { documents } = this
    const codec = await this.#codec(signal)
    const columns = features.map((name) => ({
      column: columnOf(documents, name),
      feature: documents.features.find((feature) => feature.name === name)!,
    }))
    return hits.map(({ _source = {} }) =>
      Object.fromEntries(
        columns.map(({ column, feature }): [string, FeatureValue] => [
          feature.name,
          featureValueOf(feature, _source[column], (name, bytes) => codec.decodeComplex(name, bytes)),
        ]),
      ),
    )
  }
}
