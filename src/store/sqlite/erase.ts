import type { DatabaseSync } from 'node:sqlite'
import { Problem } from '../../taste/problem.ts'
import type { ChangeLog } from './changes.ts'
import { immediately, number, retryWhileBusy, sleep } from './connection.ts'
import type { References } from './references.ts'
import { inSmallLetters } from './small-letters.ts'

const spotify = 'spotify:'

interface Found {
  readonly n: number
  readonly key: string
  readonly url: string | null
}

/** Removes listeners, and what has expired. */
export class Eraser {
  readonly #references: References
  readonly #changes: ChangeLog
  readonly #statements

  constructor(database: DatabaseSync, references: References, changes: ChangeLog) {
    this.#references = references
    this.#changes = changes
    database.function('small', { deterministic: true }, (text) => inSmallLetters(String(text)))
    this.#statements = {
      find: database.prepare('SELECT n, key, url FROM listeners WHERE id = ?'),
      // The bounds are those of ids that begin with `spotify:`.
      findPerson: database.prepare(
        "SELECT n, key, url FROM listeners WHERE id >= 'spotify:' AND id < 'spotify;' AND small(id) = small(?)",
      ),
      remove: database.prepare('DELETE FROM listeners WHERE n = ?'),
      removeCandidates: database.prepare(
        'DELETE FROM candidates WHERE id = ?1 OR instr(found_in, ?1) OR instr(found_in, ?2)',
      ),
      removeCandidatesOfPerson: database.prepare(
        `DELETE FROM candidates WHERE small(id) = small(?1) OR instr(small(found_in), small(?1))
         OR instr(small(found_in), small(?2))`,
      ),
      unscrubbed: database.prepare('INSERT INTO unscrubbed VALUES (1) ON CONFLICT DO NOTHING'),
      expired: database.prepare('SELECT n, key FROM listeners WHERE expires_at <= ? AND digest IS NOT NULL'),
      clearPlaylists: database.prepare('DELETE FROM playlists WHERE listener = ?'),
      clearTagged: database.prepare('DELETE FROM tagged WHERE listener = ?'),
      clearNotes: database.prepare('DELETE FROM reading_notes WHERE listener = ?'),
      clearDescriptions: ['embeddings', 'descriptions', 'description_details'].map((table) =>
        database.prepare(`DELETE FROM ${table} WHERE listener = ?`),
      ),
      clearHead: database.prepare('UPDATE listeners SET digest = NULL, name = NULL, url = NULL WHERE n = ?'),
      clearGenres: database.prepare(
        `UPDATE artists SET genres = NULL, genres_source = NULL, genres_read_at = NULL, genres_expire_at = NULL
         WHERE genres_expire_at <= ?`,
      ),
      clearAudio: database.prepare(
        `UPDATE tracks SET audio = NULL, audio_source = NULL, audio_read_at = NULL, audio_expires_at = NULL,
         audio_borrowed = 0 WHERE audio_expires_at <= ?`,
      ),
    }
  }

  /** Removes all rows; `scrub` must follow once that is committed. */
  erase(id: string): boolean {
    const isPerson = id.startsWith(spotify)
    const { find, findPerson, removeCandidates, removeCandidatesOfPerson } = this.#statements
    const found = (isPerson ? findPerson : find).all(id) as unknown as readonly Found[]
    let candidates = 0
    for (const url of new Set([id, ...found.map((each) => each.url ?? id)]))
      candidates += Number((isPerson ? removeCandidatesOfPerson : removeCandidates).run(id, url).changes)
    for (const { n, key } of found) {
      const before = this.#references.of(n)
      this.#statements.remove.run(n)
      this.#references.change(before)
      this.#changes.erased(key)
    }
    if (found.length > 0 || candidates > 0) this.#statements.unscrubbed.run()
    return found.length > 0
  }

  purgeExpired(now: number): number {
    const expired = this.#statements.expired.all(now) as { n: number; key: string }[]
    for (const { n, key } of expired) {
      const before = this.#references.of(n)
      this.#statements.clearPlaylists.run(n)
      this.#statements.clearTagged.run(n)
      this.#statements.clearNotes.run(n)
      for (const statement of this.#statements.clearDescriptions) statement.run(n)
      this.#statements.clearHead.run(n)
      this.#references.change(before)
      this.#changes.append('profile', key)
    }
    const genres = Number(this.#statements.clearGenres.run(now).changes)
    const audio = Number(this.#statements.clearAudio.run(now).changes)
    if (genres + audio > 0) this.#changes.append('catalogue')
    return expired.length + genres + audio
  }
}

export function needsScrub(database: DatabaseSync): boolean {
  return number(database, 'SELECT count(*) FROM unscrubbed') > 0
}

/**
 * Takes the bytes of removed rows out of the files, once their removal is committed. Deleting alone is not enough:
 * - secure_delete overwrites deleted cells, but when a page of a b-tree is split or balanced, copies of the cells that
 *   move away can stay behind in its gaps, out of reach of a later deletion. VACUUM builds every page anew from the
 *   rows that there are.
 * - the write-ahead log still holds former images of the pages. A checkpoint of kind TRUNCATE moves the new pages into
 *   the database, cuts that to its new size and the log to no bytes. It can be done only in a moment in which nobody
 *   reads an older state, also in other processes; since every read here is one short query, such moments come.
 * The index of the log (-shm) holds numbers of pages only.
 *
 * A row in `unscrubbed`, set by the transaction that removes, is there until this has come to its end, so that whoever
 * opens the store next makes up for it if the process dies in between.
 */
export function scrub(database: DatabaseSync, patience = 60_000): void {
  retryWhileBusy(() => database.exec('VACUUM'), patience)
  const deadline = performance.now() + patience
  while (number(database, 'PRAGMA wal_checkpoint(TRUNCATE)') !== 0) {
    if (performance.now() > deadline)
      throw new Problem('store: the listener is removed, but another process keeps the log open', {
        do: 'stop it and run the command again, to remove the last traces',
      })
    sleep(2 + 3 * Math.random())
  }
  immediately(database, () => database.exec('DELETE FROM unscrubbed'))
}
