import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** A program of its own, which ends with this process at the latest. */
export class ServerProcess {
  readonly #command: string
  readonly #args: readonly string[]
  readonly #log: string
  #child: ChildProcess | undefined
  readonly #endWithUs = () => this.#child?.kill('SIGKILL')

  /** @param log file that takes what it prints */
  constructor(command: string, args: readonly string[], log: string) {
    this.#command = command
    this.#args = args
    this.#log = log
  }

  /** @param ready asked every 200 ms until it is true, for two minutes */
  async start(ready: () => Promise<boolean>): Promise<void> {
    const child = spawn(this.#command, this.#args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const log = createWriteStream(this.#log, { flags: 'a' })
    child.stdout!.pipe(log, { end: false })
    child.stderr!.pipe(log, { end: false })
    this.#child = child
    process.once('exit', this.#endWithUs)
    for (const until = Date.now() + 120_000; !(await ready().catch(() => false)); await wait(200)) {
      if (child.exitCode !== null || child.signalCode !== null || Date.now() > until) return this.#failed()
    }
  }

  async #failed(): Promise<void> {
    await this.stop('SIGKILL')
    const log = await readFile(this.#log, 'utf8').catch(() => '')
    throw new Error(`${basename(this.#command)} ${this.#args.at(-1)} failed:\n${log.split('\n').slice(-20).join('\n')}`)
  }

  /** Runs it to its end. */
  async finished(): Promise<void> {
    await this.start(async () => true)
    const [code] = await once(this.#child!, 'exit')
    if (code !== 0) await this.#failed()
    await this.stop('SIGTERM')
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
