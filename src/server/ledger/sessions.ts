import type { DatabaseSync } from 'node:sqlite'
import type { SignIn } from '../../spotify/index.ts'
import { type Secret, secretOf } from './secret.ts'

/** What the owner of a profile may do, and what somebody who named it may. */
export type Role = 'owner' | 'viewer'

export interface Grant {
  /** The listener's opaque key. */
  readonly listener: string
  readonly role: Role
}

/** Somebody at Spotify, as far as the page shows them. */
export interface SignedInPerson {
  readonly id: string
  readonly name: string
}

export interface Session {
  /** Hash of the cookie. */
  readonly hash: string
  readonly operator: boolean
  readonly person?: SignedInPerson
}

/** Who came with which cookie. Of cookies, only hashes are kept. */
export class SessionLedger {
  readonly #statements

  constructor(database: DatabaseSync) {
    this.#statements = {
      add: database.prepare('INSERT INTO sessions (hash, seen_at) VALUES (?, ?)'),
      find: database.prepare('SELECT hash, operator, person FROM sessions WHERE hash = ?'),
      seen: database.prepare('UPDATE sessions SET seen_at = ?2 WHERE hash = ?1 AND seen_at < ?2 - 3600'),
      remove: database.prepare('DELETE FROM sessions WHERE hash = ?'),
      forgotten: database.prepare('DELETE FROM sessions WHERE seen_at < ?'),
      makeOperator: database.prepare('UPDATE sessions SET operator = 1 WHERE hash = ?'),
      setPerson: database.prepare('UPDATE sessions SET person = ? WHERE hash = ?'),
      signIn: database.prepare('SELECT sign_in FROM sessions WHERE hash = ?'),
      setSignIn: database.prepare('UPDATE sessions SET sign_in = ? WHERE hash = ?'),
      grant: database.prepare(
        `INSERT INTO grants VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET at = ?4, role = CASE WHEN role = 'owner' THEN role ELSE excluded.role END`,
      ),
      role: database.prepare('SELECT role FROM grants WHERE session = ? AND listener = ?'),
      grants: database.prepare('SELECT listener, role FROM grants WHERE session = ? ORDER BY at DESC LIMIT 50'),
      withdraw: database.prepare("DELETE FROM grants WHERE listener = ? AND role = 'viewer'"),
      startClaim: database.prepare(
        'INSERT INTO claims VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET code = ?3, expires_at = ?4',
      ),
      claim: database.prepare('SELECT code FROM claims WHERE session = ? AND listener = ? AND expires_at > ?'),
      endClaim: database.prepare('DELETE FROM claims WHERE session = ? AND listener = ?'),
      copy: database.prepare(
        `UPDATE sessions SET (operator, person, sign_in) = (SELECT operator, person, sign_in FROM sessions WHERE hash = ?1)
         WHERE hash = ?2`,
      ),
      moveGrants: database.prepare('UPDATE grants SET session = ?2 WHERE session = ?1'),
      moveClaims: database.prepare('UPDATE claims SET session = ?2 WHERE session = ?1'),
      moveJobs: database.prepare('UPDATE jobs SET session = ?2 WHERE session = ?1'),
      moveUploads: database.prepare('UPDATE uploads SET session = ?2 WHERE session = ?1'),
    }
  }

  /** Begins a session. The cookie is not kept. */
  begin(now: number): { readonly cookie: Secret; readonly session: Session } {
    const cookie = secretOf()
    this.#statements.add.run(cookie.hash, now)
    return { cookie, session: { hash: cookie.hash, operator: false } }
  }

  find(hash: string, now: number): Session | undefined {
    const row = this.#statements.find.get(hash) as { operator: number; person: string | null } | undefined
    if (!row) return undefined
    this.#statements.seen.run(hash, now)
    return { hash, operator: row.operator === 1, ...(row.person && { person: JSON.parse(row.person) }) }
  }

  /** With its grants, claims and sign-in; profiles stay. */
  end(hash: string): void {
    this.#statements.remove.run(hash)
  }

  /** Everything of one session goes to another, and the first one ends. */
  move(from: string, to: string): void {
    const { copy, moveGrants, moveClaims, moveJobs, moveUploads } = this.#statements
    for (const statement of [copy, moveGrants, moveClaims, moveJobs, moveUploads]) statement.run(from, to)
    this.end(from)
  }

  endUnseenSince(time: number): void {
    this.#statements.forgotten.run(time)
  }

  makeOperator(hash: string): void {
    this.#statements.makeOperator.run(hash)
  }

  signIn(hash: string): SignIn | undefined {
    const row = this.#statements.signIn.get(hash) as { sign_in: string | null } | undefined
    return row?.sign_in ? JSON.parse(row.sign_in) : undefined
  }

  setSignIn(hash: string, signIn: SignIn | undefined): void {
    this.#statements.setSignIn.run(signIn ? JSON.stringify(signIn) : null, hash)
  }

  setPerson(hash: string, person: SignedInPerson | undefined): void {
    this.#statements.setPerson.run(person ? JSON.stringify(person) : null, hash)
  }

  /** An owner stays one. */
  grant(hash: string, listener: string, role: Role, now: number): void {
    this.#statements.grant.run(hash, listener, role, now)
  }

  role(hash: string, listener: string): Role | undefined {
    return (this.#statements.role.get(hash, listener) as { role: Role } | undefined)?.role
  }

  /** The newest first. */
  grants(hash: string): readonly Grant[] {
    return this.#statements.grants.all(hash) as unknown as readonly Grant[]
  }

  /** Whoever merely named this profile does not see it any more. */
  withdrawViewers(listener: string): void {
    this.#statements.withdraw.run(listener)
  }

  startClaim(hash: string, listener: string, code: string, expiresAt: number): void {
    this.#statements.startClaim.run(hash, listener, code, expiresAt)
  }

  claim(hash: string, listener: string, now: number): string | undefined {
    return (this.#statements.claim.get(hash, listener, now) as { code: string } | undefined)?.code
  }

  endClaim(hash: string, listener: string): void {
    this.#statements.endClaim.run(hash, listener)
  }
}
