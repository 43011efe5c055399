import type { Taggable } from '../groups/tags.ts'
import type { CallOptions } from '../login-options.ts'

/** What a model was trained on. */
export interface ModelProvenance {
  readonly featureView: { readonly name: string; readonly version: number }
  readonly trainingDataset: number
}

export interface NewModel {
  /** `[a-zA-Z0-9_]+`. */
  readonly name: string
  /** Default: the next. */
  readonly version?: number
  /** Keep it short: servers have failed on long ones. */
  readonly description?: string
  /** Names may contain folders, with `/`. `openAsBlob` of `node:fs` gives a Blob of a file without reading it. */
  readonly files: ReadonlyMap<string, Uint8Array | Blob>
  /** Names `[a-z0-9_]+`, so that the registry can sort by them. */
  readonly metrics?: Readonly<Record<string, number>>
  readonly framework?: 'PYTHON' | 'TENSORFLOW' | 'TORCH' | 'SKLEARN' | 'LLM'
  /** Saved as `input_example.json`. */
  readonly inputExample?: unknown
  /** Saved as `model_schema.json`. */
  readonly schema?: unknown
  readonly provenance?: ModelProvenance
}

export interface ModelFile {
  /** Relative to the model, with `/`. */
  readonly name: string
  readonly bytes: number
}

/** One registered version of a model. */
export interface Model extends Taggable {
  readonly name: string
  readonly version: number
  readonly description: string
  readonly framework: string
  readonly createdAt: Date | undefined
  readonly metrics: Readonly<Record<string, number>>
  /** What it was trained on, as far as the registry knows and still has it. */
  provenance(options?: CallOptions): Promise<ModelProvenance | undefined>
  files(options?: CallOptions): Promise<ModelFile[]>
  /** All of one file. */
  read(file: string, options?: CallOptions): Promise<Uint8Array>
  /** The same, piece by piece. */
  stream(file: string, options?: CallOptions): AsyncGenerator<Uint8Array, void, undefined>
  delete(options?: CallOptions): Promise<void>
}

export interface ModelRegistry {
  /** Uploads in chunks, then registers; resolves when the registry lists it. Whatever fails, no half version stays. */
  save(model: NewModel, options?: CallOptions): Promise<Model>
  model(name: string, version: number, options?: CallOptions): Promise<Model | undefined>
  /** All versions, newest first. */
  models(name: string, options?: CallOptions): Promise<Model[]>
  /** The version with the best value of a metric. */
  best(name: string, metric: string, direction: 'max' | 'min', options?: CallOptions): Promise<Model | undefined>
}
