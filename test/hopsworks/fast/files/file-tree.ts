/** A file or folder of HopsFS. */
export interface Entry {
  readonly path: string
  /** Absent for a folder. */
  readonly content?: Buffer
  readonly modified: Date
}

/** HopsFS, as much of it as a project sees. Paths are absolute, without a slash at the end. */
export class FileTree {
  readonly #entries = new Map<string, Entry>()

  has(path: string): boolean {
    return this.#entries.has(path)
  }

  get(path: string): Entry | undefined {
    return this.#entries.get(path)
  }

  /** With all folders above it. */
  makeFolder(path: string): void {
    const parts = path.split('/')
    for (let i = 2; i <= parts.length; i++) {
      const part = parts.slice(0, i).join('/')
      if (!this.#entries.has(part)) this.#entries.set(part, { path: part, modified: new Date() })
    }
  }

  write(path: string, content: Buffer): void {
    this.makeFolder(path.slice(0, path.lastIndexOf('/')))
    this.#entries.set(path, { path, content, modified: new Date() })
  }

  /** With everything below it. */
  remove(path: string): void {
    for (const each of this.#entries.keys())
      if (each === path || each.startsWith(`${path}/`)) this.#entries.delete(each)
  }

  /** Entries directly in a folder. */
  list(path: string): readonly Entry[] {
    const start = `${path}/`
    return [...this.#entries.values()].filter(
      (each) => each.path.startsWith(start) && !each.path.includes('/', start.length),
    )
  }
}
