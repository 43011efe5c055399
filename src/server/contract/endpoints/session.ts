import { z } from 'zod'
import { profile } from '../profile.ts'
import { operatorToken, ownerToken, session } from '../session.ts'
import { define, nothing, problem } from './endpoint.ts'

const away = z.undefined().describe('Elsewhere')

/** Who somebody is. */
export const sessionEndpoints = {
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
} as const
