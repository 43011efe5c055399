import { LastfmTags } from '../catalogue/lastfm-tags.ts'
import { MusicBrainz, musicbrainzLimits } from '../catalogue/musicbrainz.ts'
import type { FeatureProvider, GenreProvider } from '../catalogue/provider.ts'
import { ReccoBeats, reccobeatsLimits } from '../catalogue/reccobeats.ts'
import { SpotifyFeatures, SpotifyGenres } from '../catalogue/spotify.ts'
import { lastfmLimits } from '../services/lastfm.ts'
import { isLoopback, type SpotifyClient, SpotifyError } from '../spotify/index.ts'
import { whyNot } from '../store/policy.ts'
import { serviceKeys, serviceOptions } from './services.ts'
import type { Settings } from './settings.ts'
import { hostsFrom, openSpotify } from './spotify.ts'

/** Who can be asked for audio features and genres. */
export const providerNames = ['spotify', 'reccobeats', 'musicbrainz', 'lastfm'] as const
export type ProviderName = (typeof providerNames)[number]

/** Who is switched on, in the order in which they are asked. */
export interface Providers {
  readonly features: readonly FeatureProvider[]
  readonly genres: readonly GenreProvider[]
  /** Who is not switched on, and what would. */
  readonly off: readonly { readonly name: ProviderName; readonly because: string }[]
  close(): Promise<void>
}

/**
 * The providers that the settings and keys switch on.
 * @param from only these.
 * @throws Problem about what is wrong with the settings.
 */
export async function openProviders(
  dataFolder: string,
  settings: Settings,
  { from = providerNames }: { readonly from?: readonly ProviderName[] } = {},
): Promise<Providers> {
  const features: FeatureProvider[] = []
  const genres: GenreProvider[] = []
  const off: { name: ProviderName; because: string }[] = []
  const where = { dataFolder, settings }
  const isWanted = (name: ProviderName) => from.includes(name)
  if (isWanted('spotify')) {
    const isLocal = isLoopback(hostsFrom(process.env).api)
    const forbidden = isLocal ? undefined : whyNot('spotify', 'match', settings)
    const client = await spotifyClient(dataFolder, settings)
    if (client && !forbidden) {
      features.push(new SpotifyFeatures(client))
      genres.push(new SpotifyGenres(client))
    } else off.push({ name: 'spotify', because: client ? `${forbidden}` : 'SPOTIFY_CLIENT_ID is not set' })
  }
  if (isWanted('reccobeats')) {
    if (settings.reccobeats === 'on')
      features.push(new ReccoBeats(await serviceOptions('reccobeats', reccobeatsLimits, where)))
    else off.push({ name: 'reccobeats', because: 'the setting "reccobeats" is not "on"' })
  }
  if (isWanted('musicbrainz')) {
    const contact = settings['musicbrainz.contact']
    if (contact) genres.push(new MusicBrainz(contact, await serviceOptions('musicbrainz', musicbrainzLimits, where)))
    else off.push({ name: 'musicbrainz', because: 'the setting "musicbrainz.contact" is missing' })
  }
  if (isWanted('lastfm')) {
    const { lastfm } = await serviceKeys(dataFolder)
    if (lastfm) genres.push(new LastfmTags(lastfm, await serviceOptions('lastfm', lastfmLimits, where)))
    else off.push({ name: 'lastfm', because: 'LASTFM_API_KEY is not set' })
  }
  return {
    features,
    genres,
    off,
    close: async () => {
      for (const provider of [...features, ...genres]) await provider.close()
    },
  }
}

async function spotifyClient(dataFolder: string, settings: Settings): Promise<SpotifyClient | undefined> {
  return openSpotify(dataFolder, settings).catch((error: unknown) => {
    if (error instanceof SpotifyError && error.kind === 'no-credentials') return undefined
    throw error
  })
}
