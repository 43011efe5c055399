import { z } from 'zod'
import { jobId, listenerKey } from '../common.ts'
import { job, jobEvent, jobRequest, startedJob, upload } from '../job.ts'
import { answer } from '../match.ts'
import { jobs } from '../operator.ts'
import { define, problem } from './endpoint.ts'

const ofJob = z.object({ job: jobId })

/** What takes a while. */
export const jobEndpoints = {
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
} as const
