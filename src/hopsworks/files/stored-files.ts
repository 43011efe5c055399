import { isMissing, isNotFound, missing } from '../api-refusal.ts'
import { HopsworksError } from '../error.ts'
import type { CallOptions } from '../login-options.ts'
import type { Session } from '../session.ts'
import { multipart } from './multipart.ts'
import type { ProjectFile, ProjectFiles } from './project-files.ts'

const chunkBytes = 10 * 1024 * 1024
const chunksAtOnce = 3
const pageSize = 1_000

interface FileRecord {
  readonly attributes?: { readonly path?: string; readonly dir?: boolean; readonly size?: number }
}

/** The project's data sets, through the API. */
export class StoredFiles implements ProjectFiles {
  readonly #session: Session

  constructor(session: Session) {
    this.#session = session
  }

  async exists(path: string, { signal }: CallOptions = {}): Promise<boolean> {
    const answer = await this.#session.projectApi({
      method: 'GET',
      path: `dataset/${encoded(path)}`,
      subject: `"${path}"`,
      // Missing files are told with 400 as well, by a number of their own.
      isMissing: (status) => status === 404 || status === 400,
      signal,
    })
    return answer !== undefined
  }

  async list(folder: string, { signal }: CallOptions = {}): Promise<ProjectFile[]> {
    const files: ProjectFile[] = []
    for (let offset = 0; ; offset += pageSize) {
      const answer = (await this.#session.projectApi({
        method: 'GET',
        path: `dataset/${encoded(folder)}`,
        query: { action: 'listing', offset, limit: pageSize, sort_by: 'NAME:asc', expand: 'inodes' },
        subject: `folder "${folder}"`,
        signal,
      })) as { count?: number; items?: FileRecord[] } | null
      const items = answer?.items ?? []
      for (const { attributes = {} } of items)
        if (attributes.path)
          files.push({
            path: this.#relative(attributes.path),
            isFolder: attributes.dir === true,
            bytes: attributes.size ?? 0,
          })
      if (items.length < pageSize) return files
    }
  }

  async makeFolder(path: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#session.projectApi({
      method: 'POST',
      path: `dataset/${this.#absolute(path)}`,
      query: { action: 'create', searchable: true, generate_readme: false, type: 'DATASET' },
      subject: `folder "${path}"`,
      signal,
    })
  }

  async upload(path: string, content: Uint8Array | Blob, options: CallOptions = {}): Promise<void> {
    if (await this.exists(path, options)) await this.delete(path, options)
    const slash = path.lastIndexOf('/')
    const name = path.slice(slash + 1)
    const folder = path.slice(0, Math.max(0, slash))
    const blob = content instanceof Blob ? content : undefined
    const size = blob ? blob.size : (content as Uint8Array).length
    const total = Math.max(1, Math.ceil(size / chunkBytes))
    const send = async (number: number) => {
      const [from, to] = [(number - 1) * chunkBytes, Math.min(size, number * chunkBytes)]
      const chunk = blob
        ? new Uint8Array(await blob.slice(from, to).arrayBuffer())
        : (content as Uint8Array).subarray(from, to)
      const { contentType, body } = multipart(
        {
          templateId: -1,
          flowChunkSize: chunkBytes,
          flowTotalSize: size,
          flowIdentifier: `${size}_${name}`,
          flowFilename: name,
          flowRelativePath: name,
          flowTotalChunks: total,
          flowCurrentChunkSize: chunk.length,
          flowChunkNumber: number,
        },
        { field: 'file', name, content: chunk },
      )
      await this.#session.projectApi({
        method: 'POST',
        path: `dataset/upload/${this.#absolute(folder)}`,
        body,
        headers: { 'content-type': contentType },
        subject: `upload of "${path}", part ${number} of ${total}`,
        repeatable: true,
        signal: options.signal,
      })
    }
    let next = 1
    const worker = async () => {
      try {
        while (next <= total) await send(next++)
      } catch (error) {
        // The others stop as well.
        next = total + 1
        throw error
      }
    }
    await Promise.all(Array.from({ length: Math.min(chunksAtOnce, total) }, worker))
  }

  download(path: string, { signal }: CallOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    const { id } = this.#session.project
    return this.#session.apiBytes({
      method: 'GET',
      path: `project/${id}/dataset/download/with_auth/${this.#absolute(path)}`,
      query: { type: 'DATASET' },
      subject: `download of "${path}"`,
      signal,
    })
  }

  async delete(path: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#session.projectApi({
      method: 'DELETE',
      path: `dataset/${encoded(path)}`,
      subject: `"${path}"`,
      // Any other 400 says that it is still there.
      isMissing: (status, errorCode) => isNotFound(status) || isMissing(missing.file)(status, errorCode),
      signal,
    })
  }

  /** As the official client writes paths of projects: with a second slash before them. */
  #absolute(path: string): string {
    return `/Projects/${encodeURIComponent(this.#session.project.name)}/${encoded(path)}`
  }

  #relative(path: string): string {
    const root = `/Projects/${this.#session.project.name}/`
    return path.startsWith(root) ? path.slice(root.length) : path.replace(/^\/+/, '')
  }
}

/** @throws HopsworksError for a path that leaves the project */
function encoded(path: string): string {
  const parts = path.split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..'))
    throw new HopsworksError('client', `"${path}" is no path within the project`, { do: 'write it as Folder/file' })
  return parts.map(encodeURIComponent).join('/')
}
