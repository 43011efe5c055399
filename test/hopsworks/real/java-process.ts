import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

/** A Java virtual machine with a small heap, which ends with this process at the latest. */
export class JavaProcess {
  readonly #args: readonly string[]
  readonly #log: string
  #child: ChildProcess | undefined
  readonly #endWithUs = () => this.#child?.kill('SIGKILL')

  /** @param log file that takes what it prints */
  constructor(args: readonly string[], log: string) {
    this.#args = args
    this.#log = log
  }

  /** @param ready asked every 200 ms until it is true, for two minutes */
  async start(ready: () => Promise<boolean>): Promise<void> {
    const child = spawn('java', this.#args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const log = createWriteStream(this.#log, { flags: 'a' })
    child.stdout!.pipe(log, { end: false })
    child.stderr!.pipe(log, { end: false })
    this.#child = child
    process.once('exit', this.#endWithUs)
    for (const until = Date.now() + 120_000; !(await ready().catch(() => false)); await wait(200)) {
      if (child.exitCode !== null || child.signalCode !== null || Date.now() > until)
        throw new Error(`java ${this.#args.at(-1)} did not start: see ${this.#log}`)
    }
  }

  /** @param how `SIGKILL` is what a crash looks like */
  async stop(how: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child
    this.#child = undefined
    process.off('exit', this.#endWithUs)
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(how)
    const force = setTimeout(() => child.kill('SIGKILL'), 20_000)
    await ended
    clearTimeout(force)
  }
}
