import assert from 'node:assert/strict'
import { type ChildProcess, type ChildProcessWithoutNullStreams, fork, spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import type { CommandWanted } from './command-host.ts'

export const mainFile = join(import.meta.dirname, '../src/cli/main.ts')

/** Compiled modules are kept between processes, wherever they work: each starts in half the time. */
process.env.NODE_COMPILE_CACHE = resolve(
  join(import.meta.dirname, '..'),
  process.env.NODE_COMPILE_CACHE ?? 'node_modules/.cache/consonance-tests',
)

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface CommandOptions {
  readonly cwd?: string
  /** Beside the variables of this process. */
  readonly env?: Readonly<Record<string, string>>
}

/** Runs `consonance` with these arguments as a process of its own, as a user would; many such take long: see `command`. */
export function consonance(args: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  return outcome(spawnConsonance(args, options))
}

const hostFile = join(import.meta.dirname, 'command-host.ts')
/** Processes that have run a command, and wait for the next one. */
const hosts: ChildProcess[] = []

/**
 * As `consonance`, but in a process that has run others before: for tests of what a command does and says, not of how its
 * process starts and ends. Most of the time of a short command goes into its start.
 */
export async function command(
  args: readonly string[],
  { env = {} }: Pick<CommandOptions, 'env'> = {},
): Promise<Outcome> {
  const host = hosts.pop() ?? fork(hostFile, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  host.ref()
  host.channel!.ref()
  try {
    const done = await new Promise<Outcome>((resolve, reject) => {
      host.once('message', resolve)
      host.once('close', () => reject(new Error(`consonance ${args.join(' ')}: its process ended`)))
      host.send({ args, env } satisfies CommandWanted)
    })
    hosts.push(host)
    return done
  } finally {
    for (const event of ['message', 'close']) host.removeAllListeners(event)
    // It ends with this process.
    host.unref()
    host.channel?.unref()
  }
}

/** As `consonance`, for who does something with the process while it runs. */
export function spawnConsonance(
  args: readonly string[],
  { env, ...options }: CommandOptions = {},
): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [mainFile, ...args], { ...options, env: { ...process.env, ...env } })
}

/** As `consonance`, by a user to whom read-only files are read-only: root isn't one unless it drops that privilege. */
export function consonanceObeyingModes(args: readonly string[]): Promise<Outcome> {
  if (process.getuid?.() !== 0) return consonance(args)
  const privileges = '-dac_override,-dac_read_search,-fowner'
  return outcome(spawn('setpriv', ['--bounding-set', privileges, process.execPath, mainFile, ...args]))
}

/** Waits for the end of a process. */
export function outcome(child: ChildProcessWithoutNullStreams): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    let stdout = ''
    let stderr = ''
    child.stdin.end()
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** The command did its work, and nothing of its insides shows. Returns what it printed. */
export function assertDone({ code, stdout, stderr }: Outcome): string {
  assert.equal(code, 0, stderr)
  assert.doesNotMatch(stdout + stderr, /^consonance: |^\s+at |\bNaN\b|\bundefined\b|\[object|Warning/m)
  return stdout
}

/** The command ended with one line on stderr that says what was wrong with which input, and nothing of its insides. */
export function assertRefused({ code, stdout, stderr }: Outcome, exitCode: 1 | 2, says: RegExp): void {
  const lines = stderr.trimEnd().split('\n')
  assert.equal(code, exitCode, stderr)
  assert.equal(lines.filter((line) => line.startsWith('consonance: ')).length, 1, stderr)
  assert.match(lines.at(-1)!, says)
  assert.doesNotMatch(stdout + stderr, /unexpected|^\s+at |node:internal|\.ts:\d|\bNaN\b|\bundefined\b|Warning/m)
}
