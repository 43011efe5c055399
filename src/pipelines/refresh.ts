import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { FeatureStore } from '../store/feature-store.ts'
import type { ModelRegistry } from '../store/model-registry.ts'
import { openModel } from '../training/open-model.ts'
import { embed } from './embed.ts'
import { noProgress, type Progress } from './progress.ts'

export interface RefreshDeps {
  readonly store: FeatureStore
  readonly registry: ModelRegistry
  readonly progress?: Progress
  /** Aborted: what is described so far is kept, and the next refresh goes on from there. */
  readonly signal?: AbortSignal
  /** Seconds since 1970. */
  readonly clock?: () => number
}

export interface RefreshOptions {
  /** The promoted one when absent. */
  readonly version?: number
  /** Whether to describe those again whose genres or audio features may have changed, which is everybody. Default true. */
  readonly catalogue?: boolean
}

export interface RefreshReport {
  readonly model: number
  readonly described: number
  /** Versions whose descriptions nobody needs any more, and that are gone. */
  readonly dropped: readonly number[]
}

/** Listeners described between two commits: few, so that a stop loses little and others soon see them. */
const batch = 32
/** Of this many models the descriptions are kept: the promoted one, and the one to roll back to. */
const keptModels = 2

/**
 * Brings the embeddings and feature blobs of a model up to date: listeners who are new, whose profile has changed, or whom
 * the model does not know yet. Each is described, embedded and stored in one go. Resumable: what is done is in the store,
 * so a refresh that was interrupted, or that several processes run at once, leaves nothing to be done twice.
 *
 * @throws Problem when no model is promoted.
 */
export async function refresh(deps: RefreshDeps, options: RefreshOptions = {}): Promise<RefreshReport> {
  const { store, registry, progress = noProgress, signal, clock = () => Date.now() / 1000 } = deps
  const { catalogue = true } = options
  const opened = await openModel(registry, options.version)
  const { version } = opened.card
  const { missing, outdated, beforeCatalogue } = await store.staleness(version)
  const total = missing + Math.max(outdated, catalogue ? beforeCatalogue : 0)
  using task = (total > 0 ? progress : noProgress).start('embedding', { unit: 'listeners', total })
  let described = 0
  const finish = async (batch: ReturnType<typeof embed>) => {
    const { length } = await batch
    described += length
    task.advance(length)
  }
  // While one batch is being read or written, the next one is described.
  let underWay: Promise<void> = Promise.resolve()
  for await (const keys of staleKeys(store, version, catalogue)) {
    if (signal?.aborted) break
    const before = underWay
    underWay = finish(embed(keys, opened, store))
    underWay.catch(() => {})
    await before
  }
  await underWay
  signal?.throwIfAborted()
  task.finish()
  if (described > 0 || (await store.refreshes()).every(({ model }) => model !== version))
    await store.noteRefresh({ model: version, at: clock(), described })
  return { model: version, described, dropped: await dropOthers(deps, version) }
}

/** The same after something was stored, where a model is promoted. */
export async function refreshPromoted(
  deps: RefreshDeps,
  options: Pick<RefreshOptions, 'catalogue'>,
): Promise<RefreshReport | undefined> {
  return (await deps.registry.promoted()) && (await refresh(deps, options))
}

/** Keeps up with the store until it is aborted: whoever is new or changes is described within a second or two. */
export async function keepFresh(deps: RefreshDeps & { readonly signal: AbortSignal }): Promise<void> {
  let seen: string | undefined
  while (!deps.signal.aborted) {
    const last = `${await deps.store.lastChange()} of ${await deps.store.history()}`
    if (last !== seen) await refreshPromoted(deps, { catalogue: false })
    seen = last
    await setTimeout(watchInterval, undefined, { signal: deps.signal }).catch(() => {})
  }
}

/** Milliseconds. */
const watchInterval = 1_000

/**
 * Batches of keys. Keys are random and each process starts at a random one, so that several that work at once rarely meet;
 * what another has described meanwhile is asked for anew and left out.
 */
async function* staleKeys(store: FeatureStore, version: number, catalogue: boolean): AsyncGenerator<readonly string[]> {
  const start = randomBytes(8).toString('base64url')
  for (const [from, until] of [
    [start, undefined],
    ['', start],
  ] as const) {
    let after: string | undefined = from
    while (after !== undefined) {
      const page: Awaited<ReturnType<FeatureStore['stale']>> = await store.stale(version, {
        after,
        limit: batch,
        catalogue,
      })
      const keys = until === undefined ? page.rows : page.rows.filter((key) => key <= until)
      if (keys.length > 0) yield keys
      after = keys.length < page.rows.length ? undefined : page.next
    }
  }
}

/** Keeps the promoted model's descriptions and those of the one that was refreshed last before it. */
async function dropOthers({ store, registry }: RefreshDeps, version: number): Promise<readonly number[]> {
  const promoted = await registry.promoted()
  if (promoted?.version !== version) return []
  const others = (await store.refreshes())
    .filter(({ model }) => model !== version)
    .sort((a, b) => b.at - a.at)
    .slice(keptModels - 1)
  for (const { model } of others) await store.dropDescriptions(model)
  return others.map(({ model }) => model)
}
