import { z } from 'zod'
import { consent, count, listenerKey, origin, time } from './common.ts'
import { notRead } from './job.ts'

/** A profile as its owner, or whoever asked for it, sees it. */
export const profile = z
  .object({
    key: listenerKey,
    role: z.enum(['owner', 'viewer']).describe('A viewer sees what is public; an owner also changes and erases'),
    name: z.string().optional(),
    url: z.url().optional(),
    origin,
    simulated: z.boolean(),
    readAt: time,
    expiresAt: time.optional().describe('When it goes unless it is read again'),
    artists: count,
    tracks: count,
    playlists: count,
    consent: consent.optional().describe('Owners only'),
    matchable: z.boolean().describe('Whether the operator may compare data of this origin'),
    whyNotMatchable: z.string().optional(),
    readAgain: z.boolean().describe('Whether it can be read again without bringing anything'),
    claim: z.enum(['possible', 'no']).describe('Whether its owner can prove that it is theirs'),
    reading: z
      .object({ sentences: z.array(z.string()), notRead: z.array(notRead) })
      .optional()
      .describe('What was not read the last time'),
  })
  .meta({ id: 'Profile' })

export const claimStart = z
  .object({
    code: z.string().describe('To be placed in the title of a public playlist of the profile'),
    expiresAt: time,
    signIn: z.string().optional().describe('Where to sign in instead, relative to the API'),
  })
  .meta({ id: 'ClaimStart' })

export const claimed = z
  .object({ profile: listenerKey, owner: z.string().describe('Token of the profile. Said once') })
  .meta({ id: 'Claimed' })

export const blockList = z
  .array(z.object({ listener: listenerKey, name: z.string(), since: time }))
  .meta({ id: 'BlockList' })

export const reportRequest = z
  .object({
    reason: z.enum(['name', 'impersonation', 'harassment', 'not-a-person', 'other']),
    text: z.string().max(2000).optional(),
    block: z.boolean().default(true).describe('Block them too'),
  })
  .meta({ id: 'ReportRequest' })
