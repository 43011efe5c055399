import { ingestSpotify, type SpotifyIngestOptions } from '../pipelines/ingest-spotify.ts'
import { isLoopback, SpotifyError } from '../spotify/index.ts'
import { whyNot } from '../store/policy.ts'
import { Problem } from '../taste/problem.ts'
import { featuresOf } from './features-of.ts'
import type { ReadProfile } from './query.ts'
import type { Settings } from './settings.ts'
import { hostsFrom, openSpotify } from './spotify.ts'

/**
 * Reads a single profile for the command that needs it. Undefined without credentials.
 * @throws Problem when what is configured makes no sense.
 */
export async function spotifyReader(
  dataFolder: string,
  {
    policy,
    ...options
  }: Pick<SpotifyIngestOptions, 'store' | 'progress' | 'signal' | 'now'> & { readonly policy: Settings },
): Promise<ReadProfile | undefined> {
  const client = await openSpotify(dataFolder, policy).catch((error: unknown) => {
    if (error instanceof SpotifyError && error.kind === 'no-credentials') return undefined
    throw error
  })
  if (!client) return undefined
  return async (id) => {
    const forbidden = isLoopback(hostsFrom(process.env).api) ? undefined : whyNot('spotify', 'match', policy)
    if (forbidden)
      throw new Problem(`match: the profile was not read: ${forbidden}`, {
        do: 'state the permission in settings.json if you have it, or give a file with exported data',
      })
    try {
      const { publicProfiles } = policy
      const link = `spotify:user:${encodeURIComponent(id)}`
      const { profiles, stopped } = await ingestSpotify([link], { ...options, client, publicProfiles })
      if (stopped) throw new Problem(stopped.reason)
      const [profile] = profiles
      if (!profile?.entries || !profile.listener)
        throw new Problem(`match: nothing to compare in the Spotify profile "${id}": ${profile?.sentences.join(' ')}`)
      await featuresOf([profile.listener], dataFolder, { ...options, policy })
      return profile.listener
    } finally {
      await client.gate.close()
    }
  }
}
