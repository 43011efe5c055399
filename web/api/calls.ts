import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answerOf, api } from './client.ts'
import { problemOf } from './problem.ts'
import type { Answer, Consent, Hygiene, JobRequest, ReportRequest, Taste } from './types.ts'

/** Milliseconds until it is asked again whether anybody can be compared. */
const notReadyAgain = 2_000

export const aboutQuery = queryOptions({
  queryKey: ['about'],
  queryFn: ({ signal }) => answerOf(api.GET('/about', { signal })),
  staleTime: 30_000,
  // Nobody tells the page when a model is taken up, or made by a command.
  refetchInterval: ({ state: { data } }) => (data && !data.ready ? notReadyAgain : false),
})

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => answerOf(api.GET('/session', { signal })),
  staleTime: 5_000,
})

export function jobQuery(job: string) {
  return queryOptions({
    queryKey: ['job', job],
    queryFn: ({ signal }) => answerOf(api.GET('/jobs/{job}', { params: { path: { job } }, signal })),
    staleTime: Number.POSITIVE_INFINITY, // its events keep it current
  })
}

/** @param revision which answer it is; a newer one is another query, and the older one stays until it is there */
export function jobAnswerQuery(job: string, revision: number) {
  return queryOptions({
    queryKey: ['job', job, 'answer', revision],
    queryFn: ({ signal }) => answerOf(api.GET('/jobs/{job}/answer', { params: { path: { job } }, signal })),
    enabled: revision > 0,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function startJob(body: JobRequest) {
  return answerOf(api.POST('/jobs', { body }))
}

export function cancelJob(job: string) {
  return answerOf(api.DELETE('/jobs/{job}', { params: { path: { job } } }))
}

export function profileQuery(profile: string) {
  return queryOptions({
    queryKey: ['profile', profile],
    queryFn: ({ signal }) => answerOf(api.GET('/profiles/{profile}', { params: { path: { profile } }, signal })),
    staleTime: 10_000,
  })
}

/** How a match is made: what is left out, and how wide the taste may be. */
export interface Tuning {
  readonly hygiene: Hygiene
  readonly diversity: number
}

/** An answer with the taste that it is for. */
export type FullAnswer = Answer & { readonly you: Taste }

export function hasTaste(answer: Answer): answer is FullAnswer {
  return answer.you !== undefined
}

function withTaste(answer: Answer): FullAnswer {
  if (!hasTaste(answer)) throw problemOf('internal')
  return answer
}

/** How many matches a profile is shown at first. */
export const firstMatches = 10

export function matchesQuery(profile: string, tuning: Tuning, k: number = firstMatches) {
  return queryOptions({
    queryKey: ['profile', profile, 'matches', tuning, k],
    queryFn: async ({ signal }) => {
      const body = { k, you: true, ...tuning }
      const call = api.POST('/profiles/{profile}/matches', { params: { path: { profile } }, body, signal })
      return withTaste(await answerOf(call))
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
}

export function hygieneQuery(profile: string) {
  return queryOptions({
    queryKey: ['profile', profile, 'hygiene'],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/profiles/{profile}/hygiene', { params: { path: { profile } }, signal })),
    staleTime: 300_000,
  })
}

export function pairQuery(profile: string, match: string, tuning: Tuning) {
  return queryOptions({
    queryKey: ['profile', profile, 'pair', match, tuning],
    queryFn: ({ signal }) =>
      answerOf(
        api.POST('/profiles/{profile}/matches/{match}', {
          params: { path: { profile, match } },
          body: tuning,
          signal,
        }),
      ),
    staleTime: 60_000,
  })
}

export function cardQuery(profile: string, match: string, tuning: Tuning) {
  return queryOptions({
    queryKey: ['profile', profile, 'card', match, tuning],
    queryFn: ({ signal }) =>
      answerOf(
        api.POST('/profiles/{profile}/matches/{match}/card', {
          params: { path: { profile, match } },
          body: tuning,
          signal,
        }),
      ),
    staleTime: 60_000,
  })
}

export function makePlaylist(profile: string, match: string, tuning: Tuning, save: boolean) {
  return answerOf(
    api.POST('/profiles/{profile}/matches/{match}/playlist', {
      params: { path: { profile, match } },
      body: { ...tuning, length: 30, save },
    }),
  )
}

export function blockMatch(profile: string, match: string) {
  return answerOf(api.PUT('/profiles/{profile}/blocks/{match}', { params: { path: { profile, match } } }))
}

export function unblockMatch(profile: string, match: string) {
  return answerOf(api.DELETE('/profiles/{profile}/blocks/{match}', { params: { path: { profile, match } } }))
}

export function blocksQuery(profile: string) {
  return queryOptions({
    queryKey: ['profile', profile, 'blocks'],
    queryFn: ({ signal }) => answerOf(api.GET('/profiles/{profile}/blocks', { params: { path: { profile } }, signal })),
  })
}

export function reportMatch(profile: string, match: string, body: ReportRequest) {
  return answerOf(
    api.POST('/profiles/{profile}/matches/{match}/report', { params: { path: { profile, match } }, body }),
  )
}

export function changeConsent(profile: string, body: Consent) {
  return answerOf(api.PUT('/profiles/{profile}/consent', { params: { path: { profile } }, body }))
}

export function eraseProfile(profile: string) {
  return answerOf(api.DELETE('/profiles/{profile}', { params: { path: { profile } } }))
}

export function startClaim(profile: string) {
  return answerOf(api.POST('/profiles/{profile}/claim', { params: { path: { profile } } }))
}

export function checkClaim(profile: string) {
  return answerOf(api.POST('/profiles/{profile}/claim/check', { params: { path: { profile } } }))
}

export function endSession() {
  return answerOf(api.DELETE('/session'))
}

export function openOperator(token: string) {
  return answerOf(api.POST('/session/operator', { body: { token } }))
}

export function returnToProfile(owner: string) {
  return answerOf(api.POST('/session/profiles', { body: { owner } }))
}

export const operatorQueries = {
  status: queryOptions({
    queryKey: ['operator', 'status'],
    queryFn: ({ signal }) => answerOf(api.GET('/operator/status', { signal })),
    refetchInterval: 5_000,
  }),
  models: queryOptions({
    queryKey: ['operator', 'models'],
    queryFn: ({ signal }) => answerOf(api.GET('/operator/models', { signal })),
  }),
  candidates: queryOptions({
    queryKey: ['operator', 'candidates'],
    queryFn: ({ signal }) => answerOf(api.GET('/operator/candidates', { signal })),
  }),
  jobs: queryOptions({
    queryKey: ['operator', 'jobs'],
    queryFn: ({ signal }) => answerOf(api.GET('/operator/jobs', { signal })),
    refetchInterval: 5_000,
  }),
  reports: queryOptions({
    queryKey: ['operator', 'reports'],
    queryFn: ({ signal }) => answerOf(api.GET('/operator/reports', { signal })),
  }),
}

export function promoteModel(version: number) {
  return answerOf(api.POST('/operator/models/{version}/promote', { params: { path: { version } } }))
}

export function rollBackModel() {
  return answerOf(api.POST('/operator/models/rollback'))
}

export function startRefresh() {
  return answerOf(api.POST('/operator/refresh'))
}

export function closeReport(report: number) {
  return answerOf(api.DELETE('/operator/reports/{report}', { params: { path: { report } } }))
}
