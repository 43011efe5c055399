import type { Progress, Task } from '../../pipelines/progress.ts'

/** What happens to the tasks of a `Progress` in another thread. */
export type ProgressNote =
  | { readonly task: number; readonly start: string; readonly unit: string; readonly total?: number }
  | { readonly task: number; readonly by: number; readonly note?: string }
  | { readonly task: number; readonly end: 'finished' | 'disposed'; readonly note?: string }

/** A `Progress` whose tasks are notes to another thread. */
export function notedProgress(tell: (note: ProgressNote) => void): Progress {
  let last = 0
  return {
    start(label, { unit, total }) {
      const task = ++last
      tell({ task, start: label, unit, ...(total !== undefined && { total }) })
      return {
        advance: (by, note) => tell({ task, by, ...(note !== undefined && { note }) }),
        finish: (note) => tell({ task, end: 'finished', ...(note !== undefined && { note }) }),
        [Symbol.dispose]: () => tell({ task, end: 'disposed' }),
      }
    },
  }
}

/** Does to a `Progress` here what notes tell of another thread. */
export function playProgress(progress: Progress): (note: ProgressNote) => void {
  const tasks = new Map<number, Task>()
  return (note) => {
    if ('start' in note) {
      const { start, unit, total } = note
      tasks.set(note.task, progress.start(start, { unit, ...(total !== undefined && { total }) }))
      return
    }
    const task = tasks.get(note.task)
    if ('by' in note) task?.advance(note.by, note.note)
    else if (note.end === 'finished') task?.finish(note.note)
    else task?.[Symbol.dispose]()
  }
}

/** The same work shown in two places. */
export function bothProgress(one: Progress, other: Progress): Progress {
  return {
    start(label, options) {
      const tasks = [one.start(label, options), other.start(label, options)]
      return {
        advance: (by, note) => {
          for (const task of tasks) task.advance(by, note)
        },
        finish: (note) => {
          for (const task of tasks) task.finish(note)
        },
        [Symbol.dispose]: () => {
          for (const task of tasks) task[Symbol.dispose]()
        },
      }
    },
  }
}
