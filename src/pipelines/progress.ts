/** One piece of long work. Disposing of it before `finish` says that it broke off. */
export interface Task extends Disposable {
  /**
   * @param by units done since the last call
   * @param note what else is worth knowing now, such as `1,204 listeners` or `loss 2.31`
   */
  advance(by: number, note?: string): void
  /** @param note how it ended */
  finish(note?: string): void
}

/**
 * How a pipeline tells its caller how far it is. Showing it is the caller's business: a bar, lines, JSON or nothing.
 *
 * @example
 * using task = progress.start('training', { unit: 'epochs', total: 70 })
 * for (const loss of epochs()) task.advance(1, `loss ${loss.toFixed(2)}`)
 * task.finish()
 */
export interface Progress {
  /**
   * @param label what is being done, such as `importing`
   * @param options `unit`: what is counted, in the plural (`bytes` are shown as MB); `total`: how many there will be,
   * where that is known
   */
  start(label: string, options: { readonly unit: string; readonly total?: number }): Task
}

const silentTask: Task = { advance() {}, finish() {}, [Symbol.dispose]() {} }

/** Shows nothing. */
export const noProgress: Progress = { start: () => silentTask }
