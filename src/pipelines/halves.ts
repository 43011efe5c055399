import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FeatureStore, StoredProfile } from '../store/feature-store.ts'
import { type ListenerId, parseListenerId } from '../taste/listener-id.ts'
import { Problem } from '../taste/problem.ts'
import type { FriendsLine, HalvesLine } from '../training/evaluation-file.ts'
import { type HalvingTask, halvingTasks } from '../training/halving.ts'
import { JsonLinesWriter } from '../training/json-lines.ts'
import { cutItems, ItemNames } from '../training/named-items.ts'
import { draw } from '../training/split.ts'
import { storedFriends } from '../training/stored-friends.ts'
import type { Progress } from './progress.ts'

export interface HalvesOptions {
  /** Folder for the files; made where there is none. */
  readonly out: string
  /** Share of the listeners to hold out, between 0 and 1. */
  readonly share: number
  readonly seed: number
}

export interface HalvesDeps {
  readonly store: FeatureStore
  readonly progress: Progress
  readonly signal?: AbortSignal
}

export interface EvaluationFile {
  readonly path: string
  readonly source: string
  readonly task: HalvingTask | 'friends'
  readonly listeners: number
  readonly queries: number
}

export interface HalvesReport {
  readonly files: readonly EvaluationFile[]
  /** The listeners that training must leave out, one id a line. */
  readonly exclude: { readonly path: string; readonly listeners: number }
}

/**
 * Writes evaluation files from the store, one per source and task, and the list of the listeners that training must
 * then leave out. A listener's part and cut depend on the seed and the id alone. Files carry names only, as a
 * stranger's data would; who has too little for two halves of a task is in no file of it.
 *
 * @throws Problem when nothing can be held out, or the folder can't be written.
 */
export async function halves(options: HalvesOptions, deps: HalvesDeps): Promise<HalvesReport> {
  const { store, progress, signal } = deps
  await makeFolder(options.out)
  const friends = await storedFriends(store)
  const linked = new Set([...friends.keys()].map(sourceOf))
  using task = progress.start('writing halves', { unit: 'listeners', total: (await store.counts()).listeners })
  const files = new EvaluationFiles(options.out)
  const names = new ItemNames(store)
  const heldOut: ListenerId[] = []
  try {
    for await (const profiles of pagesOf(store)) {
      signal?.throwIfAborted()
      const itemsOf = await names.of(profiles)
      for (const [i, items] of itemsOf.entries()) {
        const { id: listener } = profiles[i]!.listener
        const query = draw(listener, 'test', options.seed) < options.share
        if (query) heldOut.push(listener)
        for (const task of halvingTasks) {
          if (task === 'tracks' && !items.some(({ track }) => track !== undefined)) continue
          const cut = cutItems(listener, items, task, options.seed)
          if (cut) await files.write(task, { listener, query, ...cut })
        }
        if (linked.has(sourceOf(listener)) && items.length > 0) {
          const own = friends.get(listener) ?? []
          await files.write('friends', { listener, query: query && own.length > 0, friends: own, items })
        }
      }
      task.advance(profiles.length)
    }
    const written = await files.close()
    const exclude = join(options.out, 'exclude.txt')
    await writeFile(exclude, heldOut.map((listener) => `${listener}\n`).join(''))
    task.finish()
    return { files: written, exclude: { path: exclude, listeners: heldOut.length } }
  } catch (error) {
    await files.discard()
    throw error
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true })
  } catch (cause) {
    throw new Problem(`"${path}" can't be made a folder (${(cause as NodeJS.ErrnoException).code})`, {
      do: 'choose another --out',
      cause,
    })
  }
}

async function* pagesOf(store: FeatureStore): AsyncGenerator<readonly StoredProfile[]> {
  let after: string | undefined
  do {
    const page = await store.profiles('train', after === undefined ? {} : { after })
    yield page.rows
    after = page.next
  } while (after !== undefined)
}

function sourceOf(listener: ListenerId): string {
  return parseListenerId(listener).source
}

/** The files being written, by source and task. */
class EvaluationFiles {
  readonly #folder: string
  readonly #open = new Map<string, { readonly file: EvaluationFile; readonly writer: JsonLinesWriter }>()

  constructor(folder: string) {
    this.#folder = folder
  }

  async write(task: EvaluationFile['task'], line: HalvesLine | FriendsLine): Promise<void> {
    const source = sourceOf(line.listener)
    const path = join(this.#folder, `${source}.${task === 'friends' ? task : `${task}.halves`}.jsonl.gz`)
    const known = this.#open.get(path)
    const writer = known?.writer ?? new JsonLinesWriter(path)
    const { listeners, queries } = known?.file ?? { listeners: 0, queries: 0 }
    const file = { path, source, task, listeners: listeners + 1, queries: queries + Number(line.query) }
    this.#open.set(path, { file, writer })
    await writer.write(line)
  }

  /** Keeps the files that ask for somebody. @throws Problem when there is none. */
  async close(): Promise<readonly EvaluationFile[]> {
    const kept = []
    for (const { file, writer } of this.#open.values()) {
      if (file.queries === 0) await writer.discard()
      else {
        await writer.close()
        kept.push(file)
      }
    }
    if (kept.length > 0) return kept.sort((a, b) => (a.path < b.path ? -1 : 1))
    throw new Problem('no stored listener can be held out and cut in two halves', {
      do: 'import more listeners, or raise --share',
    })
  }

  async discard(): Promise<void> {
    for (const { writer } of this.#open.values()) await writer.discard()
  }
}
