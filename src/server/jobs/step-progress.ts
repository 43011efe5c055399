import type { Progress } from '../../pipelines/progress.ts'
import type { Happening } from './events.ts'

/** Milliseconds between two events of one step: quicker changes than this nobody can read. */
const atMostEvery = 100

/** The `Progress` of pipelines as events of a job: one step for each task, known by its label. */
export function stepProgress(
  emit: (happening: Happening) => void,
  now: () => number = () => performance.now(),
): Progress {
  return {
    start(label, { unit, total }) {
      const id = idOf(label)
      let done = 0
      let note: string | undefined
      let sentAt = Number.NEGATIVE_INFINITY
      let ended = false
      const send = (state: 'running' | 'done' | 'broken-off') => {
        sentAt = now()
        const counted = { unit, done: Math.round(done), ...(total !== undefined && { total: Math.max(total, done) }) }
        emit({ event: 'step', data: { id, label, state, ...counted, ...(note !== undefined && { note }) } })
      }
      const end = (state: 'done' | 'broken-off', last?: string) => {
        if (ended) return
        ended = true
        note = last ?? note
        send(state)
      }
      send('running')
      return {
        advance(by, next) {
          done += by
          note = next ?? note
          if (!ended && now() - sentAt >= atMostEvery) send('running')
        },
        finish: (last) => end('done', last),
        [Symbol.dispose]: () => end('broken-off'),
      }
    },
  }
}

function idOf(label: string): string {
  return label
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}
