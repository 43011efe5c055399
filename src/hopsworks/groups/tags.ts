import { isNotFound } from '../api-refusal.ts'
import type { CallOptions } from '../login-options.ts'
import type { Session } from '../session.ts'

/** Tags of one thing. The path is the thing's own, below the project. */
export class Tags {
  readonly #session: Session
  readonly #path: string
  readonly #subject: string

  constructor(session: Session, path: string, subject: string) {
    this.#session = session
    this.#path = `${path}/tags`
    this.#subject = `tags of ${subject}`
  }

  async all({ signal }: CallOptions): Promise<ReadonlyMap<string, unknown>> {
    const answer = (await this.#session.projectApi({
      method: 'GET',
      path: this.#path,
      subject: this.#subject,
      isMissing: isNotFound,
      signal,
    })) as { items?: { name: string; value: unknown }[] } | null | undefined
    return new Map((answer?.items ?? []).map(({ name, value }) => [name, parsed(value)]))
  }

  async set(name: string, value: unknown, { signal }: CallOptions): Promise<void> {
    const path = `${this.#path}/${encodeURIComponent(name)}`
    await this.#session.projectApi({ method: 'PUT', path, json: value, subject: this.#subject, signal })
  }

  async remove(name: string, { signal }: CallOptions): Promise<void> {
    const path = `${this.#path}/${encodeURIComponent(name)}`
    await this.#session.projectApi({ method: 'DELETE', path, subject: this.#subject, isMissing: isNotFound, signal })
  }
}

/** Whatever can be tagged. */
export interface Taggable {
  tags(options?: CallOptions): Promise<ReadonlyMap<string, unknown>>
  /** The tag's schema must exist in the project. */
  setTag(name: string, value: unknown, options?: CallOptions): Promise<void>
  removeTag(name: string, options?: CallOptions): Promise<void>
}

/** What the backend has of it. */
export class Tagged implements Taggable {
  readonly #tags: Tags

  constructor(tags: Tags) {
    this.#tags = tags
  }

  tags(options: CallOptions = {}): Promise<ReadonlyMap<string, unknown>> {
    return this.#tags.all(options)
  }

  setTag(name: string, value: unknown, options: CallOptions = {}): Promise<void> {
    return this.#tags.set(name, value, options)
  }

  removeTag(name: string, options: CallOptions = {}): Promise<void> {
    return this.#tags.remove(name, options)
  }
}

/** Servers tell values as JSON or as its text. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
