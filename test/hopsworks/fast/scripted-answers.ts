import type { FrontAnswer } from './http-front.ts'
import type { Faults, LoggedRequest } from './local-hopsworks.ts'

type Script = Parameters<Faults['answer']>[0]

/** Wrong answers in waiting, each for the next requests that match. */
export class ScriptedAnswers {
  #scripts: { readonly script: Script; left: number }[] = []

  add(script: Script): void {
    this.#scripts.push({ script, left: script.times ?? 1 })
  }

  clear(): void {
    this.#scripts = []
  }

  take(front: LoggedRequest['front'], method: string, path: string): FrontAnswer | undefined {
    const found = this.#scripts.find(
      ({ script, left }) =>
        left > 0 && (script.front ?? front) === front && (script.method ?? method) === method && script.path.test(path),
    )
    if (!found) return undefined
    found.left -= 1
    const { status, body } = found.script
    return {
      status,
      body: body ?? { errorCode: 99_999, errorMsg: 'Scripted failure', usrMsg: `Answered ${status} on purpose` },
    }
  }
}
