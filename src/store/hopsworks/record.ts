import {
  type FeatureGroup,
  type FeatureGroupDefinition,
  HopsworksError,
  isRefusedRegistration,
  type LoginOptions,
  type ModelProvenance,
  type NewModel,
  type Project,
} from '../../hopsworks/index.ts'
import { Problem } from '../../taste/problem.ts'
import { type FileSums, sumOf, type WireModel } from '../sqlite/model-writer.ts'
import { again } from './again.ts'
import { type DocumentKeys, unpackDocument } from './documents.ts'
import { type Head, readHead } from './head.ts'
import { Lineage } from './lineage.ts'
import {
  type DocumentGroup,
  documentGroup,
  documentGroups,
  headGroup,
  vectorGroup,
  vectorGroupName,
} from './mapping.ts'
import type { DeadRow } from './replica.ts'
import { type SharedProject, sharedLogin } from './shared-login.ts'

/** A row of a group of documents. */
export interface RecordRow {
  readonly n: number
  /** Number of the first row that the document ever had. */
  readonly document: number
  readonly kind: string
  readonly part: number
  /** 0: the document was removed. */
  readonly parts: number
  readonly content: Uint8Array | null
}

export interface VectorRow {
  readonly listener: number
  readonly key: string
  readonly vector: Float32Array
}

const rowsAtOnce = 500
/** A round numbers its rows without gaps, so whatever one has left begins within as many. From there on `rowsAtOnce` are looked at. */
const looksAhead = 100
/** The most that an index can be asked for. */
const mostFound = 10_000
/** What is known of a model, beside its files. */
const cardFile = 'consonance-card.json'

/** What the project holds: documents, the head, vectors and models' files. Everything written is online when a promise resolves. */
export class ProjectRecord {
  readonly project: Project
  /** What its groups, folder and models are named after. */
  readonly name: string
  readonly #lineage: Lineage
  readonly #close: () => Promise<void>
  readonly #groups = new Map<string, Promise<FeatureGroup>>()

  private constructor({ project, close }: SharedProject, name: string) {
    this.project = project
    this.#close = close
    this.name = name
    this.#lineage = new Lineage(project, name)
  }

