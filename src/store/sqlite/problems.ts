import { Problem } from '../../taste/problem.ts'
import { DamagedBytes } from './bytes.ts'

/** Result codes of SQLite (https://sqlite.org/rescode.html), the low byte of `errcode`. */
const busy = 5
const readOnly = 8
const inputOutput = 10
const corrupt = 11
const full = 13
const cannotOpen = 14
const notADatabase = 26

function primaryCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | undefined)?.errcode
  return typeof code === 'number' ? code & 0xff : undefined
}

export const isBusy = (error: unknown): boolean => primaryCode(error) === busy

/** Says in one line what keeps the store at `path` from working; other errors come back as they are. */
export function storeProblem(error: unknown, path: string): unknown {
  const problem = (what: string, todo: string) => new Problem(`store: ${what}`, { do: todo, cause: error })
  switch (error instanceof DamagedBytes ? corrupt : primaryCode(error)) {
    case busy:
      return problem(`"${path}" is kept busy by another process`, 'try again when it is done')
    case readOnly:
      return problem(`"${path}" can't be written`, 'check the permissions of the folder, or choose another with --data')
    case inputOutput:
      return problem(`"${path}" can't be read or written (${message(error)})`, 'check the disk')
    case corrupt:
      return problem(`"${path}" is damaged`, 'restore it from a copy, or remove it and import again')
    case notADatabase:
      return problem(`"${path}" is not a Consonance store`, 'choose another folder with --data')
    case full:
      return problem(`the disk of "${path}" is full`, 'free some space and run the command again: it goes on')
    case cannotOpen:
      return problem(`"${path}" can't be opened`, 'check the permissions of the folder, or choose another with --data')
  }
  switch ((error as NodeJS.ErrnoException | undefined)?.code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return problem(
        `"${path}" can't be written (${message(error)})`,
        'check the permissions, or choose another folder with --data',
      )
    case 'ENOTDIR':
    case 'EEXIST':
      return problem(`"${path}" is not a folder`, 'choose another with --data')
    case 'ENOSPC':
      return problem(`the disk of "${path}" is full`, 'free some space and run the command again: it goes on')
    case 'ENOENT':
    case 'ENAMETOOLONG':
      return problem(`"${path}" can't be made (${message(error)})`, 'choose another folder with --data')
  }
  return error
}

function message(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split(/[,\n]/, 1)[0] as string
}

/** An error as it crosses from one thread to another, which keeps no classes. */
export interface WireError {
  readonly problem?: { readonly what: string; readonly exitCode: 1 | 2 }
  readonly error: unknown
}

export function toWireError(error: unknown): WireError {
  if (error instanceof Problem)
    return { problem: { what: error.message, exitCode: error.exitCode }, error: error.cause }
  return { error }
}

export function fromWireError({ problem, error }: WireError): unknown {
  return problem ? new Problem(problem.what, { exitCode: problem.exitCode, cause: error }) : error
}
