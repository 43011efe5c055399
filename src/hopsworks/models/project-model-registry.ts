import { isMissing, missing } from '../api-refusal.ts'
import { HopsworksError } from '../error.ts'
import type { StoredFiles } from '../files/stored-files.ts'
import type { CallOptions } from '../login-options.ts'
import type { Session } from '../session.ts'
import type { ModelRecord } from './model-record.ts'
import type { Model, ModelProvenance, ModelRegistry, NewModel } from './model-registry.ts'
import { checkMetric, checkModel } from './new-model.ts'
import { modelFolder, modelPath, StoredModel } from './stored-model.ts'

/** Milliseconds that a registered model may take to be listed. */
const registrationTimeout = 480_000

const refusedRegistrations = new WeakSet<HopsworksError>()

/**
 * Whether the registry refused to list a model whose files it has taken: then it may still take one of which it is told less, such
 * as nothing of its provenance.
 */
export function isRefusedRegistration(error: unknown): error is HopsworksError {
  return error instanceof HopsworksError && refusedRegistrations.has(error)
}

/** A fault of the server's own, which further tries did not mend, may come from what it was told. */
function markRefusal(error: unknown): never {
  if (error instanceof HopsworksError && error.status !== undefined && (!error.passing || error.status === 500))
    refusedRegistrations.add(error)
  throw error
}

/** The model registry of the project that is logged in to. */
export class ProjectModelRegistry implements ModelRegistry {
  readonly #session: Session
  readonly #files: StoredFiles
  readonly #storeId: number

  constructor(session: Session, files: StoredFiles, storeId: number) {
    this.#session = session
    this.#files = files
    this.#storeId = storeId
  }

  async save(model: NewModel, options: CallOptions = {}): Promise<Model> {
    checkModel(model)
    const { name } = model
    if (!(await this.#files.exists('Models', options)))
      throw new HopsworksError('api', 'the project has no data set "Models"', {
        do: 'switch on Model Serving in its settings, or create the data set',
      })
    const view = model.provenance && (await this.#featureView(model.provenance, options))
    if (!(await this.#files.exists(`Models/${name}`, options))) await this.#makeFolder(`Models/${name}`, options)
    const version = await this.#takeVersion(model, options)
    try {
      await this.#upload(model, version, options)
      await this.#register(model, version, view, options).catch(markRefusal)
      return await this.#registered(name, version, options)
    } catch (error) {
      await this.#removeRest(name, version)
      throw error
    }
  }

  async model(name: string, version: number, { signal }: CallOptions = {}): Promise<Model | undefined> {
    const record = (await this.#session.projectApi({
      method: 'GET',
      path: modelPath(this.#session, name, version),
      query: { expand: ['trainingdatasets', 'mandatorytags'] },
      subject: `model "${name}" version ${version}`,
      isMissing: isMissing(missing.model),
      signal,
    })) as ModelRecord | null | undefined
    return record ? this.#stored(record) : undefined
  }

  async models(name: string, options: CallOptions = {}): Promise<Model[]> {
    const records = await this.#list(name, {}, options)
    return records.map((record) => this.#stored(record)).toSorted((a, b) => b.version - a.version)
  }

  async best(
    name: string,
    metric: string,
    direction: 'max' | 'min',
    options: CallOptions = {},
  ): Promise<Model | undefined> {
    checkMetric(metric)
    const order = direction === 'max' ? 'desc' : 'asc'
    const [record] = await this.#list(name, { sort_by: `${metric}:${order}`, limit: 1 }, options)
    const model = record && this.#stored(record)
    // Versions without the metric come last, and first where no version has it.
    return model && metric in model.metrics ? model : undefined
  }

  async #list(
    name: string,
    query: Readonly<Record<string, string | number>>,
    { signal }: CallOptions,
  ): Promise<readonly ModelRecord[]> {
    const answer = (await this.#session.projectApi({
      method: 'GET',
      path: `modelregistries/${this.#session.project.id}/models`,
      query: { expand: 'trainingdatasets', filter_by: `name_eq:${name}`, ...query },
      subject: `models "${name}"`,
      isMissing: isMissing(missing.model),
      signal,
    })) as { items?: ModelRecord[] } | null | undefined
    return answer?.items ?? []
  }

  /** Makes the version's folder: whoever makes it has the version. */
  async #takeVersion({ name, version: wanted }: NewModel, options: CallOptions): Promise<number> {
    let version = wanted ?? (await this.#nextVersion(name, options))
    for (; ; version++) {
      const folder = modelFolder(name, version)
      const isTaken =
        (await this.model(name, version, options)) !== undefined || (await this.#files.exists(folder, options))
      if (!isTaken) {
        try {
          await this.#files.makeFolder(folder, options)
          return version
        } catch (error) {
          // Somebody else was quicker.
          if (wanted !== undefined || !(await this.#files.exists(folder, options))) throw error
        }
      } else if (wanted !== undefined)
        throw new HopsworksError('client', `model "${name}" version ${version} exists`, {
          do: 'leave the version out, or delete that one',
        })
    }
  }

  async #nextVersion(name: string, options: CallOptions): Promise<number> {
    const folders = await this.#files.list(`Models/${name}`, options)
    const versions = folders.map(({ path }) => Number(path.slice(path.lastIndexOf('/') + 1)))
    return Math.max(0, ...versions.filter(Number.isInteger)) + 1
  }

  async #upload({ name, files, inputExample, schema }: NewModel, version: number, options: CallOptions): Promise<void> {
    const folder = modelFolder(name, version)
    await this.#files.makeFolder(`${folder}/Files`, options)
    const folders = new Set<string>()
    for (const [file, content] of files) {
      for (const parent of parentsOf(file)) {
        if (!folders.has(parent)) await this.#files.makeFolder(`${folder}/Files/${parent}`, options)
        folders.add(parent)
      }
      await this.#files.upload(`${folder}/Files/${file}`, content, options)
    }
    for (const [file, content] of [
      ['input_example.json', inputExample],
      ['model_schema.json', schema],
    ] as const)
      if (content !== undefined)
        await this.#files.upload(`${folder}/${file}`, Buffer.from(JSON.stringify(content)), options)
  }

  async #register(model: NewModel, version: number, view: unknown, { signal }: CallOptions): Promise<void> {
    const { name, description = null, metrics = {}, framework = 'PYTHON', inputExample, schema, provenance } = model
    const folder = modelFolder(name, version)
    await this.#session.projectApi({
      method: 'PUT',
      path: modelPath(this.#session, name, version),
      json: {
        id: `${name}_${version}`,
        projectName: this.#session.project.name,
        name,
        modelSchema: schema === undefined ? null : `${folder}/model_schema.json`,
        version,
        description,
        inputExample: inputExample === undefined ? null : `${folder}/input_example.json`,
        framework,
        metrics,
        environment: null,
        program: null,
        featureView: view ?? null,
        trainingDatasetVersion: provenance?.trainingDataset ?? null,
      },
      subject: `model "${name}" version ${version}`,
      signal,
    })
  }

  async #registered(name: string, version: number, options: CallOptions): Promise<Model> {
    const { environment } = this.#session
    const until = environment.now() + registrationTimeout
    for (let look = 1; ; look++) {
      const model = await this.model(name, version, options)
      if (model) return model
      if (environment.now() > until)
        throw new HopsworksError(
          'api',
          `model "${name}" version ${version} is not listed after ${registrationTimeout} ms`,
          {
            do: 'save it again',
            passing: true,
          },
        )
      await environment.sleep(Math.min(5_000, 100 * 2 ** look), options.signal)
    }
  }

