import { isMissing, missing } from '../api-refusal.ts'
import type { StoredFiles } from '../files/stored-files.ts'
import { Tagged, Tags } from '../groups/tags.ts'
import type { CallOptions } from '../login-options.ts'
import type { Session } from '../session.ts'
import {
  createdOf,
  type ModelRecord,
  metricsOf,
  type ProvenanceLink,
  provenanceOf,
  provenanceOfLinks,
} from './model-record.ts'
import type { Model, ModelFile, ModelProvenance } from './model-registry.ts'

/** A model that the registry has. */
export class StoredModel extends Tagged implements Model {
  readonly name: string
  readonly version: number
  readonly description: string
  readonly framework: string
  readonly createdAt: Date | undefined
  readonly metrics: Readonly<Record<string, number>>
  readonly #session: Session
  readonly #files: StoredFiles
  readonly #provenance: ModelProvenance | undefined

  constructor(session: Session, files: StoredFiles, record: ModelRecord) {
    const { name, version } = record
    super(new Tags(session, modelPath(session, name, version), subjectOf(record)))
    this.name = record.name
    this.version = record.version
    this.description = record.description ?? ''
    this.framework = record.framework ?? ''
    this.createdAt = createdOf(record)
    this.metrics = metricsOf(record)
    this.#provenance = provenanceOf(record)
    this.#session = session
    this.#files = files
  }

  async provenance({ signal }: CallOptions = {}): Promise<ModelProvenance | undefined> {
    if (this.#provenance) return this.#provenance
    const links = (await this.#session.projectApi({
      method: 'GET',
      path: `${modelPath(this.#session, this.name, this.version)}/provenance/links`,
      query: { expand: 'provenance_artifacts', upstreamLvls: 2, downstreamLvls: 0 },
      subject: `provenance of ${this.#subject}`,
      isMissing: isMissing(missing.model),
      signal,
    })) as ProvenanceLink | null | undefined
    return links ? provenanceOfLinks(links) : undefined
  }

  async files(options: CallOptions = {}): Promise<ModelFile[]> {
    const folder = await this.#folder(options)
    const found: ModelFile[] = []
    const walk = async (path: string): Promise<void> => {
      for (const file of await this.#files.list(path, options)) {
        if (file.isFolder) await walk(file.path)
        else found.push({ name: file.path.slice(folder.length + 1), bytes: file.bytes })
      }
    }
    await walk(folder)
    return found.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }

  async read(file: string, options: CallOptions = {}): Promise<Uint8Array> {
    const pieces: Uint8Array[] = []
    for await (const piece of this.stream(file, options)) pieces.push(piece)
    return new Uint8Array(Buffer.concat(pieces))
  }

  async *stream(file: string, options: CallOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    yield* this.#files.download(`${await this.#folder(options)}/${file}`, options)
  }

  async delete({ signal }: CallOptions = {}): Promise<void> {
    await this.#session.projectApi({
      method: 'DELETE',
      path: modelPath(this.#session, this.name, this.version),
      subject: this.#subject,
      isMissing: isMissing(missing.model),
      signal,
    })
  }

  get #subject(): string {
    return subjectOf(this)
  }

  /** Old models have their files beside where `Files` would be. */
  async #folder(options: CallOptions): Promise<string> {
    const folder = modelFolder(this.name, this.version)
    return (await this.#files.exists(`${folder}/Files`, options)) ? `${folder}/Files` : folder
  }
}

function subjectOf({ name, version }: Pick<Model, 'name' | 'version'>): string {
  return `model "${name}" version ${version}`
}

/** Below the project; the registry of a project has the project's id. */
export function modelPath(session: Session, name: string, version: number): string {
  return `modelregistries/${session.project.id}/models/${encodeURIComponent(`${name}_${version}`)}`
}

export function modelFolder(name: string, version: number): string {
  return `Models/${name}/${version}`
}