  /** @throws Problem when the project holds no store and none may be made */
  static async open(options: LoginOptions, name: string, create: boolean): Promise<ProjectRecord> {
    const shared = await sharedLogin(options)
    try {
      const record = new ProjectRecord(shared, name)
      const head = headGroup(name)
      if (!create && !(await shared.project.features.featureGroup(head.name, 1))) throw record.#missing()
      const groups = documentGroups.map((group) => documentGroup(name, group))
      await Promise.all([head, ...groups].map((group) => record.#group(group)))
      if (!create && !(await record.head())) throw record.#missing()
      return record
    } catch (error) {
      await shared.close()
      throw error
    }
  }

  async head(signal?: AbortSignal): Promise<Head | undefined> {
    const group = await this.#group(headGroup(this.name))
    const [row] = await group.read([{ n: 0 }], { features: ['content'], signal })
    return row ? readHead(Buffer.from(row.content as Uint8Array).toString()) : undefined
  }

  async putHead(head: Head, signal: AbortSignal): Promise<void> {
    const group = await this.#group(headGroup(this.name))
    const row = { n: 0, content: Buffer.from(JSON.stringify(head)), written_at: new Date() }
    await group.insert([row], { wait: true, signal })
  }

  /** Rows numbered `from` to `to` that are still there, in their order; and up to which number they were read. */
  async *rows(
    documents: DocumentGroup,
    from: number,
    to: number,
  ): AsyncGenerator<{ readonly rows: readonly RecordRow[]; readonly upTo: number }> {
    if (from > to) return
    let coming: Promise<readonly RecordRow[]> | undefined = this.#read(documents, from, to)
    for (let next = from + rowsAtOnce; coming; next += rowsAtOnce) {
      const rows: readonly RecordRow[] = await coming
      coming = next <= to ? this.#read(documents, next, to) : undefined
      coming?.catch(() => {})
      yield { rows, upTo: Math.min(next - 1, to) }
    }
  }

  /** Those of the first `rowsAtOnce` numbers that are there. */
  async #read(documents: DocumentGroup, from: number, to: number): Promise<readonly RecordRow[]> {
    const group = await this.#group(documentGroup(this.name, documents))
    const keys = Array.from({ length: Math.min(rowsAtOnce, to - from + 1) }, (_, i) => ({ n: from + i }))
    const rows = await group.read(keys, { features: ['n', 'document', 'kind', 'part', 'parts', 'content'] })
    return rows.filter((row) => row !== undefined) as unknown as RecordRow[]
  }

  /** What rounds that failed have left above the numbers that count, vectors included. */
  async above(numbers: Head['numbers']): Promise<readonly DeadRow[]> {
    return (await Promise.all(documentGroups.map((group) => this.#above(group, numbers[group])))).flat()
  }

  async #above(group: DocumentGroup, last: number): Promise<readonly DeadRow[]> {
    const left: DeadRow[] = []
    for (let from = last + 1, count = looksAhead; ; from += count, count = rowsAtOnce) {
      const rows = await this.#read(group, from, from + count - 1)
      if (rows.length === 0) return left
      left.push(...rows.map(({ n }) => ({ group, n })), ...rows.flatMap(vectorBeside))
    }
  }

  async putRows(documents: DocumentGroup, rows: readonly RecordRow[], signal: AbortSignal): Promise<void> {
    const written_at = new Date()
    const group = await this.#group(documentGroup(this.name, documents))
    await group.insert(
      rows.map((row) => ({ ...row, written_at })),
      { wait: true, signal },
    )
  }

  async putVectors(model: number, rows: readonly VectorRow[], signal: AbortSignal): Promise<void> {
    const written_at = new Date()
    const group = await this.#group(vectorGroup(this.name, model, rows[0]!.vector.length))
    const all = rows.map(({ listener, key, vector }) => ({ listener, key, embedding: vector, written_at }))
    await group.insert(all, { wait: true, signal })
  }

  /**
   * Removes rows from the online store, and empties those of vectors: servers up to 5.1 pass over the removal of single
   * rows of a group with an embedding index. An empty one holds a running number and is never found.
   */
  async remove(dead: readonly DeadRow[], signal: AbortSignal): Promise<void> {
    const byGroup = Map.groupBy(dead, ({ group }) => group)
    await Promise.all(
      Array.from(byGroup, async ([name, rows]) => {
        const group = await this.#groupOf(name)
        if (!group) return
        if (name.startsWith(vectorsOf)) {
          const written_at = new Date()
          const empty = rows.map(({ n }) => ({ listener: n, key: null, embedding: null, written_at }))
          await group.insert(empty, { wait: true, signal })
        } else
          await group.deleteRows(
            rows.map(({ n }) => ({ n })),
            { wait: true, signal },
          )
      }),
    )
  }

  /** The keys of the `k` listeners whose vectors are nearest to a direction by the cosine, nearest first. */
  async nearest(model: number, direction: Float32Array, k: number): Promise<readonly string[]> {
    const group = await this.#groupOf(`${vectorsOf}${model}`)
    if (!group) return []
    return (await group.nearest(direction, { k: Math.min(k, mostFound), features: ['key'] })).map(
      ({ row }) => row.key as string,
    )
  }

  /**
   * Whatever was left of an attempt that was not committed is replaced. A model is worth more than what is known of its origin: it
   * is saved also where that can't be registered, and `note` is told.
   * @param upTo see `trainedUpTo`
   * @throws Problem when the version is somebody's
   */
  async saveModel(
    version: number,
    model: WireModel,
    { upTo, note }: { readonly upTo: number; readonly note: (text: string) => void },
    signal: AbortSignal,
  ): Promise<void> {
    const { models } = this.project
    const left = await models.model(this.name, version)
    const given = (await this.head(signal))?.sequences.models ?? 0
    signal.throwIfAborted()
    if (version <= given)
      throw new Problem(`models: version ${version} was registered by another process meanwhile`, {
        do: 'register the model again',
      })
    await left?.delete()
    signal.throwIfAborted()
    const { card, files } = model
    const saved = {
      name: this.name,
      version,
      // There is none without files.
      files: new Map([...files, [cardFile, Buffer.from(JSON.stringify(card, null, 2))]]),
      description: `Consonance, ${card.kind}`,
      metrics: Object.fromEntries(
        Object.entries(card.metrics).map(([name, value]) => [name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_'), value]),
      ),
    } satisfies NewModel
    let provenance: ModelProvenance | undefined
    let untold: HopsworksError | undefined
    try {
      const profiles = await this.#group(documentGroup(this.name, 'profiles'))
      provenance = await again(() => this.#lineage.register(version, model, upTo, profiles, signal))
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof HopsworksError)) throw error
      untold = error
    }
    try {
      await models.save({ ...saved, provenance })
    } catch (error) {
      // Whoever lost the lock removes nothing: another process may have registered this version meanwhile.
      signal.throwIfAborted()
      if (provenance) await this.#lineage.remove(provenance, signal).catch(() => {})
      if (!provenance || !isRefusedRegistration(error)) throw error
      await models.save(saved)
      untold = error
    }
    if (untold) note(`models: v${version} was saved, but not what it was trained on (${untold.message})`)
  }

  /** @throws Problem when the registry has no such version, or other files than were registered */
  async modelFiles(version: number, sums: FileSums): Promise<ReadonlyMap<string, Uint8Array>> {
    const model = await this.project.models.model(this.name, version)
    if (!model)
      throw new Problem(`models: the files of version ${version} are gone from the project's model registry`, {
        do: 'restore them, or promote another version',
      })
    const read = async ([name, sum]: readonly [string, string]) => {
      const bytes = await model.read(name)
      if (sumOf(bytes) !== sum)
        throw new Problem(`models: "${name}" of version ${version} is damaged in the project's model registry`, {
          do: 'restore it, or promote another version',
        })
      return [name, bytes] as const
    }
    return new Map(await Promise.all(Object.entries(sums).map(read)))
  }

  /** Resolves when nothing of what was given up or failed is on its way to the project any more. */
  settled(): Promise<void> {
    return this.project.settled()
  }

  close(): Promise<void> {
    return this.#close()
  }

  #group(definition: FeatureGroupDefinition): Promise<FeatureGroup> {
    let group = this.#groups.get(definition.name)
    if (!group) {
      group = again(() => this.project.features.ensureFeatureGroup(definition))
      group.catch(() => this.#groups.delete(definition.name))
      this.#groups.set(definition.name, group)
    }
    return group
  }

  /** Of a dead row; vectors of a model that nobody has embedded with have no group. */
  async #groupOf(name: string): Promise<FeatureGroup | undefined> {
    if (!name.startsWith(vectorsOf)) return this.#group(documentGroup(this.name, name as DocumentGroup))
    const found = vectorGroupName(this.name, Number(name.slice(vectorsOf.length)))
    return this.#groups.get(found) ?? (await this.project.features.featureGroup(found, 1))
  }

  #missing(): Problem {
    return new Problem(`store: there is none called "${this.name}" in project "${this.project.name}" yet`, {
      do: 'import something first, or check the name of the project',
    })
  }
}

/**
 * What `above` has found, in portions to be removed one after the other: whoever is killed in between leaves what `above`
 * finds again. So vectors go before the rows that tell of them, and of the rows those that are looked at last go first.
 */
export function portionsAbove(numbers: Head['numbers'], left: readonly DeadRow[]): readonly (readonly DeadRow[])[] {
  const lookOf = (row: DeadRow) =>
    vectorOf(row)
      ? Number.POSITIVE_INFINITY
      : Math.max(0, Math.ceil((row.n - numbers[row.group as DocumentGroup] - looksAhead) / rowsAtOnce))
  const byLook = Map.groupBy(left, lookOf)
  return [...byLook.keys()].sort((a, b) => b - a).map((look) => byLook.get(look)!)
}

/** How the vectors of a model are called among the groups of dead rows. */
const vectorsOf = 'vectors '

export const isDescription = (kind: string): boolean => kind === 'description'

/** The vector of a description that is gone. */
export function deadVector([model, listener]: DocumentKeys): DeadRow {
  return { group: `${vectorsOf}${model}`, n: listener as number }
}

/** The vector that was written together with a description; one of several rows is longer than any is. */
function vectorBeside({ kind, parts, content }: RecordRow): DeadRow[] {
  return isDescription(kind) && parts <= 1 && content ? [deadVector(unpackDocument([content]).keys)] : []
}

/** The keys of the description whose vector a dead row was; undefined for a row of documents. */
export function vectorOf({ group, n }: DeadRow): DocumentKeys | undefined {
  return group.startsWith(vectorsOf) ? [Number(group.slice(vectorsOf.length)), n] : undefined
}
