import { type EnrichOptions, type EnrichStore, enrichListeners, type FillReport } from '../pipelines/enrich.ts'
import type { FeatureStore } from '../store/feature-store.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import { openProviders } from './catalogue.ts'
import type { Settings } from './settings.ts'

interface Deps extends Pick<EnrichOptions, 'progress' | 'signal'> {
  readonly store: EnrichStore & Pick<FeatureStore, 'profile'>
  readonly policy: Settings
}

/**
 * Audio features of what was just read, where Spotify gave none and somebody else is switched on who takes many tracks at
 * a time. Genres are left to `enrich`: those who tell them take about a second for each artist. Undefined when nobody is
 * switched on, or there is nothing to ask about.
 */
export async function featuresOf(
  listeners: readonly ListenerId[],
  dataFolder: string,
  { store, policy, progress, signal }: Deps,
): Promise<FillReport | undefined> {
  if (listeners.length === 0) return undefined
  const providers = await openProviders(dataFolder, policy, { from: ['reccobeats'] })
  try {
    if (providers.features.length === 0) return undefined
    const { features } = await enrichListeners(listeners, {
      store,
      features: providers.features,
      genres: [],
      progress,
      now: () => Math.floor(Date.now() / 1000),
      ...(signal && { signal }),
    })
    return features
  } finally {
    await providers.close()
  }
}
