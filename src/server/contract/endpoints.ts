import { z } from 'zod'
import { about, health } from './about.ts'
import { consent, jobId, listenerKey, problemDetails } from './common.ts'
import { job, jobEvent, jobRequest, startedJob, upload } from './job.ts'
import { answer, matchRequest, pair, pairRequest, playlist, playlistRequest, shareCard } from './match.ts'
import { candidates, jobs, matchReports, models, operatorStatus, promoted } from './operator.ts'
import { blockList, claimed, claimStart, profile, reportRequest } from './profile.ts'
import { operatorToken, ownerToken, session } from './session.ts'
import { hygiene, hygieneChoices, taste } from './taste.ts'

/** One request that the API answers. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below `/v1`. */
  readonly url: string
  readonly schema: EndpointSchema
}

interface EndpointSchema {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly params?: z.ZodType
  readonly querystring?: z.ZodType
  readonly headers?: z.ZodType
  readonly body?: z.ZodType
  readonly consumes?: readonly string[]
  readonly response: Readonly<Record<string, unknown>>
}

const problem = {
  description: 'A problem',
  content: { 'application/problem+json': { schema: problemDetails } },
}
const ofJob = z.object({ job: jobId })
const ofProfile = z.object({ profile: listenerKey })
const ofPair = z.object({ profile: listenerKey, match: listenerKey })
const ofModel = z.object({ version: z.coerce.number().int().min(1) })
const nothing = z.undefined().describe('Done')
const html = { description: 'A page', content: { 'text/html': { schema: z.string() } } }
const away = z.undefined().describe('Elsewhere')

const define = <const E extends Endpoint>(endpoint: E) => endpoint

