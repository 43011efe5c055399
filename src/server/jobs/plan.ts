import type { NameService } from '../../sources/names/name-reader.ts'
import { parseSpotifyLink } from '../../spotify/index.ts'
import type { Consent } from '../../taste/consent.ts'
import type { ListenerId } from '../../taste/listener-id.ts'

/** What a job has to read before it can match: kept with the job, so that it can begin again after a restart. */
export type Plan =
  /** Nothing: it is stored already. */
  | { readonly read: 'nothing'; readonly listener: ListenerId }
  | { readonly read: 'spotify'; readonly link: string }
  /** The profile of whoever is signed in. */
  | { readonly read: 'me'; readonly person: string }
  | { readonly read: 'name'; readonly service: NameService; readonly name: string }
  /** The body of the request, in a file. */
  | { readonly read: 'items'; readonly file: string; readonly listener: ListenerId }
  | {
      readonly read: 'files'
      readonly uploads: readonly string[]
      readonly files: readonly string[]
      readonly listener: ListenerId
      readonly name?: string
      readonly consent: Consent
    }

/** Whether a job with this request reads the listener of this id. */
export function isAbout(request: string | null, id: ListenerId): boolean {
  // Jobs that everybody may watch have none.
  if (request === null) return false
  const plan = JSON.parse(request) as Plan
  const spotify = id.startsWith('spotify:') ? id.slice('spotify:'.length) : undefined
  switch (plan.read) {
    case 'spotify':
      return spotify !== undefined && isSame(personOf(plan.link), spotify)
    case 'me':
      return spotify !== undefined && isSame(plan.person, spotify)
    case 'name':
      return `${plan.service}:${plan.name}` === id
    default:
      return plan.listener === id
  }
}

/** Old names at Spotify lead to the same person in capitals and in small letters. */
function isSame(person: string | undefined, other: string): boolean {
  return person?.toLowerCase() === other.toLowerCase()
}

function personOf(link: string): string | undefined {
  const parsed = parseSpotifyLink(link)
  return parsed.kind === 'user' ? parsed.id : parsed.kind === 'playlist' ? parsed.owner : undefined
}
