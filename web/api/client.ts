import createClient from 'openapi-fetch'
import { problemIn } from './problem.ts'
import type { paths } from './schema.ts'

/** Where the page is published, with a slash at its end. */
export const base = new URL('.', document.baseURI)

/** Address of something below the API. */
export function apiUrl(path: string): string {
  return new URL(`v1/${path}`, base).href
}

/**
 * The client that is typed by docs/openapi.json. The header tells the server that the request comes from this page and
 * not from a form of another.
 */
export const api = createClient<paths>({
  baseUrl: new URL('v1', base).href,
  headers: { 'X-Consonance': '1' },
})

/** The body of a successful answer; throws an ApiProblem for any other. */
export async function answerOf<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call
  if (!response.ok) throw problemIn(error, response.status)
  return data as T
}
