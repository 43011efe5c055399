import type { HttpRequest, Refusal } from './http/http-service.ts'

/** What an API key must be allowed, by the path that is asked. */
const scopes: readonly (readonly [RegExp, string])[] = [
  [/\/dataset\/upload\//, 'DATASET_CREATE'],
  [/\/dataset\//, 'DATASET_VIEW, DATASET_CREATE and DATASET_DELETE'],
  [/\/modelregistries\//, 'MODELREGISTRY'],
  [/\/jobs\//, 'JOB'],
  [/\/kafka\//, 'KAFKA'],
  [/\/(featurestores|elastic)\b/, 'FEATURESTORE'],
  [/\/project\b/, 'PROJECT'],
]

/** What an error of the Hopsworks API means: `{errorCode, errorMsg, usrMsg?, devMsg?}`. */
export function apiRefusal(status: number, body: unknown, request: HttpRequest): Refusal {
  const { errorCode, errorMsg, usrMsg } = (body ?? {}) as Record<string, unknown>
  const said = [errorMsg, usrMsg].filter((each) => typeof each === 'string' && each).join(' ')
  return { said, errorCode: typeof errorCode === 'number' ? errorCode : undefined, do: adviceFor(status, request) }
}

function adviceFor(status: number, { path }: HttpRequest): string | undefined {
  if (status === 401) return 'check that the API key is right and has not been removed'
  if (status === 403) {
    const scope = scopes.find(([pattern]) => pattern.test(path))?.[1]
    return `give the API key the scope ${scope ?? 'it lacks'}`
  }
  if (status >= 500 || status === 429) return 'try again in a few minutes'
  return undefined
}

/** Numbers with which Hopsworks says that there is no such thing; it sends them with 400 or 404. */
export const missing = {
  project: [150004],
  featureGroup: [270009],
  featureView: [270181, 270009],
  trainingDataset: [270012],
  connector: [270042],
  statistics: [270228],
  job: [130009],
  model: [360000],
  file: [110008, 110011, 110018],
} as const

export function isMissing(codes: readonly number[]): NonNullable<HttpRequest['isMissing']> {
  return (status, errorCode) =>
    (status === 400 || status === 404) && (errorCode === undefined ? status === 404 : codes.includes(errorCode))
}

/** For things without a number of their own. */
export function isNotFound(status: number): boolean {
  return status === 404
}
