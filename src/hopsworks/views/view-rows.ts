import { HopsworksError } from '../error.ts'
import type { Row } from '../groups/feature-types.ts'
import type { GroupRecord } from '../groups/group-record.ts'
import type { CallOptions } from '../login-options.ts'
import type { OfflineStore } from '../offline/offline-store.ts'
import type { Session } from '../session.ts'

/** Which rows of a view are read offline. */
export interface ViewRows {
  readonly from?: Date | undefined
  readonly until?: Date | undefined
  readonly labels: boolean
  /** Whose extra filter counts too. */
  readonly trainingDataset?: number | undefined
}

/** A query as the API tells it, as far as this client reads it. */
interface BatchQuery {
  readonly [key: string]: unknown
  readonly leftFeatureGroup: GroupRecord & { readonly featurestoreName?: string | null }
  readonly leftFeatures: readonly { readonly name: string }[]
}

/** The offline rows of one feature view. */
export class OfflineView {
  readonly #session: Session
  readonly #store: OfflineStore
  readonly #path: string

  /** @param path of the view, below the project */
  constructor(session: Session, store: OfflineStore, path: string) {
    this.#session = session
    this.#store = store
    this.#path = path
  }

  /** Pages of rows as they come. @param subject as errors say it */
  async *read(
    wanted: ViewRows,
    { subject, signal }: CallOptions & { readonly subject: string },
  ): AsyncGenerator<Row[], void, undefined> {
    yield* this.#store.read(await this.#query(wanted, subject, signal), { subject, signal })
  }

  /**
   * The same for those rows alone that `choose` takes. It is shown the primary key of the view's first group under its own names, also
   * where the view leaves it out.
   * @param choose is made when the names of the key are known
   */
  async *readSome(
    wanted: ViewRows,
    choose: (keys: readonly string[]) => (key: Row) => boolean,
    { subject, signal }: CallOptions & { readonly subject: string },
  ): AsyncGenerator<Row[], void, undefined> {
    const query = await this.#query(wanted, subject, signal)
    const { leftFeatureGroup: group, leftFeatures } = query
    const keys = (group.features ?? []).filter(({ primary }) => primary)
    if (keys.length === 0)
      throw new HopsworksError('client', `${subject}: "${group.name}" has no primary key to draw random splits by`, {
        do: 'make a training data set that is split by time, or not at all',
      })
    const isThere = new Set(leftFeatures.map(({ name }) => name))
    const store = group.featurestoreName ?? `${this.#session.project.name.toLowerCase()}_featurestore`
    const qualified = (name: string) => `${store.replace(/_featurestore$/, '')}_${group.name}_${group.version}_${name}`
    const added = keys.filter(({ name }) => !isThere.has(name))
    const asked = {
      ...query,
      leftFeatures: [...leftFeatures, ...added.map((feature) => ({ ...feature, useFullyQualifiedName: true }))],
    }
    const names = keys.map(({ name }) => name)
    const isChosen = choose(names)
    const keyOf = (row: Row) =>
      Object.fromEntries(
        names.map((name) => {
          const value = row[qualified(name)] ?? row[name]
          if (value !== undefined && value !== null) return [name, value]
          throw new HopsworksError('flight', `${subject}: a row came without its key "${name}"`)
        }),
      )
    const hidden = added.map(({ name }) => qualified(name))
    for await (const page of this.#store.read(asked, { subject, signal })) {
      const chosen = page.filter((row) => isChosen(keyOf(row)))
      if (chosen.length > 0) yield hidden.length === 0 ? chosen : chosen.map((row) => without(row, hidden))
    }
  }

  async #query(
    { from, until, labels, trainingDataset }: ViewRows,
    subject: string,
    signal: AbortSignal | undefined,
  ): Promise<BatchQuery> {
    return (await this.#session.projectApi({
      method: 'GET',
      path: `${this.#path}/query/batch`,
      query: {
        ...(from && { start_time: from.getTime() }),
        ...(until && { end_time: until.getTime() }),
        with_label: labels,
        with_primary_keys: false,
        with_event_time: false,
        inference_helper_columns: false,
        training_helper_columns: false,
        is_hive_engine: true,
        ...(trainingDataset !== undefined && { td_version: trainingDataset }),
      },
      subject,
      signal,
    })) as BatchQuery
  }
}

function without(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)))
}
