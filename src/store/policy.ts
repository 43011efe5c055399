import type { Origin, Provenance } from '../taste/provenance.ts'
import type { Purpose } from './feature-store.ts'

/** What only the operator can permit, because only they know the terms they have agreed on with a service. */
export const operatorSwitches = [
  'spotify.matching',
  'spotify.training',
  'lastfm.training',
  'reccobeats.training',
] as const
export type OperatorSwitch = (typeof operatorSwitches)[number]

/** Absent is off. */
export type PolicySettings = { readonly [name in OperatorSwitch]?: 'off' | 'permitted' }

export interface Rule {
  /** How long content may be kept, in seconds; `Infinity` until it is erased. */
  readonly keep: number
  /** Embedded, compared and shown, always within the listener's consent. */
  readonly match: 'yes' | OperatorSwitch
  /** Trained on, always within the listener's consent. */
  readonly train: 'yes' | OperatorSwitch
  /** Term that a model made from this origin, and its report, must carry. */
  readonly mark?: string
}

const hours = 3600
const days = 24 * hours

/**
 * What may be done with data of each origin: the one table that decides. A listener's own consent (`findable`, `train`)
 * is asked on top of it in every case; sources set it, for people who bring their data to "no" until they say so.
 */
export const policy: { readonly [origin in Origin]: Rule } = {
  simulated: { keep: Infinity, match: 'yes', train: 'yes' },
  'own-export': { keep: Infinity, match: 'yes', train: 'yes' },
  listenbrainz: { keep: Infinity, match: 'yes', train: 'yes' },
  'lastfm-api': { keep: 30 * days, match: 'yes', train: 'lastfm.training' },
  research: { keep: Infinity, match: 'yes', train: 'yes', mark: 'research use only' },
  // Genres are tags that people gave, under a licence of their own: CC BY-NC-SA 3.0.
  musicbrainz: { keep: Infinity, match: 'yes', train: 'yes', mark: 'non-commercial use only (MusicBrainz tags)' },
  // Nobody says where its values come from; were it Spotify, Spotify's terms would follow them.
  reccobeats: { keep: 30 * days, match: 'yes', train: 'reccobeats.training' },
  spotify: { keep: 24 * hours, match: 'spotify.matching', train: 'spotify.training' },
}

const pages: { readonly [name in OperatorSwitch]: string } = {
  'spotify.matching': 'docs/spotify-access.md',
  'spotify.training': 'docs/spotify-access.md',
  'lastfm.training': 'docs/data-terms.md',
  'reccobeats.training': 'docs/catalogue.md',
}

/** The page that explains a switch. */
export function switchPage(name: OperatorSwitch): string {
  return pages[name]
}

export function allows(origin: Origin, purpose: Purpose, settings: PolicySettings): boolean {
  if (purpose === 'keep') return true
  const needs = policy[origin][purpose]
  return needs === 'yes' || settings[needs] === 'permitted'
}

/** Origins whose listeners may be read for `purpose`, as far as the operator decides. */
export function allowedOrigins(purpose: Purpose, settings: PolicySettings): readonly Origin[] {
  return (Object.keys(policy) as Origin[]).filter((origin) => allows(origin, purpose, settings))
}

/** Why data of this origin can't be used for `purpose`, naming the switch and its page; undefined where it can. */
export function whyNot(origin: Origin, purpose: Purpose, settings: PolicySettings): string | undefined {
  if (purpose === 'keep' || allows(origin, purpose, settings)) return undefined
  const needs = policy[origin][purpose] as OperatorSwitch
  const use = purpose === 'match' ? 'matched' : 'trained on'
  return `data of ${origin} may not be ${use} while ${needs} is off (${switchPage(needs)})`
}

/** When data must be gone: as its source says, and not later than the table says. */
export function expiryOf(provenance: Provenance): number | undefined {
  const latest = Math.min(provenance.expiresAt ?? Infinity, provenance.readAt + policy[provenance.origin].keep)
  return latest === Infinity ? undefined : latest
}

/** Terms that data of these origins puts on what is made from it. */
export function marksOf(origins: Iterable<Origin>): readonly string[] {
  const marks = [...origins].flatMap((origin) => policy[origin].mark ?? [])
  return [...new Set(marks)].sort()
}
