import type { OpenOptions, OpenStore } from '../open.ts'
import type { PolicySettings } from '../policy.ts'
import { databasePath, openForReading, prepareStore } from './connection.ts'
import { storeProblem } from './problems.ts'
import { SqliteRegistry } from './registry.ts'
import { SqliteStore } from './store.ts'
import { WorkThread } from './thread.ts'
import type { WriterCalls } from './writer.ts'

/** @throws Problem when the folder holds no store that this version can use. */
export async function openSqliteStore(
  folder: string,
  settings: PolicySettings,
  { create, clock = () => Date.now() / 1000 }: OpenOptions,
): Promise<OpenStore> {
  prepareStore(folder, create)
  try {
    const writeThread = new WorkThread<WriterCalls>('write-thread', { folder })
    const database = openForReading(folder, { mapped: true })
    const store = new SqliteStore(database, { folder, settings, writeThread, clock })
    return { store, registry: new SqliteRegistry(database, { folder, writeThread }), close: () => store.close() }
  } catch (error) {
    throw storeProblem(error, databasePath(folder))
  }
}
