import { z } from 'zod'
import type { Item } from '../../taste/item.ts'
import { Problem } from '../../taste/problem.ts'
import { spotifyId } from '../spotify-ids.ts'

const maxTextLength = 1000
const maxArtists = 100

const text = z.string().max(maxTextLength, `longer than ${maxTextLength} characters`)
const name = text.refine((value) => value.trim() !== '', 'empty')
const optionalText = text.optional().transform((value) => (value?.trim() ? value : undefined))
const date = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}|$)/, 'not an ISO 8601 date')
  .refine((value) => !Number.isNaN(Date.parse(value)), 'not an ISO 8601 date')
  .optional()

/** An id in a form that nobody uses says nothing, but the names beside it still do: it is left out. */
const idText = (form: (value: string) => string | undefined) => z.string().transform(form).optional()
const isrc = idText((value) => /^[A-Z]{2}[A-Z0-9]{3}\d{7}$/.exec(value.replaceAll('-', '').toUpperCase())?.[0])
const mbid = idText((value) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.exec(value.toLowerCase())?.[0])
const trackIds = z.object({ spotify: idText((value) => spotifyId('track', value)), isrc, mbid })
const artistIds = z.object({ spotify: idText((value) => spotifyId('artist', value)), mbid })

const itemSchema = z
  .object({
    artists: z.array(name).min(1, 'empty').max(maxArtists, `more than ${maxArtists}`),
    artistIds: z.array(z.preprocess(withoutNulls, artistIds.nullable())).optional(),
    track: optionalText,
    album: optionalText,
    year: z.int().min(0).max(9999).optional(),
    ids: z.preprocess(withoutNulls, trackIds).optional(),
    durationMs: z.number().min(0).optional(),
    playlist: optionalText,
    plays: z.int().min(1).optional(),
    addedAt: date,
    lastPlayedAt: date,
  })
  .refine((item) => (item.artistIds?.length ?? 0) <= item.artists.length, 'artistIds: more of them than artists')

/**
 * Checks that a value, from JSON say, is an item. Unknown keys are left out, null counts as absent, wrong types are
 * refused.
 * @throws Problem that says which part is wrong.
 */
export function parseItem(value: unknown): Item {
  const item = itemOrReason(value)
  if (typeof item === 'string') throw new Problem(item)
  return item
}

/** The item, or why the value is none. */
export function itemOrReason(value: unknown): Item | string {
  const parsed = itemSchema.safeParse(withoutNulls(value))
  return parsed.success ? (withoutUndefined(parsed.data) as Item) : reasonOf(parsed.error)
}

/** The first thing that is wrong, on one line: `plays: expected number, received string`. */
export function reasonOf({ issues }: z.ZodError): string {
  const issue = issues[0]
  const message = (issue?.message ?? 'not as expected').replace(/^Invalid input: /, '')
  return issue && issue.path.length > 0 ? `${issue.path.join('.')}: ${message}` : message
}

export function withoutNulls(value: unknown): unknown {
  return isPlainObject(value) ? Object.fromEntries(Object.entries(value).filter(([, part]) => part !== null)) : value
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined)
  if (!isPlainObject(value)) return value
  const parts = Object.entries(value).filter(([key, part]) => part !== undefined && !(key === 'year' && part === 0))
  return Object.fromEntries(parts.map(([key, part]) => [key, withoutUndefined(part)]))
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
