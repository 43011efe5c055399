import { resolve } from 'node:path'
import { Problem } from '../taste/problem.ts'
import type { FeatureStore } from './feature-store.ts'
import type { ModelRegistry } from './model-registry.ts'
import type { PolicySettings } from './policy.ts'
import { openSqliteStore } from './sqlite/open.ts'

export interface OpenStore {
  readonly store: FeatureStore
  readonly registry: ModelRegistry
  close(): Promise<void>
}

export interface OpenOptions {
  /** Whether a store may be made where there is none. */
  readonly create: boolean
  /** Seconds since 1970; the machine's clock by default. */
  readonly clock?: () => number
}

/**
 * Opens the store and the model registry that a URL names: `sqlite:DIR`, by default the data folder.
 * @throws Problem when the URL is not one of ours, or there is no store that this version can use.
 */
export async function openStore(
  url: string | undefined,
  dataFolder: string,
  settings: PolicySettings,
  options: OpenOptions,
): Promise<OpenStore> {
  const { scheme, place } = parse(url ?? `sqlite:${dataFolder}`)
  if (scheme !== 'sqlite' || place === '')
    throw new Problem(`store: "${url}" is not a store that this version can open`, {
      do: 'write sqlite:DIR, or leave --store out',
      exitCode: 2,
    })
  return openSqliteStore(resolve(place), settings, options)
}

function parse(url: string): { scheme: string; place: string } {
  const colon = url.indexOf(':')
  return { scheme: url.slice(0, Math.max(colon, 0)), place: url.slice(colon + 1) }
}
