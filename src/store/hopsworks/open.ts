import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { FeatureStore } from '../feature-store.ts'
import type { ModelRegistry } from '../model-registry.ts'
import type { OpenOptions, OpenStore } from '../open.ts'
import type { PolicySettings } from '../policy.ts'
import { databasePath, openForReading, prepareStore } from '../sqlite/connection.ts'
import { storeProblem } from '../sqlite/problems.ts'
import { SqliteRegistry } from '../sqlite/registry.ts'
import { SqliteStore } from '../sqlite/store.ts'
import { type HopsworksAddress, readAddress } from './address.ts'
import { MirrorHandle } from './mirror-calls.ts'
import { Replica } from './replica.ts'

/** Whatever reads: all of it sees what was acknowledged anywhere before. */
const reads = [
  ...(['listener', 'isBarred', 'listenerByKey', 'readingNotes', 'profile', 'profiles', 'friends'] as const),
  ...(['artists', 'tracks', 'artistGaps', 'trackGaps', 'resolve', 'resolveTagged', 'changes', 'lastChange'] as const),
  ...(['embeddings', 'embeddingsOf', 'descriptions', 'descriptionsOf', 'shownOf', 'stale', 'staleness'] as const),
  ...(['refreshes', 'listeners', 'candidates', 'counts'] as const),
] satisfies readonly (keyof FeatureStore)[]

/** @throws Problem when the project can't be reached, or holds no store and none may be made */
export async function openHopsworksStore(
  url: string,
  dataFolder: string,
  settings: PolicySettings,
  options: OpenOptions,
): Promise<OpenStore> {
  const address = readAddress(url)
  return openMirror(mirrorFolder(dataFolder, address), address, settings, options)
}

/** Each project has a mirror of its own. */
function mirrorFolder(dataFolder: string, { host, port, project, name }: HopsworksAddress): string {
  return join(dataFolder, 'hopsworks', `${host.replaceAll(/[^\w.-]/g, '_')}_${port}_${project}_${name}`)
}

async function openMirror(
  folder: string,
  { login, name, search }: HopsworksAddress,
  settings: PolicySettings,
  { create, clock = () => Date.now() / 1000, ...told }: OpenOptions,
): Promise<OpenStore> {
  prepareStore(folder, true)
  let database: DatabaseSync | undefined
  const thread = await MirrorHandle.open(folder, { login, name, create }, told)
  try {
    await thread.call('follow', [])
    database = openForReading(folder)
    const mirror = new SqliteStore(database, { folder, settings, writeThread: thread, clock })
    const replica = new Replica(database)
    const history = async () => replica.history()
    const models = new SqliteRegistry(database, { folder, writeThread: thread })
    const follow = () => thread.call('follow', [])
    const files = async (version: number) => {
      const sums = models.fileSums(version)
      if (!existsSync(models.folder(version))) await thread.call('fetchModel', [version, sums])
      return models.files(version)
    }
    return {
      store: following<FeatureStore>(replacing(mirror, { history }), reads, follow),
      registry: following<ModelRegistry>(
        replacing(models, { files }),
        ['models', 'promoted', 'files', 'split'],
        follow,
      ),
      ...(search === 'opensearch' && {
        nearest: (model, direction, k) => thread.call('nearest', [model, direction, k]),
      }),
      close: () => mirror.close(),
    }
  } catch (error) {
    await thread.close()
    if (database?.isOpen) database.close()
    throw storeProblem(error, databasePath(folder))
  }
}

/** The same, but for some methods. */
function replacing<T extends object>(target: T, others: Partial<T>): T {
  return new Proxy(target, {
    get: (_, name) => {
      const value = (others as Record<PropertyKey, unknown>)[name] ?? (target as Record<PropertyKey, unknown>)[name]
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** The same, but `before` is awaited at each call of some methods. */
function following<T extends object>(target: T, names: readonly (keyof T)[], before: () => Promise<void>): T {
  const others = names.map((name) => {
    const method = (target[name] as (...args: unknown[]) => unknown).bind(target)
    return [name, async (...args: unknown[]) => before().then(() => method(...args))]
  })
  return replacing(target, Object.fromEntries(others) as Partial<T>)
}
