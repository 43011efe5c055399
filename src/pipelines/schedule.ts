import { Cron } from 'croner'
import type { FeatureStore } from '../store/feature-store.ts'
import type { ModelRegistry } from '../store/model-registry.ts'
import { scan } from '../store/scan.ts'
import { Problem } from '../taste/problem.ts'
import { type RefreshDeps, type RefreshReport, refresh } from './refresh.ts'

export interface ScheduleOptions {
  /** Cron expression of five fields, in the machine's time zone; `off` for never. */
  readonly cron: string
  /** Trains anew when at least this share of the listeners that may be trained on has come or been withdrawn since. */
  readonly retrainShare: number
}

/** Every night at four; when a tenth of the listeners has changed. */
export const scheduleDefaults: ScheduleOptions = { cron: '0 4 * * *', retrainShare: 0.1 }

export interface ScheduleDeps extends RefreshDeps {
  /** Trains, registers and promotes if better. */
  retrain(): Promise<unknown>
  /** Told what went wrong in a run; the next one comes all the same. */
  failed?(error: unknown): void
}

/** How much of what may be trained on the promoted model has not seen. */
export interface TrainingNeed {
  readonly listeners: number
  /** Not known to the promoted model. */
  readonly added: number
  /** Known to it, and withdrawn from training or erased since. */
  readonly gone: number
  /** Of both, relative to those it knows. */
  readonly share: number
}

export interface ScheduledRun {
  readonly purged: number
  readonly retrained: boolean
  readonly refreshed?: RefreshReport
}

export interface Schedule {
  /** When it runs next; undefined when never. */
  next(): Date | undefined
  stop(): void
}

/** Runs `scheduledRun` by the clock, never two at once. @throws Problem for an expression that is none. */
export function startSchedule(deps: ScheduleDeps, options: ScheduleOptions): Schedule {
  return runRegularly(options.cron, () => scheduledRun(deps, options).then(() => {}, deps.failed ?? (() => {})))
}

/**
 * Runs something by the clock, never two at once.
 * @param cron five fields, in the machine's time zone; `off` for never
 * @throws Problem for an expression that is none
 */
export function runRegularly(cron: string, run: () => Promise<void>): Schedule {
  if (cron === 'off') return { next: () => undefined, stop: () => {} }
  const job = cronJob(cron, run)
  return { next: () => job.nextRun() ?? undefined, stop: () => job.stop() }
}

/**
 * What is done regularly: content that has expired goes, a model is trained when enough has changed, and everybody is
 * described anew, because genres and audio features come and go.
 */
export async function scheduledRun(deps: ScheduleDeps, { retrainShare }: ScheduleOptions): Promise<ScheduledRun> {
  const { store, registry, clock = () => Date.now() / 1000 } = deps
  const purged = await store.purgeExpired(clock())
  const need = await trainingNeed(store, registry)
  const retrained = need !== undefined && need.share >= retrainShare
  if (retrained) await deps.retrain()
  const refreshed = (await registry.promoted()) && (await refresh(deps))
  return { purged, retrained, ...(refreshed && { refreshed }) }
}

/** Undefined without a promoted model: the first one is trained by hand. */
export async function trainingNeed(store: FeatureStore, registry: ModelRegistry): Promise<TrainingNeed | undefined> {
  const promoted = await registry.promoted()
  if (!promoted) return undefined
  const known = await registry.split(promoted.version)
  let [listeners, added] = [0, 0]
  for await (const { id } of scan((query) => store.listeners('train', query))) {
    const part = known.get(id)
    if (part === 'excluded') continue
    listeners++
    if (part === undefined) added++
  }
  // Who was erased is in no split any more.
  const trained = promoted.listeners ?? [...known.values()].filter((part) => part !== 'excluded').length
  const gone = trained - (listeners - added)
  return { listeners, added, gone, share: (added + gone) / Math.max(1, trained) }
}

function cronJob(expression: string, run: () => Promise<void>): Cron {
  try {
    return new Cron(expression, { protect: true, unref: true, mode: '5-part' }, run)
  } catch (cause) {
    throw new Problem(`refresh.schedule: "${expression}" is no cron expression`, {
      do: 'give five fields as in "0 4 * * *", or "off"',
      cause,
    })
  }
}