  /** The whole record, as provenance wants it. */
  async #featureView({ featureView: { name, version } }: ModelProvenance, { signal }: CallOptions): Promise<unknown> {
    const view = await this.#session.projectApi({
      method: 'GET',
      path: `featurestores/${this.#storeId}/featureview/${encodeURIComponent(name)}/version/${version}`,
      query: { expand: ['query', 'features'] },
      subject: `feature view "${name}" version ${version}`,
      isMissing: isMissing(missing.featureView),
      signal,
    })
    if (view) return view
    throw new HopsworksError('client', `there is no feature view "${name}" version ${version}`, {
      do: 'create it before the model that names it',
    })
  }

  /** Also when the caller has given up: what is left over would take the version's number. */
  async #removeRest(name: string, version: number): Promise<void> {
    const path = modelPath(this.#session, name, version)
    const subject = `what is left of model "${name}" version ${version}`
    const steps = [
      () => this.#session.projectApi({ method: 'DELETE', path, subject, isMissing: isMissing(missing.model) }),
      () => this.#files.delete(modelFolder(name, version)),
    ]
    for (const step of steps)
      await step().catch((error: Error) =>
        this.#session.options.log?.({ kind: 'note', part: 'api', text: error.message }),
      )
  }

  /** Nobody minds when another process makes it at the same time. */
  async #makeFolder(path: string, options: CallOptions): Promise<void> {
    try {
      await this.#files.makeFolder(path, options)
    } catch (error) {
      if (!(await this.#files.exists(path, options))) throw error
    }
  }

  #stored(record: ModelRecord): StoredModel {
    return new StoredModel(this.#session, this.#files, record)
  }
}

/** `a/b/c` → `a`, `a/b`. */
function parentsOf(file: string): string[] {
  const parts = file.split('/').slice(0, -1)
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'))
}
