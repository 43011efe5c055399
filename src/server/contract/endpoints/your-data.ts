import { z } from 'zod'
import { consent } from '../common.ts'
import { blockList, claimed, claimStart, profile, reportRequest } from '../profile.ts'
import { define, nothing, ofPair, ofProfile, problem } from './endpoint.ts'

/** What somebody may do with a profile of theirs. */
export const yourDataEndpoints = {
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
} as const
