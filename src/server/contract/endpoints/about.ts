import { about, health } from '../about.ts'
import { define, problem } from './endpoint.ts'

/** What an installation is. */
export const aboutEndpoints = {
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
} as const
