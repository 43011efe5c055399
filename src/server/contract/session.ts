import { z } from 'zod'
import { listenerKey, origin, time } from './common.ts'

export const session = z
  .object({
    signedIn: z
      .object({
        service: z.literal('spotify'),
        name: z.string(),
        profile: listenerKey.optional().describe('Theirs, once it was read'),
        mayWritePlaylists: z.boolean(),
        endsAt: time,
      })
      .optional(),
    profiles: z
      .array(
        z.object({
          key: listenerKey,
          name: z.string(),
          role: z.enum(['owner', 'viewer']),
          origin,
          simulated: z.boolean(),
        }),
      )
      .describe('Profiles of this session, the newest first'),
    operator: z.boolean(),
  })
  .meta({ id: 'Session' })

export const ownerToken = z.object({ owner: z.string().max(200) }).meta({ id: 'OwnerToken' })
export const operatorToken = z.object({ token: z.string().max(500) }).meta({ id: 'OperatorToken' })
