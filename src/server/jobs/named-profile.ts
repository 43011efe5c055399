import type { NameService } from '../../sources/names/name-reader.ts'
import { parseSpotifyLink, type SpotifyLink } from '../../spotify/index.ts'
import type { FeatureStore } from '../../store/feature-store.ts'
import { type PolicySettings, whyNot } from '../../store/policy.ts'
import type { Listener } from '../../taste/listener.ts'
import type { ListenerId } from '../../taste/listener-id.ts'
import { Problem } from '../../taste/problem.ts'
import type { Origin } from '../../taste/provenance.ts'
import { ApiProblem, type ProblemCode } from '../problems.ts'
import type { Plan } from './plan.ts'

/** How profiles can be read here. */
export interface Ways {
  /** Absent without credentials. */
  readonly spotify?: { readonly simulated: boolean }
  readonly names: ReadonlySet<NameService>
}

export interface NamingDeps {
  readonly store: Pick<FeatureStore, 'listener' | 'counts'>
  readonly ways: Ways
  readonly policy: PolicySettings
  /** Whether somebody brought or claimed the profile of this opaque key. */
  readonly isOwned: (key: string) => boolean
  /** Seconds since 1970. */
  readonly now: () => number
}

/** Whose ids are pseudonyms, which may be named by anybody. */
const pseudonymous: ReadonlySet<Origin> = new Set(['simulated', 'research'])
/** Seconds in which a profile is not read again because somebody else asks for it. */
const fresh = 600

/**
 * What somebody meant who typed a text: the id of a research or simulated listener, `listenbrainz:NAME`, `lastfm:NAME`,
 * or a Spotify profile's link or id.
 * @throws ApiProblem that says what is wrong with it, or why it can't be read here
 */
export async function planFor(text: string, deps: NamingDeps): Promise<Plan> {
  const clean = text.trim()
  const named = /^(?<service>listenbrainz|lastfm):(?<name>.+)$/i.exec(clean)?.groups
  if (named) return byName(named.service!.toLowerCase() as NameService, named.name!.trim(), deps)
  const stored = await findPseudonymous(clean, deps)
  if (stored) return { read: 'nothing', listener: stored }
  // An id as it is written elsewhere, `spotify:smedjan`, is no link.
  const bare = /^spotify:(?<id>[^:/]+)$/i.exec(clean)?.groups?.id
  const link = bare === undefined ? clean : `spotify:user:${encodeURIComponent(bare)}`
  const id = userOf(readLink(link, text))
  const { spotify } = deps.ways
  if (!spotify)
    throw new ApiProblem(
      'way-closed',
      'Spotify profiles can’t be read here: the operator has not set that up. Bring the data that you exported instead.',
    )
  refuseForbidden('spotify', spotify.simulated, deps.policy)
  if (id === undefined) {
    if (!spotify.simulated) return { read: 'spotify', link }
    throw new ApiProblem(
      'link-short',
      'Short links lead to the real Spotify, and this is a simulated one. Paste a long one.',
    )
  }
  const listener = await deps.store.listener(`spotify:${id}`)
  if (listener) {
    if (deps.isOwned(listener.key))
      throw new ApiProblem('profile-owned', 'Somebody brought or claimed this profile. If it is yours, sign in.')
    const { readAt, expiresAt = Infinity } = listener.provenance
    const isFresh = deps.now() < Math.min(readAt + fresh, expiresAt) && !spotify.simulated
    if (isFresh) return { read: 'nothing', listener: listener.id }
  }
  return { read: 'spotify', link }
}

/** @throws ApiProblem where data of this origin may not be matched */
export function refuseForbidden(origin: Origin, simulated: boolean, policy: PolicySettings): void {
  const reason = simulated ? undefined : whyNot(origin, 'match', policy)
  if (reason) throw new ApiProblem('matching-not-permitted', `Nothing was read: ${reason}.`)
}

function byName(service: NameService, name: string, { ways, policy }: NamingDeps): Plan {
  const title = service === 'lastfm' ? 'Last.fm' : 'ListenBrainz'
  if (!ways.names.has(service)) throw new ApiProblem('way-closed', `Profiles of ${title} can’t be read here.`)
  if (!/^[^\p{Cc}/\\?#]{1,64}$/u.test(name))
    throw new ApiProblem('link-not-readable', `This is not a name that ${title} has. Write ${service}:NAME.`)
  refuseForbidden(service === 'lastfm' ? 'lastfm-api' : 'listenbrainz', false, policy)
  return { read: 'name', service, name }
}

/** A research or simulated listener of this id, or of this id within the only source that has it. */
async function findPseudonymous(text: string, { store, ways }: NamingDeps): Promise<ListenerId | undefined> {
  const isOne = (listener: Listener | undefined) =>
    listener !== undefined && pseudonymous.has(listener.provenance.origin) && listener.consent.findable
  // Profiles of a simulated Spotify are read as those of the real one are.
  const isRead = (id: string) => id.startsWith('spotify:') && ways.spotify !== undefined
  if (text.length > 256) return undefined
  if (!isRead(text) && isOne(await store.listener(text))) return text
  if (/[:/]/.test(text)) return undefined
  const { bySource } = await store.counts()
  const ids = [...new Set(bySource.map(({ source }) => `${source}:${text}`))].filter((id) => !isRead(id))
  const found = await Promise.all(ids.map((id) => store.listener(id)))
  const those = found.filter(isOne)
  return those.length === 1 ? those[0]!.id : undefined
}

function readLink(link: string, text: string): SpotifyLink {
  try {
    return parseSpotifyLink(link)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const isElsewhere = /^\s*(?:https?:\/\/)?[^/\s]+\.[^/\s]+\//i.test(text) && error.message.includes('not on Spotify')
    throw new ApiProblem(isElsewhere ? 'link-other-host' : 'link-not-readable', sentence(error.message))
  }
}

/** The id of the person; undefined for a short link, which has to be followed first. */
function userOf(link: SpotifyLink): string | undefined {
  const refused = (code: ProblemCode, detail: string) => new ApiProblem(code, detail)
  switch (link.kind) {
    case 'user':
      return link.id
    case 'short':
      return undefined
    case 'playlist':
      if (link.owner !== undefined) return link.owner
      throw refused(
        'link-is-playlist',
        'This is the link of a playlist. Open the playlist, tap its owner’s name, choose Share, and paste the link of the profile.',
      )
    case 'other':
      throw refused(
        'link-is-other',
        `This link leads to ${/^[aeiou]/.test(link.what) ? 'an' : 'a'} ${link.what}. Paste the link of a person’s profile.`,
      )
    case 'ambiguous':
      throw refused(
        'link-ambiguous',
        `This can be the id of a person or of a playlist, track or artist. Write spotify:user:${link.id} if it is a person.`,
      )
  }
}

/** Our messages for the command line are lower case and end without a stop. */
export function sentence(message: string): string {
  const text = message.trim()
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`
}
