import { hash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { Problem } from '../../taste/problem.ts'
import type { SplitPart } from '../feature-store.ts'
import type { ModelCard } from '../model-registry.ts'
import type { ChangeLog } from './changes.ts'

/** A model on its way to the writer's thread. */
export interface WireModel {
  readonly card: ModelCard
  readonly files: readonly (readonly [name: string, bytes: Uint8Array])[]
  readonly split: readonly (readonly [listener: string, part: SplitPart])[]
}

/** SHA-256 of each file of a model, by its name. */
export type FileSums = Readonly<Record<string, string>>

export function modelFolder(folder: string, version: number): string {
  return join(folder, 'models', `v${version}`)
}

export const sumOf = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex')

/**
 * Writes models. The files are written under the store's write lock, to a temporary folder that is renamed when all of
 * them are on the disk: whatever folder of a model a holder of the lock finds without a row in the database was left
 * behind by a process that died, and can go.
 */
export class ModelWriter {
  readonly #folder: string
  readonly #changes: ChangeLog
  readonly #statements

  constructor(database: DatabaseSync, folder: string, changes: ChangeLog) {
    this.#folder = folder
    this.#changes = changes
    this.#statements = {
      versions: database.prepare('SELECT version FROM models'),
      last: database.prepare("SELECT coalesce(max(seq), 0) AS version FROM sqlite_sequence WHERE name = 'models'"),
      insert: database.prepare('INSERT INTO models (version, card, files) VALUES (?, ?, ?)'),
      addToSplit: database.prepare(
        'INSERT INTO splits (version, listener, part) SELECT ?, n, ? FROM listeners WHERE id = ?',
      ),
      exists: database.prepare('SELECT 1 FROM models WHERE version = ?'),
      promoted: database.prepare('SELECT n, version FROM promotions ORDER BY n DESC LIMIT 2'),
      promote: database.prepare('INSERT INTO promotions (version) VALUES (?)'),
      demote: database.prepare('DELETE FROM promotions WHERE n = ?'),
    }
  }

  register({ card, files, split }: WireModel): number {
    this.#sweep()
    const version = (this.#statements.last.get() as { version: number }).version + 1
    const target = modelFolder(this.#folder, version)
    const draft = join(dirname(target), `.draft-v${version}`)
    mkdirSync(draft, { recursive: true, mode: 0o700 })
    for (const [name, bytes] of files) writeDurably(join(draft, checkedName(name)), bytes)
    syncFolder(draft)
    renameSync(draft, target)
    syncFolder(dirname(target))
    syncFolder(this.#folder)
    const sums: FileSums = Object.fromEntries(files.map(([name, bytes]) => [name, sumOf(bytes)]))
    this.#statements.insert.run(version, JSON.stringify(card), JSON.stringify(sums))
    for (const [listener, part] of split) this.#statements.addToSplit.run(version, part, listener)
    this.#changes.append('model')
    return version
  }

  promote(version: number): void {
    if (!this.#statements.exists.get(version)) throw unknownModel(version)
    const [current] = this.#statements.promoted.all() as { version: number }[]
    if (current?.version === version) return
    this.#statements.promote.run(version)
    this.#changes.append('model')
  }

  rollback(): number {
    const [current, before] = this.#statements.promoted.all() as { n: number; version: number }[]
    if (!current || !before)
      throw new Problem('models: no version was promoted before this one', {
        do: 'choose one with: models promote VERSION',
      })
    this.#statements.demote.run(current.n)
    this.#changes.append('model')
    return before.version
  }

  /** Removes what processes that died have left behind. Needs the write lock. */
  #sweep(): void {
    const models = join(this.#folder, 'models')
    if (!existsSync(models)) return
    const registered = new Set(
      (this.#statements.versions.all() as { version: number }[]).map(({ version }) => `v${version}`),
    )
    for (const name of readdirSync(models))
      if (/^(?:v|\.draft-v)\d+$/.test(name) && !registered.has(name))
        rmSync(join(models, name), { recursive: true, force: true })
  }
}

export function unknownModel(version: number): Problem {
  return new Problem(`models: there is no version ${version}`, { do: 'see: models list' })
}

function checkedName(name: string): string {
  if (!/^[a-z0-9][a-z0-9._-]*$/i.test(name)) throw new TypeError(`"${name}" is not a plain file name`)
  return name
}

function writeDurably(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'w', 0o600)
  try {
    writeFileSync(file, bytes)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
