import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ServerProcess } from './server-process.ts'

/** A Java virtual machine with a small heap, which ends with this process at the latest. */
export class JavaProcess extends ServerProcess {
  /** @param log file that takes what it prints */
  constructor(args: readonly string[], log: string) {
    super('java', args, log)
  }
}

/** Of the virtual machine, such as `OpenJDK 17.0.15`. */
export async function javaVersion(): Promise<string> {
  const { stdout } = await promisify(execFile)('java', ['--version'])
  return stdout.split('\n')[0]!
}
