import type { CallOptions } from '../login-options.ts'

export interface ProjectFile {
  /** Relative to the project, such as `Models/tower/1/Files/model.safetensors`. */
  readonly path: string
  readonly isFolder: boolean
  readonly bytes: number
}

/** The project's files (its data sets). Paths are relative to the project. */
export interface ProjectFiles {
  exists(path: string, options?: CallOptions): Promise<boolean>
  list(folder: string, options?: CallOptions): Promise<ProjectFile[]>
  makeFolder(path: string, options?: CallOptions): Promise<void>
  /** In chunks of 10 MiB, three at a time. Replaces a file of that name. */
  upload(path: string, content: Uint8Array | Blob, options?: CallOptions): Promise<void>
  download(path: string, options?: CallOptions): AsyncGenerator<Uint8Array, void, undefined>
  /** Also a folder with all that is in it; nothing happens where there is none. */
  delete(path: string, options?: CallOptions): Promise<void>
}
