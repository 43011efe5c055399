import type { FeatureGroups } from '../groups/feature-groups.ts'
import type { FrontAnswer } from '../http-front.ts'
import { failure, ok, type Routes } from '../routes.ts'
import { fsQuery } from './fs-query.ts'
import type { QueryDto } from './query-dto.ts'
import { QueryRefusal } from './query-plan.ts'

/** Queries turned into text. @param secret that payloads for the query service are signed with */
export function queryRoutes(groups: FeatureGroups, project: string, secret: string): Routes {
  return {
    'PUT /project/{pid}/featurestores/query': ({ body }) =>
      refusing(() => ok(fsQuery(body as QueryDto, groups, project, secret))),
  }
}

/** What can't be queried is answered as Hopsworks says it. */
export function refusing(answer: () => FrontAnswer): FrontAnswer {
  try {
    return answer()
  } catch (error) {
    if (error instanceof QueryRefusal) return failure(error.status, error.code, error.message)
    throw error
  }
}
