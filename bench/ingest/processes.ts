import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Shape } from '../../simulator/world/uniform.ts'

export interface SimulatorSettings {
  readonly seed: number
  readonly listeners: number
  readonly shape: Shape
}

interface Hosts {
  readonly api: string
  readonly accounts: string
}

/** Addresses at first; then, whenever anything is sent, the milliseconds that it has computed. */
export type SimulatorSays = { readonly hosts: Hosts } | { readonly cpu: number }

export interface ReaderSettings {
  readonly hosts: Hosts
  readonly listeners: number
  readonly folder: string
  /** Profiles from one mark to the next. */
  readonly every: number
}

/** Where the reader is, and what it takes. Memory in MB. */
export interface Mark {
  readonly done: number
  readonly seconds: number
  /** Milliseconds that all its threads have computed. */
  readonly cpu: number
  /** Of the whole process, as the operating system counts it. */
  readonly rss: number
  /** Of the thread that asks Spotify, after a garbage collection. */
  readonly heap: number
  readonly external: number
}

/** What the reader says at its end. */
export interface Result {
  readonly total: Mark
  readonly outcomes: Readonly<Record<string, number>>
  readonly requests: number
  readonly artists: number
  readonly tracks: number
  /** MB on the disk. */
  readonly stored: number
}

/** Runs `work` with a simulated Spotify in another process. */
export async function withSimulator<T>(
  settings: SimulatorSettings,
  work: (hosts: Hosts, cpu: () => Promise<number>) => Promise<T>,
): Promise<T> {
  // It makes much garbage, which is nobody's business here.
  const child = start('simulator-process', settings, ['--max-semi-space-size=64'])
  try {
    const said = await next<{ hosts: Hosts }>(child)
    const cpu = async () => {
      child.send('cpu')
      return (await next<{ cpu: number }>(child)).cpu
    }
    return await work(said.hosts, cpu)
  } finally {
    await end(child)
  }
}

/** Reads all profiles in a process of its own. @param onMark called on the way */
export async function readAll(settings: ReaderSettings, onMark: (mark: Mark) => void): Promise<Result> {
  const child = start('reader-process', settings, ['--expose-gc'])
  try {
    for (;;) {
      const said = await next<Mark | Result>(child)
      if ('total' in said) return said
      onMark(said)
    }
  } finally {
    await end(child)
  }
}

function start(file: string, settings: unknown, execArgv: readonly string[] = []): ChildProcess {
  return fork(new URL(`./${file}.ts`, import.meta.url), [JSON.stringify(settings)], { execArgv: [...execArgv] })
}

/** @throws Error when the process ends instead of saying something */
async function next<T>(child: ChildProcess): Promise<T> {
  const ended = new AbortController()
  try {
    const said = once(child, 'message', { signal: ended.signal })
    const gone = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
      throw new Error(`a process of the benchmark ended with ${code}`)
    })
    const [message] = await Promise.race([said, gone])
    return message as T
  } finally {
    ended.abort()
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  if (child.connected) child.disconnect()
  await gone
}
