import type { Progress } from '../pipelines/progress.ts'
import type { FeatureStore } from '../store/feature-store.ts'
import type { ModelRegistry } from '../store/model-registry.ts'
import { openStore, type SearchVectors } from '../store/open.ts'
import { CatchingUp } from './catching-up.ts'
import type { CommonOptions } from './options.ts'
import { createProgress } from './progress.ts'
import { readSettings, type Settings } from './settings.ts'

/** What a command works with: the open store, the registry, a way to show progress and one to stop. */
export interface Workspace {
  readonly store: FeatureStore
  readonly registry: ModelRegistry
  /** Where the store searches vectors by itself. */
  readonly nearest?: SearchVectors
  /** What the operator states, with what they permit. */
  readonly policy: Settings
  readonly progress: Progress
  /** Aborted by the first Ctrl-C; the second one ends the process. */
  readonly signal: AbortSignal
  /** Seconds since the command began. */
  elapsed(): number
}

/**
 * Opens the store for one command and closes it whatever happens.
 * @param access `create` makes the data folder where there is none; `existing` refuses then.
 */
export async function withWorkspace<T>(
  options: CommonOptions,
  access: 'create' | 'existing',
  work: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  const started = performance.now()
  const policy = await readSettings(options.data)
  const progress = createProgress({ json: options.json === true })
  using catchingUp = new CatchingUp(progress)
  const opened = await openStore(options.store, options.data, policy, {
    create: access === 'create',
    onRows: (...rows) => catchingUp.show(...rows),
    onNote: progress.note,
  })
  const controller = new AbortController()
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(130)
    controller.abort()
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  try {
    // Content that may no longer be kept is gone before anything else is done, whatever the command.
    await opened.store.purgeExpired(Date.now() / 1000)
    return await work({
      store: opened.store,
      registry: opened.registry,
      ...(opened.nearest && { nearest: opened.nearest }),
      policy,
      progress,
      signal: controller.signal,
      elapsed: () => (performance.now() - started) / 1000,
    })
  } finally {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
    await opened.close()
  }
}
