import type { ListenerId } from '../taste/listener-id.ts'
import type { SplitPart } from './feature-store.ts'

/** What is known of a model without opening it. */
export interface ModelCard {
  /** What reads it: `linear` or `two-tower`. */
  readonly kind: string
  /** Seconds since 1970. */
  readonly trainedAt: number
  /** Hash of the fitted parameters; the same data, seed and configuration give the same hash. */
  readonly hash: string
  /** Headline numbers, such as `validation.r10`. */
  readonly metrics: Readonly<Record<string, number>>
  /**
   * How many listeners it was made with, for training or to be evaluated on. Its split says less after some of them were
   * erased. Absent for a model of an older version of the program.
   */
  readonly listeners?: number
  /** Which state of the store it was made from, and how it was divided. Absent for a model of an older version of the program. */
  readonly trainedOn?: {
    /** Number of the store's last change before the data was read. */
    readonly upToChange: number
    readonly split: { readonly seed: number; readonly validation: number }
  }
  /** Terms that the data puts on the model, such as `research use only`. */
  readonly marks: readonly string[]
  readonly configuration: unknown
}

export interface RegisteredModel extends ModelCard {
  /** 1, 2, 3, ...; never used twice. */
  readonly version: number
  readonly promoted: boolean
}

export type ModelFiles = ReadonlyMap<string, Uint8Array>

/** Versions of models. Registering never changes what is served; promoting does. */
export interface ModelRegistry {
  /** Durable when the promise resolves. `split` is erased listener by listener with the store's `erase`. */
  register(card: ModelCard, files: ModelFiles, split: ReadonlyMap<ListenerId, SplitPart>): Promise<number>
  /** Newest first. */
  models(): Promise<readonly RegisteredModel[]>
  promoted(): Promise<RegisteredModel | undefined>
  /** @throws Problem for an unknown version. */
  promote(version: number): Promise<void>
  /** Promotes the version that was promoted before; resolves to it. @throws Problem when there was none. */
  rollback(): Promise<number>
  /** @throws Problem for an unknown version or a damaged file. */
  files(version: number): Promise<ModelFiles>
  /** The folder on this machine that holds the files of a version, once `register` or `files` has put them there. */
  folder(version: number): string
  /** In the byte order of the ids. @throws Problem for an unknown version. */
  split(version: number): Promise<ReadonlyMap<ListenerId, SplitPart>>
}
