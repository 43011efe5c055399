import type { FeatureGroupDto } from '../groups/feature-group.ts'
import type { FrontAnswer, FrontRequest } from '../http-front.ts'
import type { Message } from '../ingestion/message.ts'

/** What holds the rows of feature groups with an embedding index: an index of this process, or a real OpenSearch. */
export interface SearchBackend {
  /** Makes the index of a new feature group, or adds its fields to the one it shares. */
  create(group: FeatureGroupDto): Promise<void>
  /** Deletes its documents, and its index when it has one of its own. */
  drop(group: FeatureGroupDto): Promise<void>
  apply(messages: readonly Message[]): Promise<void>
  /** Answers a client's request as OpenSearch does; who may ask has been decided. */
  answer(request: FrontRequest): Promise<FrontAnswer>
  close(): Promise<void>
}
