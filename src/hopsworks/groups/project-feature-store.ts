import { isMissing, missing } from '../api-refusal.ts'
import { HopsworksError } from '../error.ts'
import type { CallOptions } from '../login-options.ts'
import type { Services } from '../services.ts'
import type { Session } from '../session.ts'
import type { FeatureView, FeatureViewDefinition } from '../views/feature-view.ts'
import { StoredFeatureView } from '../views/stored-feature-view.ts'
import { viewBody } from '../views/view-body.ts'
import type { ViewRecord } from '../views/view-record.ts'
import type { FeatureGroupDefinition } from './definition.ts'
import type { FeatureGroup } from './feature-group.ts'
import type { FeatureStore } from './feature-store.ts'
import { creationOf, expandGroup, type GroupRecord } from './group-record.ts'
import { checkDefinition } from './names.ts'
import { differenceOf } from './same-group.ts'
import { recordOf, StoredFeatureGroup } from './stored-feature-group.ts'

/** The feature store of the project that is logged in to. */
export class ProjectFeatureStore implements FeatureStore {
  readonly id: number
  readonly name: string
  readonly #session: Session
  readonly #services: Services
  readonly #path: string
  readonly #storePath: string
  /** By id and number of features: a group that is asked for twice keeps one schema and one materialization window. */
  readonly #known = new Map<string, StoredFeatureGroup>()

  constructor(session: Session, services: Services, store: { readonly id: number; readonly name: string }) {
    this.id = store.id
    this.name = store.name
    this.#session = session
    this.#services = services
    this.#storePath = `featurestores/${store.id}`
    this.#path = `${this.#storePath}/featuregroups`
  }

  async createFeatureGroup(definition: FeatureGroupDefinition, { signal }: CallOptions = {}): Promise<FeatureGroup> {
    checkDefinition(definition)
    const { name, version = 1 } = definition
    const created = (await this.#session.projectApi({
      method: 'POST',
      path: this.#path,
      query: expandGroup,
      json: creationOf(definition, this.id),
      subject: `feature group "${name}" version ${version}`,
      signal,
    })) as GroupRecord | null
    // What the server filled in (index, prefix, online types) is not always in the answer.
    const stored = await this.#record(name, version, signal)
    if (!stored && !created?.id)
      throw new HopsworksError('api', `feature group "${name}" is not there after it was created`, { passing: true })
    return this.#group(stored ?? created!)
  }

  async ensureFeatureGroup(definition: FeatureGroupDefinition, options: CallOptions = {}): Promise<FeatureGroup> {
    const { name, version = 1 } = definition
    const stored = await this.featureGroup(name, version, options)
    if (!stored) {
      try {
        return await this.createFeatureGroup(definition, options)
      } catch (error) {
        // Another process may have been quicker.
        const theirs = await this.featureGroup(name, version, options)
        if (!theirs) throw error
        return this.#checked(theirs, definition)
      }
    }
    return this.#checked(stored, definition)
  }

  async featureGroup(name: string, version?: number, { signal }: CallOptions = {}): Promise<FeatureGroup | undefined> {
    const record = await this.#record(name, version, signal)
    return record && this.#group(record)
  }

  async featureGroups({ signal }: CallOptions = {}): Promise<FeatureGroup[]> {
    const answer = (await this.#session.projectApi({
      method: 'GET',
      path: this.#path,
      query: { expand: 'features' },
      subject: 'the feature groups',
      signal,
    })) as { items?: GroupRecord[] } | GroupRecord[] | null
    const records = Array.isArray(answer) ? answer : (answer?.items ?? [])
    return records.map((record) => this.#group(record))
  }

  async createFeatureView(definition: FeatureViewDefinition, { signal }: CallOptions = {}): Promise<FeatureView> {
    const { name, version = 1 } = definition
    const record = (await this.#session.projectApi({
      method: 'POST',
      path: `${this.#storePath}/featureview`,
      json: viewBody(definition, this, (group) => recordOf(group)),
      subject: `feature view "${name}" version ${version}`,
      signal,
    })) as ViewRecord
    // The features are only in what is read.
    const stored = await this.featureView(name, record.version ?? version, { signal })
    return stored ?? this.#view(record)
  }

  async featureView(name: string, version?: number, { signal }: CallOptions = {}): Promise<FeatureView | undefined> {
    const path = `${this.#storePath}/featureview/${encodeURIComponent(name)}`
    const answer = (await this.#session.projectApi({
      method: 'GET',
      path: version === undefined ? path : `${path}/version/${version}`,
      query: { expand: ['query', 'features'] },
      subject: `feature view "${name}"`,
      isMissing: isMissing(missing.featureView),
      signal,
    })) as { items?: ViewRecord[] } | ViewRecord | null | undefined
    const records = answer && 'items' in answer ? (answer.items ?? []) : [answer ?? []].flat()
    const newest = (records as ViewRecord[]).toSorted((a, b) => b.version - a.version)[0]
    return newest && this.#view(newest)
  }

  #view(record: ViewRecord): StoredFeatureView {
    return new StoredFeatureView(this.#session, this.#services, this.#storePath, record)
  }

  async #record(
    name: string,
    version: number | undefined,
    signal: AbortSignal | undefined,
  ): Promise<GroupRecord | undefined> {
    const answer = (await this.#session.projectApi({
      method: 'GET',
      path: `${this.#path}/${encodeURIComponent(name)}`,
      query: { ...(version !== undefined && { version }), ...expandGroup },
      subject: `feature group "${name}"`,
      isMissing: isMissing(missing.featureGroup),
      signal,
    })) as GroupRecord[] | GroupRecord | null | undefined
    return [answer ?? []].flat().toSorted((a, b) => b.version - a.version)[0]
  }

  #group(record: GroupRecord): StoredFeatureGroup {
    const key = `${record.id} ${record.features?.length}`
    const group = this.#known.get(key) ?? new StoredFeatureGroup(this.#session, this.#services, this.id, record)
    this.#known.set(key, group)
    return group
  }

  #checked(stored: FeatureGroup, definition: FeatureGroupDefinition): FeatureGroup {
    const difference = differenceOf(stored, definition)
    if (difference)
      throw new HopsworksError('client', `feature group "${stored.name}" version ${stored.version}: ${difference}`, {
        do: 'use another version, or delete the stored one',
      })
    return stored
  }
}
