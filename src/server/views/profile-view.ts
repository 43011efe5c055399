import type { z } from 'zod'
import { whyNot } from '../../store/policy.ts'
import type { Listener } from '../../taste/listener.ts'
import type { profile } from '../contract/profile.ts'
import { namesFor } from '../jobs/answers.ts'
import { isoTime } from '../jobs/fold.ts'
import type { Role } from '../ledger/sessions.ts'
import { ApiProblem } from '../problems.ts'
import type { Services } from '../services.ts'

/** A profile as its owner, or whoever named it, sees it. @throws ApiProblem when it is gone */
export async function profileView(
  { store, ledger, board, settings, spotify, naming }: Services,
  listener: Listener,
  role: Role,
): Promise<z.output<typeof profile>> {
  const stored = await store.profile(listener.id, 'keep')
  if (!stored) throw new ApiProblem('profile-not-found')
  const { key, consent, provenance } = listener
  const { origin, readAt, expiresAt } = provenance
  const entries = stored.playlists.flatMap((playlist) => playlist.entries)
  const forbidden = whyNot(origin, 'match', settings)
  const job = ledger.jobs.newestOf(key)
  const { sentences, notRead } = job ? board.show(job) : { sentences: [], notRead: [] }
  const isOwner = role === 'owner'
  const isAtSpotify = listener.id.startsWith('spotify:') && spotify !== undefined
  return {
    key,
    role,
    ...namesFor(listener, isOwner),
    origin,
    simulated: origin === 'simulated',
    readAt: isoTime(readAt),
    ...(expiresAt !== undefined && { expiresAt: isoTime(expiresAt) }),
    artists: new Set(entries.flatMap(({ artists }) => artists)).size,
    tracks: new Set(entries.flatMap(({ track }) => track ?? [])).size,
    playlists: stored.playlists.filter(({ name }) => name !== undefined).length,
    ...(isOwner && { consent }),
    matchable: forbidden === undefined,
    ...(forbidden !== undefined && { whyNotMatchable: forbidden }),
    readAgain:
      isAtSpotify ||
      (origin === 'listenbrainz' && naming.ways.names.has('listenbrainz')) ||
      (origin === 'lastfm-api' && naming.ways.names.has('lastfm')),
    claim: !isOwner && isAtSpotify && !ledger.owners.isOwned(key) ? 'possible' : 'no',
    // What is said of reading names playlists, which are their owner's business.
    ...(isOwner && { reading: { sentences, notRead } }),
  }
}
