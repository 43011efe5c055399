import { parentPort } from 'node:worker_threads'
import { Problem } from '../../taste/problem.ts'
import { ApiProblem } from '../problems.ts'
import type { Failure, FromThread, ToThread } from './calls.ts'

export interface Call {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal
  note(note: unknown): void
}

export type Methods = Readonly<Record<string, (args: never, call: Call) => Promise<unknown>>>

/** Answers the calls that come to this thread; at the end, `close` is called. */
export function serveCalls(methods: Methods, close: () => Promise<void>): void {
  const port = parentPort as NonNullable<typeof parentPort>
  const under = new Map<number, AbortController>()
  const post = (message: FromThread) => port.postMessage(message)
  port.on('message', async (message: ToThread) => {
    if ('close' in message) {
      for (const controller of under.values()) controller.abort(new ApiProblem('stopping'))
      await close()
      port.close()
      return
    }
    const { id } = message
    if ('cancel' in message) return under.get(id)?.abort(new Error('nobody waits'))
    const controller = new AbortController()
    under.set(id, controller)
    try {
      const call: Call = { signal: controller.signal, note: (note) => post({ id, note }) }
      post({ id, value: await methods[message.method]!(message.args as never, call) })
    } catch (error) {
      post({ id, failure: failureOf(error) })
    } finally {
      under.delete(id)
    }
  })
}

function failureOf(error: unknown): Failure {
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  return {
    problem: error instanceof Problem,
    message,
    ...(error instanceof ApiProblem && { code: error.code }),
    ...(stack !== undefined && { stack }),
  }
}
