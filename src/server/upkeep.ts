import type { FeatureStore } from '../store/feature-store.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { Spool } from './spool.ts'

const day = 24 * 3600
/** Seconds after which something is forgotten. */
const life = { session: 180 * day, job: 7 * day }
/** Milliseconds between two rounds. */
const every = { erasures: 1000, rest: 600_000 }

export interface UpkeepDeps {
  readonly store: Pick<FeatureStore, 'changes' | 'lastChange' | 'history' | 'purgeExpired'>
  readonly ledger: Ledger
  readonly spool: Spool
  /** Seconds since 1970. */
  readonly now: () => number
  readonly onError: (error: unknown) => void
}

/** What a server does beside answering: forgets whom any process erased, and what has had its time. */
export class Upkeep {
  readonly #deps: UpkeepDeps
  readonly #timers: readonly NodeJS.Timeout[]
  #turn: Promise<void> = Promise.resolve()

  private constructor(deps: UpkeepDeps) {
    this.#deps = deps
    this.#timers = [
      setInterval(() => this.#inTurn(() => this.#forgetErased()), every.erasures).unref(),
      setInterval(() => this.#inTurn(() => this.#forgetOld()), every.rest).unref(),
    ]
  }

  static async start(deps: UpkeepDeps): Promise<Upkeep> {
    const upkeep = new Upkeep(deps)
    await upkeep.#forgetErased()
    await upkeep.#forgetOld()
    return upkeep
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    await this.#turn
  }

  #inTurn(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(work).catch(this.#deps.onError)
  }

  async #forgetErased(): Promise<void> {
    const { store, ledger } = this.#deps
    // Before what it tells: if it becomes another one meanwhile, the next turn begins anew.
    const history = await store.history()
    const last = await store.lastChange()
    const { followed } = ledger
    // What was followed may not have come to pass.
    let change = followed.history === history && followed.change <= last ? followed.change : 0
    while (change < last) {
      const changes = await store.changes(change)
      for (const { kind, key } of changes) if (kind === 'erased' && key !== undefined) ledger.forget(key)
      change = changes.at(-1)?.seq ?? last
      ledger.followed = { change, history }
    }
  }

  async #forgetOld(): Promise<void> {
    const { store, ledger, spool, now } = this.#deps
    await store.purgeExpired(now())
    ledger.sessions.endUnseenSince(now() - life.session)
    ledger.jobs.removeEndedBefore(now() - life.job)
    for (const { id, name, expires_at } of ledger.uploads.all()) {
      if (expires_at > now()) continue
      ledger.uploads.remove(id)
      await spool.removeFile(spool.pathOf(id, name))
    }
  }
}
