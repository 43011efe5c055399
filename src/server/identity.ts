import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Ledger } from './ledger/ledger.ts'
import { type Secret, secretOf } from './ledger/secret.ts'
import type { Role, Session } from './ledger/sessions.ts'
import type { Place } from './place.ts'
import { ApiProblem } from './problems.ts'

/** Who sends a request. */
export interface Identity {
  readonly session?: Session
  /** Opaque key of the profile whose token came along, and the token's hash. */
  readonly owned?: string
  readonly token?: string
  readonly operator: boolean
}

declare module 'fastify' {
  interface FastifyRequest {
    identity: Identity
  }
}

const cookieName = 'consonance'
/** Seconds that a browser keeps the cookie. */
const cookieLife = 180 * 24 * 3600

const scheme = 'Bearer '

/** Whether a request brings a token instead of a cookie. */
export function isBearer(authorization: string | undefined): authorization is string {
  return authorization?.startsWith(scheme) === true
}

interface IdentitiesOptions {
  readonly ledger: Pick<Ledger, 'sessions' | 'owners'>
  /** Hash of the operator's token; without one, nobody is the operator. */
  readonly operator?: string
  readonly place: () => Place
  /** Seconds since 1970. */
  readonly now: () => number
}

/**
 * Tells who sends a request: a session's cookie, or a bearer token of an owner or the operator. Nobody has to sign in;
 * a session begins with the first thing that somebody brings.
 */
export class Identities {
  readonly #options: IdentitiesOptions

  constructor(options: IdentitiesOptions) {
    this.#options = options
  }

  of(request: FastifyRequest): Identity {
    const { ledger, operator, now } = this.#options
    const { authorization } = request.headers
    if (isBearer(authorization)) {
      const { hash } = secretOf(authorization.slice(scheme.length))
      if (operator !== undefined && hash === operator) return { operator: true }
      const owned = ledger.owners.listenerOf(hash)
      return { operator: false, token: hash, ...(owned !== undefined && { owned }) }
    }
    const cookie = request.cookies[cookieName]
    const session = cookie ? ledger.sessions.find(secretOf(cookie).hash, now()) : undefined
    return session ? { session, operator: session.operator } : { operator: false }
  }

  /** The session of a request; begins one where there is none. */
  session(request: FastifyRequest, reply: FastifyReply): Session {
    const { session } = request.identity
    if (session) return session
    const begun = this.#options.ledger.sessions.begin(this.#options.now())
    this.#setCookie(reply, begun.cookie)
    request.identity = { ...request.identity, session: begun.session }
    return begun.session
  }

  /** A new cookie for whoever has just proved more than the old one said, so that nobody else can have it. */
  renew(request: FastifyRequest, reply: FastifyReply): Session {
    const { ledger, now } = this.#options
    const begun = ledger.sessions.begin(now())
    const before = request.identity.session
    if (before) ledger.sessions.move(before.hash, begun.session.hash)
    this.#setCookie(reply, begun.cookie)
    const session = ledger.sessions.find(begun.session.hash, now())!
    request.identity = { session, operator: session.operator }
    return session
  }

  end(request: FastifyRequest, reply: FastifyReply): void {
    const { session } = request.identity
    if (session) this.#options.ledger.sessions.end(session.hash)
    reply.clearCookie(cookieName, { path: this.#options.place().basePath })
  }

  #setCookie(reply: FastifyReply, { text }: Secret): void {
    const { basePath, secure } = this.#options.place()
    reply.setCookie(cookieName, text, { path: basePath, httpOnly: true, sameSite: 'lax', secure, maxAge: cookieLife })
  }

  /** What somebody may do with a profile; undefined: they may not even know that it is there. */
  roleOf({ session, owned }: Identity, key: string): Role | undefined {
    if (owned === key) return 'owner'
    return session && this.#options.ledger.sessions.role(session.hash, key)
  }

  /** @throws ApiProblem `operator-only` */
  needOperator({ operator }: Identity): void {
    if (!operator)
      throw new ApiProblem('operator-only', 'Sign in with the operator’s token, or send it as a bearer token.')
  }
}
