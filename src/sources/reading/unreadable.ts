import { Problem } from '../../taste/problem.ts'

/** Makes one line of what the file system said about a path; other errors stay what they are. */
export function unreadable(path: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error && 'syscall' in error ? error.code : undefined
  return code === undefined ? error : new Problem(`"${path}" can't be read (${code})`, { cause: error })
}
