import { z } from 'zod'
import { startedJob } from '../job.ts'
import { candidates, jobs, matchReports, models, operatorStatus, promoted } from '../operator.ts'
import { define, nothing, ofProfile, problem } from './endpoint.ts'

const ofModel = z.object({ version: z.coerce.number().int().min(1) })
const html = { description: 'A page', content: { 'text/html': { schema: z.string() } } }

/** What only the operator sees and does. */
export const operatorEndpoints = {
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
} as const
