import { z } from 'zod'
import { answer, matchRequest, pair, pairRequest, playlist, playlistRequest, shareCard } from '../match.ts'
import { hygiene, hygieneChoices, taste } from '../taste.ts'
import { define, ofPair, ofProfile, problem } from './endpoint.ts'

/** A taste, its matches, and each match in detail. */
export const matchEndpoints = {
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
} as const
