import type { Progress, Task } from '../pipelines/progress.ts'

/** Fewer rows are read before anybody wonders. */
const fewest = 5_000

/** Shows how far a working copy of a store elsewhere has caught up with it, where that takes long. */
export class CatchingUp implements Disposable {
  readonly #progress: Progress
  #task: Task | undefined
  #shown = 0

  constructor(progress: Progress) {
    this.#progress = progress
  }

  /** @param isOver whether that was all; until then, others who write may add to the total */
  show(read: number, total: number, isOver: boolean): void {
    if (total < fewest) return
    // The copy before broke off.
    if (read < this.#shown) this[Symbol.dispose]()
    this.#task ??= this.#progress.start('copying the project', { unit: 'rows', total })
    this.#task.advance(read - this.#shown)
    this.#shown = read
    if (!isOver) return
    this.#task.finish()
    this.#end()
  }

  [Symbol.dispose](): void {
    this.#task?.[Symbol.dispose]()
    this.#end()
  }

  #end(): void {
    this.#task = undefined
    this.#shown = 0
  }
}
