import type { TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { LocalHopsworks, LocalHopsworksOptions } from '../../test/hopsworks/fast/local-hopsworks.ts'
import { startLocalHopsworks } from '../../test/hopsworks/fast/start.ts'
import type { FeatureGroup, FeatureGroupDefinition, LogEvent, LoginOptions, Project } from './index.ts'
import { login } from './index.ts'

/** A project on a local Hopsworks of the test's own. */
export interface TestProject {
  readonly local: LocalHopsworks
  readonly project: Project
  readonly events: readonly LogEvent[]
}

export async function testProject(
  t: TestContext,
  options: Partial<LoginOptions> = {},
  localOptions: LocalHopsworksOptions = {},
): Promise<TestProject> {
  const local = await startLocalHopsworks(localOptions)
  t.after(async () => {
    await project.close()
    await local.close()
  })
  const events: LogEvent[] = []
  const project = await login({ ...local.login, log: (event) => events.push(event), ...options })
  return { local, project, events }
}

/** Rows with three-dimensional embeddings, and a number. */
export const vectorGroup: FeatureGroupDefinition = {
  name: 'profiles',
  primaryKey: ['key'],
  eventTime: 'ts',
  features: [
    { name: 'key', type: 'string' },
    { name: 'n', type: 'bigint' },
    { name: 'emb', type: 'array<float>' },
    { name: 'ts', type: 'timestamp' },
  ],
  embeddingIndex: { name: 'profiles_own', embeddings: [{ feature: 'emb', dimension: 3, similarity: 'cosine' }] },
}

export const plainGroup: FeatureGroupDefinition = {
  name: 'plain',
  primaryKey: ['id'],
  features: [
    { name: 'id', type: 'bigint' },
    { name: 'text', type: 'string' },
    { name: 'list', type: 'array<int>' },
  ],
}

/** A feature of each type, with an event time. */
export const everyType: FeatureGroupDefinition = {
  name: 'every_type',
  primaryKey: ['id'],
  eventTime: 'at',
  features: [
    { name: 'id', type: 'bigint' },
    { name: 'at', type: 'timestamp' },
    { name: 'whole', type: 'int' },
    { name: 'flag', type: 'boolean' },
    { name: 'single', type: 'float' },
    { name: 'double', type: 'double' },
    { name: 'text', type: 'string' },
    { name: 'content', type: 'binary' },
    { name: 'day', type: 'date' },
    { name: 'price', type: 'decimal(10,2)' },
    { name: 'list', type: 'array<double>' },
    { name: 'times', type: 'array<timestamp>' },
    { name: 'shares', type: 'map<string,float>' },
    { name: 'pair', type: 'struct<a:bigint,b:array<string>>' },
  ],
}

/** Waits until the vector database shows what was ingested. */
export async function counted(group: FeatureGroup, rows: number): Promise<void> {
  for (let look = 0; (await group.count()) !== rows; look++) {
    if (look === 200) throw new Error(`${await group.count()} rows instead of ${rows}`)
    await wait(5)
  }
}
