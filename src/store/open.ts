import { resolve } from 'node:path'
import { Problem } from '../taste/problem.ts'
import type { FeatureStore } from './feature-store.ts'
import { openHopsworksStore } from './hopsworks/open.ts'
import type { ModelRegistry } from './model-registry.ts'
import type { PolicySettings } from './policy.ts'
import { openSqliteStore } from './sqlite/open.ts'

export interface OpenStore {
  readonly store: FeatureStore
  readonly registry: ModelRegistry
  /**
   * Where the store searches vectors by itself and is to: the keys of the `k` listeners whose embeddings by a model are nearest
   * to a direction [D], by the cosine, nearest first. It may lag behind the store by seconds.
   */
  readonly nearest?: SearchVectors
  close(): Promise<void>
}

export type SearchVectors = (model: number, direction: Float32Array, k: number) => Promise<readonly string[]>

export interface OpenOptions {
  /** Whether a store may be made where there is none. */
  readonly create: boolean
  /** Seconds since 1970; the machine's clock by default. */
  readonly clock?: () => number
  /**
   * Told how many rows were read and how many there are (more while others write), while a working copy of a project catches up
   * with it; and at last that this is over.
   */
  readonly onRows?: (read: number, total: number, isOver: boolean) => void
  /** Told what went without, though the call succeeded: one sentence. */
  readonly onNote?: (text: string) => void
}

/**
 * Opens the store and the model registry that a URL names: `sqlite:DIR`, by default the data folder, or
 * `hopsworks://HOST:PORT/PROJECT`, which keeps a working copy in the data folder (docs/hopsworks-store.md).
 * @throws Problem when the URL is not one of ours, or there is no store that this version can use.
 */
export async function openStore(
  url: string | undefined,
  dataFolder: string,
  settings: PolicySettings,
  options: OpenOptions,
): Promise<OpenStore> {
  const { scheme, place } = parse(url ?? `sqlite:${dataFolder}`)
  if (scheme === 'hopsworks') return openHopsworksStore(url!, resolve(dataFolder), settings, options)
  if (scheme !== 'sqlite' || place === '')
    throw new Problem(`store: "${url}" is not a store that this version can open`, {
      do: 'write sqlite:DIR or hopsworks://HOST:PORT/PROJECT, or leave --store out',
      exitCode: 2,
    })
  return openSqliteStore(resolve(place), settings, options)
}

/** What a store is called when speaking of it: without options, and so without the names of files on this machine. */
export function storeName(url: string | undefined, dataFolder: string): string {
  const { scheme, place } = parse(url ?? `sqlite:${dataFolder}`)
  return `${scheme}:${place.replace(/\?.*/, '')}`
}

function parse(url: string): { scheme: string; place: string } {
  const colon = url.indexOf(':')
  return { scheme: url.slice(0, Math.max(colon, 0)), place: url.slice(colon + 1) }
}
