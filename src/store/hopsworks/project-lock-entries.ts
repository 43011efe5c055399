import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'

/**
 * Names of the entries in the folder of a project's lock that processes of this machine have made and may have left there,
 * noted before each is made. Read and written only while the locked file is held, so whoever made what is noted is dead.
 *
 * A data folder may be copied to another machine while its owner writes. So a note counts only on the machine, since its
 * start, and beside the very file that it was written for; a copy's entries are somebody else's.
 */
export class OwnEntries {
  readonly #path: string
  readonly #place: string
  readonly #names = new Set<string>()

  /** @param locked path of the locked file, in the folder of the note */
  constructor(folder: string, locked: string) {
    this.#path = join(folder, 'writer.entries')
    const { dev, ino } = statSync(locked, { bigint: true })
    this.#place = [hostname(), startOfMachine(), dev, ino].join(' ')
  }

  /** Reads what other processes have noted since. */
  load(): void {
    this.#names.clear()
    try {
      const [place, ...names] = readFileSync(this.#path, 'utf8').split('\n')
      if (place !== this.#place) return
      for (const name of names) if (name) this.#names.add(name)
    } catch {
      // Without a note, others' patience decides about what is left.
    }
  }

  names(): readonly string[] {
    return [...this.#names]
  }

  add(name: string): void {
    this.#names.add(name)
    this.#write()
  }

  remove(name: string): void {
    if (this.#names.delete(name)) this.#write()
  }

  #write(): void {
    writeFileSync(this.#path, [this.#place, ...this.#names, ''].join('\n'))
  }
}

/** Random, and new whenever the machine starts; empty where the system has no such thing. */
function startOfMachine(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return ''
  }
}
