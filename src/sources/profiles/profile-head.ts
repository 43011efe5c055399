import { z } from 'zod'
import { type Consent, noConsent } from '../../taste/consent.ts'
import type { Profile } from '../../taste/listener.ts'
import { isListenerId } from '../../taste/listener-id.ts'
import { Problem } from '../../taste/problem.ts'
import type { Provenance } from '../../taste/provenance.ts'
import { reasonOf, withoutNulls } from './item.ts'

/** What a line says beside its items. */
export type ProfileHead = Omit<Profile, 'items'> & { readonly items: readonly unknown[] }

const seconds = z.number().min(0)
const restricted = ['spotify', 'lastfm-api', 'research'] as const
const schema = z.object({
  id: z.string().min(1, 'empty').max(256, 'longer than 256 characters'),
  name: z.string().max(1000, 'longer than 1000 characters').optional(),
  url: z
    .url({ protocol: /^https?$/, error: 'not a link (http or https)' })
    .max(2000, 'longer than 2000 characters')
    .optional(),
  items: z.array(z.unknown()),
  tagged: z.array(z.object({ artist: z.string().min(1, 'empty'), tags: z.array(z.string()) })).optional(),
  consent: z
    .object({ findable: z.boolean(), showName: z.boolean(), showTracks: z.boolean(), train: z.boolean() })
    .partial()
    .optional(),
  provenance: z
    .object({ origin: z.string(), source: z.string(), readAt: seconds, expiresAt: seconds.optional() })
    .optional(),
})

/**
 * Checks a line's listener.
 * @param now seconds since 1970
 * @throws Problem that says which part is wrong.
 */
export function parseHead(value: unknown, now: number): ProfileHead {
  const parsed = schema.safeParse(withoutNulls(value))
  if (!parsed.success) throw new Problem(reasonOf(parsed.error))
  const { id: given, name, url, items, tagged, consent, provenance } = parsed.data
  const id = isListenerId(given) ? given : `file:${given}`
  if (!isListenerId(id)) throw new Problem(`id: "${given.slice(0, 80)}" has control characters`)
  return {
    id,
    ...(name?.trim() && { name }),
    ...(url && { url }),
    provenance: provenanceOf(provenance, now),
    consent: { ...noConsent, ...(withoutUndefined(consent) satisfies Partial<Consent>) },
    items,
    ...(tagged && tagged.length > 0 && { tagged }),
  }
}

/**
 * A file counts as its owner's own export. It may state an origin that puts more restrictions on the data (as our own
 * exports do), never one that lifts them.
 */
function provenanceOf(stated: z.infer<typeof schema>['provenance'], now: number): Provenance {
  const origin = restricted.find((name) => name === stated?.origin)
  if (!stated || !origin) return { origin: 'own-export', source: 'profiles', readAt: now }
  const { source, readAt, expiresAt } = stated
  return { origin, source, readAt: Math.min(readAt, now), ...(expiresAt !== undefined && { expiresAt }) }
}

function withoutUndefined(consent: { readonly [part in keyof Consent]?: boolean | undefined } = {}): Partial<Consent> {
  return Object.fromEntries(Object.entries(consent).filter(([, value]) => value !== undefined))
}
