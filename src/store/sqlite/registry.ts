import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { Problem } from '../../taste/problem.ts'
import type { SplitPart } from '../feature-store.ts'
import type { ModelCard, ModelFiles, ModelRegistry, RegisteredModel } from '../model-registry.ts'
import { databasePath } from './connection.ts'
import { type FileSums, modelFolder, sumOf, unknownModel } from './model-writer.ts'
import { storeProblem } from './problems.ts'
import type { Caller } from './thread.ts'
import type { WriterCalls } from './writer.ts'

interface ModelRow {
  readonly version: number
  readonly card: string
  readonly promoted: number
}

/** Models' versions in the store's database, their files in folders beside it. */
export class SqliteRegistry implements ModelRegistry {
  readonly #folder: string
  readonly #writeThread: Caller<WriterCalls>
  readonly #statements

  /** @param database closed by its owner. */
  constructor(
    database: DatabaseSync,
    { folder, writeThread }: { readonly folder: string; readonly writeThread: Caller<WriterCalls> },
  ) {
    this.#folder = folder
    this.#writeThread = writeThread
    this.#statements = {
      models: database.prepare(
        `SELECT version, card, version IS (SELECT version FROM promotions ORDER BY n DESC LIMIT 1) AS promoted
         FROM models ORDER BY version DESC`,
      ),
      files: database.prepare('SELECT files FROM models WHERE version = ?'),
      split: database.prepare(
        'SELECT l.id, p.part FROM splits p JOIN listeners l ON l.n = p.listener WHERE p.version = ? ORDER BY l.id',
      ),
    }
  }

  register(card: ModelCard, files: ModelFiles, split: ReadonlyMap<string, SplitPart>): Promise<number> {
    return this.#writeThread.call('register', [{ card, files: [...files], split: [...split] }])
  }

  async models(): Promise<readonly RegisteredModel[]> {
    return this.#read(() => {
      const rows = this.#statements.models.all() as unknown as ModelRow[]
      return rows.map(({ version, card, promoted }) => ({
        ...(JSON.parse(card) as ModelCard),
        version,
        promoted: promoted === 1,
      }))
    })
  }

  async promoted(): Promise<RegisteredModel | undefined> {
    return (await this.models()).find(({ promoted }) => promoted)
  }

  promote(version: number): Promise<void> {
    return this.#writeThread.call('promote', [version])
  }

  rollback(): Promise<number> {
    return this.#writeThread.call('rollback', [])
  }

  async files(version: number): Promise<ModelFiles> {
    const sums = Object.entries(this.#sums(version))
    const folder = this.folder(version)
    return new Map(
      await Promise.all(sums.map(async ([name, sum]) => [name, await readChecked(join(folder, name), sum)] as const)),
    )
  }

  folder(version: number): string {
    return modelFolder(this.#folder, version)
  }

  /** @throws Problem for an unknown version */
  fileSums(version: number): FileSums {
    return this.#sums(version)
  }

  async split(version: number): Promise<ReadonlyMap<string, SplitPart>> {
    this.#sums(version)
    return this.#read(() => {
      const rows = this.#statements.split.all(version) as { id: string; part: SplitPart }[]
      return new Map(rows.map(({ id, part }) => [id, part]))
    })
  }

  #sums(version: number): FileSums {
    const row = this.#read(() => this.#statements.files.get(version)) as { files: string } | undefined
    if (!row) throw unknownModel(version)
    return JSON.parse(row.files) as FileSums
  }

  #read<T>(read: () => T): T {
    try {
      return read()
    } catch (error) {
      throw storeProblem(error, databasePath(this.#folder))
    }
  }
}

async function readChecked(path: string, sum: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new Problem(`models: "${path}" is missing or can't be read`, {
      do: 'restore it from a copy, or promote another version',
      cause: error,
    })
  })
  if (sumOf(bytes) !== sum)
    throw new Problem(`models: "${path}" is damaged`, { do: 'restore it from a copy, or promote another version' })
  return bytes
}