/** All requests that the API answers, with everything that goes in and comes out. */
export const endpoints = {
  about: define({
    method: 'GET',
    url: '/about',
    schema: {
      operationId: 'about',
      summary: 'What this installation can do',
      tags: ['about'],
      response: { 200: about, default: problem },
    },
  }),
  health: define({
    method: 'GET',
    url: '/health',
    schema: {
      operationId: 'health',
      summary: 'Whether the server answers',
      tags: ['about'],
      response: { 200: health, default: problem },
    },
  }),

  session: define({
    method: 'GET',
    url: '/session',
    schema: {
      operationId: 'session',
      summary: 'Who is signed in, and which profiles are at hand',
      tags: ['session'],
      response: { 200: session, default: problem },
    },
  }),
  endSession: define({
    method: 'DELETE',
    url: '/session',
    schema: {
      operationId: 'endSession',
      summary: 'Sign out; profiles stay, for whoever has their token',
      tags: ['session'],
      response: { 204: nothing, default: problem },
    },
  }),
  takeOwnership: define({
    method: 'POST',
    url: '/session/profiles',
    schema: {
      operationId: 'takeOwnership',
      summary: 'Come back to a profile with its token',
      tags: ['session'],
      body: ownerToken,
      response: { 200: profile, default: problem },
    },
  }),
  signIn: define({
    method: 'GET',
    url: '/sign-in/spotify',
    schema: {
      operationId: 'signIn',
      summary: 'To Spotify’s page for signing in (open it in the browser)',
      tags: ['session'],
      querystring: z.object({
        back: z
          .string()
          .max(300)
          .regex(/^[\w\-./?=&%]*$/, 'not a page of ours')
          .optional()
          .describe('Page to return to, relative to the base of the application'),
        playlists: z.enum(['read', 'write']).default('read').describe('`write` to save playlists'),
      }),
      response: { 302: away, default: problem },
    },
  }),
  signInCallback: define({
    method: 'GET',
    url: '/sign-in/spotify/callback',
    schema: {
      operationId: 'signInCallback',
      summary: 'Where Spotify sends the browser back to',
      tags: ['session'],
      querystring: z.object({
        code: z.string().max(2000).optional(),
        state: z.string().max(200).optional(),
        error: z.string().max(200).optional(),
      }),
      response: { 303: away, default: problem },
    },
  }),
  operatorSignIn: define({
    method: 'POST',
    url: '/session/operator',
    schema: {
      operationId: 'operatorSignIn',
      summary: 'Sign in as the operator',
      tags: ['session'],
      body: operatorToken,
      response: { 204: nothing, default: problem },
    },
  }),

  createUpload: define({
    method: 'POST',
    url: '/uploads',
    schema: {
      operationId: 'createUpload',
      summary: 'A file to be read on the server, for browsers that can’t',
      tags: ['jobs'],
      consumes: ['application/octet-stream'],
      querystring: z.object({ name: z.string().min(1).max(200).describe('Name of the file') }),
      response: { 201: upload, default: problem },
    },
  }),
  createJob: define({
    method: 'POST',
    url: '/jobs',
    schema: {
      operationId: 'createJob',
      summary: 'Read a profile and match it',
      tags: ['jobs'],
      querystring: z.object({
        replaces: listenerKey.optional().describe('For items and uploads: a profile of yours that they replace'),
      }),
      body: jobRequest,
      response: { 202: startedJob, default: problem },
    },
  }),
  jobs: define({
    method: 'GET',
    url: '/jobs',
    schema: {
      operationId: 'jobs',
      summary: 'Jobs of this session, the newest first',
      tags: ['jobs'],
      response: { 200: jobs, default: problem },
    },
  }),
  job: define({
    method: 'GET',
    url: '/jobs/:job',
    schema: {
      operationId: 'job',
      summary: 'How far a job is',
      tags: ['jobs'],
      params: ofJob,
      response: { 200: job, default: problem },
    },
  }),
  cancelJob: define({
    method: 'DELETE',
    url: '/jobs/:job',
    schema: {
      operationId: 'cancelJob',
      summary: 'Stop a job; what was read stays',
      tags: ['jobs'],
      params: ofJob,
      response: { 200: job, default: problem },
    },
  }),
  jobEvents: define({
    method: 'GET',
    url: '/jobs/:job/events',
    schema: {
      operationId: 'jobEvents',
      summary: 'How a job goes, as server-sent events; `Last-Event-ID` continues after that event',
      tags: ['jobs'],
      params: ofJob,
      querystring: z.object({ after: z.coerce.number().int().min(0).optional() }),
      response: {
        200: { description: 'Events', content: { 'text/event-stream': { schema: jobEvent } } },
        default: problem,
      },
    },
  }),
  jobAnswer: define({
    method: 'GET',
    url: '/jobs/:job/answer',
    schema: {
      operationId: 'jobAnswer',
      summary: 'The newest answer, provisional while the job runs',
      tags: ['jobs'],
      params: ofJob,
      response: { 200: answer, default: problem },
    },
  }),

  profile: define({
    method: 'GET',
    url: '/profiles/:profile',
    schema: {
      operationId: 'profile',
      summary: 'A profile and its flags',
      tags: ['your data'],
      params: ofProfile,
      response: { 200: profile, default: problem },
    },
  }),
  taste: define({
    method: 'POST',
    url: '/profiles/:profile/taste',
    schema: {
      operationId: 'taste',
      summary: 'Your taste, with or without some of it',
      tags: ['matches'],
      params: ofProfile,
      body: z.object({ hygiene: hygiene.optional() }),
      response: { 200: taste, default: problem },
    },
  }),
  hygieneChoices: define({
    method: 'GET',
    url: '/profiles/:profile/hygiene',
    schema: {
      operationId: 'hygieneChoices',
      summary: 'What can be left out, and what is offered to be',
      tags: ['matches'],
      params: ofProfile,
      response: { 200: hygieneChoices, default: problem },
    },
  }),
  matches: define({
    method: 'POST',
    url: '/profiles/:profile/matches',
    schema: {
      operationId: 'matches',
      summary: 'The closest listeners',
      tags: ['matches'],
      params: ofProfile,
      body: matchRequest,
      response: { 200: answer, default: problem },
    },
  }),
  pair: define({
    method: 'POST',
    url: '/profiles/:profile/matches/:match',
    schema: {
      operationId: 'pair',
      summary: 'You and a match side by side',
      tags: ['matches'],
      params: ofPair,
      body: pairRequest,
      response: { 200: pair, default: problem },
    },
  }),
  playlist: define({
    method: 'POST',
    url: '/profiles/:profile/matches/:match/playlist',
    schema: {
      operationId: 'playlist',
      summary: 'A playlist for both of you',
      tags: ['matches'],
      params: ofPair,
      body: playlistRequest,
      response: { 200: playlist, default: problem },
    },
  }),
  shareCard: define({
    method: 'POST',
    url: '/profiles/:profile/matches/:match/card',
    schema: {
      operationId: 'shareCard',
      summary: 'What a card to share may say',
      tags: ['matches'],
      params: ofPair,
      body: pairRequest,
      response: { 200: shareCard, default: problem },
    },
  }),

  setConsent: define({
    method: 'PUT',
    url: '/profiles/:profile/consent',
    schema: {
      operationId: 'setConsent',
      summary: 'What the owner allows',
      tags: ['your data'],
      params: ofProfile,
      body: consent,
      response: { 200: consent, default: problem },
    },
  }),
  exportData: define({
    method: 'GET',
    url: '/profiles/:profile/export',
    schema: {
      operationId: 'exportData',
      summary: 'Everything that is stored about the owner, as a line of a profiles file',
      tags: ['your data'],
      params: ofProfile,
      response: {
        200: { description: 'A file', content: { 'application/x-ndjson': { schema: z.string() } } },
        default: problem,
      },
    },
  }),
  erase: define({
    method: 'DELETE',
    url: '/profiles/:profile',
    schema: {
      operationId: 'erase',
      summary: 'Erase a profile, everywhere and at once',
      tags: ['your data'],
      params: ofProfile,
      response: { 204: nothing, default: problem },
    },
  }),
  beginClaim: define({
    method: 'POST',
    url: '/profiles/:profile/claim',
    schema: {
      operationId: 'beginClaim',
      summary: 'Begin to prove that a profile is yours',
      tags: ['your data'],
      params: ofProfile,
      response: { 200: claimStart, default: problem },
    },
  }),
  finishClaim: define({
    method: 'POST',
    url: '/profiles/:profile/claim/check',
    schema: {
      operationId: 'finishClaim',
      summary: 'Look for the code in the titles of the profile’s public playlists',
      tags: ['your data'],
      params: ofProfile,
      response: { 200: claimed, default: problem },
    },
  }),
  blocks: define({
    method: 'GET',
    url: '/profiles/:profile/blocks',
    schema: {
      operationId: 'blocks',
      summary: 'Whom the owner blocked',
      tags: ['your data'],
      params: ofProfile,
      response: { 200: blockList, default: problem },
    },
  }),
  block: define({
    method: 'PUT',
    url: '/profiles/:profile/blocks/:match',
    schema: {
      operationId: 'block',
      summary: 'Neither shows up among the other’s matches any more',
      tags: ['your data'],
      params: ofPair,
      response: { 204: nothing, default: problem },
    },
  }),
  unblock: define({
    method: 'DELETE',
    url: '/profiles/:profile/blocks/:match',
    schema: {
      operationId: 'unblock',
      summary: 'Take a block back',
      tags: ['your data'],
      params: ofPair,
      response: { 204: nothing, default: problem },
    },
  }),
  report: define({
    method: 'POST',
    url: '/profiles/:profile/matches/:match/report',
    schema: {
      operationId: 'report',
      summary: 'Tell the operator about a match',
      tags: ['your data'],
      params: ofPair,
      body: reportRequest,
      response: { 204: nothing, default: problem },
    },
  }),

  operatorStatus: define({
    method: 'GET',
    url: '/operator/status',
    schema: {
      operationId: 'operatorStatus',
      summary: 'Population, index, quota, jobs, schedule, policy',
      tags: ['operator'],
      response: { 200: operatorStatus, default: problem },
    },
  }),
  candidates: define({
    method: 'GET',
    url: '/operator/candidates',
    schema: {
      operationId: 'candidates',
      summary: 'Profiles that may be worth reading',
      tags: ['operator'],
      response: { 200: candidates, default: problem },
    },
  }),
  models: define({
    method: 'GET',
    url: '/operator/models',
    schema: {
      operationId: 'models',
      summary: 'All versions of the model',
      tags: ['operator'],
      response: { 200: models, default: problem },
    },
  }),
  modelReport: define({
    method: 'GET',
    url: '/operator/models/:version/report',
    schema: {
      operationId: 'modelReport',
      summary: 'The training report of a version',
      tags: ['operator'],
      params: ofModel,
      response: { 200: html, default: problem },
    },
  }),
  promote: define({
    method: 'POST',
    url: '/operator/models/:version/promote',
    schema: {
      operationId: 'promote',
      summary: 'Serve this version',
      tags: ['operator'],
      params: ofModel,
      response: { 200: promoted, default: problem },
    },
  }),
  rollback: define({
    method: 'POST',
    url: '/operator/models/rollback',
    schema: {
      operationId: 'rollback',
      summary: 'Serve the version before',
      tags: ['operator'],
      response: { 200: promoted, default: problem },
    },
  }),
  operatorJobs: define({
    method: 'GET',
    url: '/operator/jobs',
    schema: {
      operationId: 'operatorJobs',
      summary: 'Jobs of everybody, the newest first',
      tags: ['operator'],
      response: { 200: jobs, default: problem },
    },
  }),
  refresh: define({
    method: 'POST',
    url: '/operator/refresh',
    schema: {
      operationId: 'refresh',
      summary: 'Bring embeddings and index up to date now',
      tags: ['operator'],
      response: { 202: startedJob, default: problem },
    },
  }),
  reports: define({
    method: 'GET',
    url: '/operator/reports',
    schema: {
      operationId: 'reports',
      summary: 'What was reported about matches',
      tags: ['operator'],
      response: { 200: matchReports, default: problem },
    },
  }),
  closeReport: define({
    method: 'DELETE',
    url: '/operator/reports/:report',
    schema: {
      operationId: 'closeReport',
      summary: 'A report is dealt with',
      tags: ['operator'],
      params: z.object({ report: z.coerce.number().int().min(1) }),
      response: { 204: nothing, default: problem },
    },
  }),
  remove: define({
    method: 'DELETE',
    url: '/operator/listeners/:profile',
    schema: {
      operationId: 'remove',
      summary: 'Erase anybody',
      tags: ['operator'],
      params: ofProfile,
      response: { 204: nothing, default: problem },
    },
  }),
} as const satisfies Readonly<Record<string, Endpoint>>
