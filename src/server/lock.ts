import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Problem } from '../taste/problem.ts'

/**
 * Makes sure that one server at a time works on a data folder: two would run every job twice. The lock ends with the
 * process, however it ends.
 * @throws Problem when another one does
 */
export function lockFolder(folder: string): () => void {
  const database = new DatabaseSync(join(folder, 'lock.db'), { timeout: 0 })
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    throw new Problem(`serve: another server works on "${folder}"`, { do: 'stop it, or choose another --data', cause })
  }
  return () => database.close()
}
