import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { join } from 'node:path'

export const mainFile = join(import.meta.dirname, '../src/cli/main.ts')

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `consonance` with these arguments as a process of its own, as a user would. */
export function consonance(args: readonly string[], options: { cwd?: string } = {}): Promise<Outcome> {
  return outcome(spawn(process.execPath, [mainFile, ...args], options))
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
