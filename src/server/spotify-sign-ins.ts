import {
  beginSignIn,
  finishSignIn,
  playlistWriteScopes,
  readingScopes,
  type SignInAttempt,
  type SpotifyClient,
  signedInPerson,
  signInEnds,
  type TokenStore,
} from '../spotify/index.ts'
import type { SessionLedger, SignedInPerson } from './ledger/sessions.ts'
import { ApiProblem } from './problems.ts'
import type { SpotifyWay } from './spotify-way.ts'

/** Milliseconds that somebody may take at Spotify. */
const patience = 600_000
const mostAttempts = 10_000

interface Attempt {
  readonly attempt: SignInAttempt
  /** Hash of the session that began it. */
  readonly session: string
  /** Page to return to. */
  readonly back: string
  readonly until: number
}

/** What is shown of a sign-in. */
export interface SignInView extends SignedInPerson {
  readonly mayWritePlaylists: boolean
  /** Milliseconds since 1970. */
  readonly endsAt: number
}

/** Signs people in with Spotify: authorization code with PKCE, bound to the session that began it. */
export class SpotifySignIns {
  readonly #way: SpotifyWay
  readonly #sessions: SessionLedger
  readonly #attempts = new Map<string, Attempt>()
  readonly #clients = new Map<string, SpotifyClient>()

  constructor(way: SpotifyWay, sessions: SessionLedger) {
    this.#way = way
    this.#sessions = sessions
  }

  /** @returns the address at Spotify to send the browser to */
  begin(session: string, { redirectUri, back, write }: { redirectUri: string; back: string; write: boolean }): string {
    const now = Date.now()
    for (const [state, { until }] of this.#attempts) if (until < now) this.#attempts.delete(state)
    if (this.#attempts.size >= mostAttempts) throw new ApiProblem('rate-limited', 'Too many sign-ins have begun.')
    const scopes = write ? [...readingScopes, ...playlistWriteScopes] : readingScopes
    const attempt = beginSignIn(this.#way.endpoint, redirectUri, scopes)
    this.#attempts.set(attempt.state, { attempt, session, back, until: now + patience })
    return attempt.url
  }

  /** The page that a sign-in is to return to, if this session began it. */
  backOf(session: string | undefined, state: string): string | undefined {
    const begun = this.#attempts.get(state)
    return begun && begun.session === session ? begun.back : undefined
  }

  /**
   * @throws SpotifyError `sign-in-declined`, `code-refused` ...; ApiProblem `sign-in-failed` when this browser did not begin
   * this sign-in
   */
  async finish(session: string | undefined, query: URLSearchParams): Promise<SignedInPerson> {
    const state = query.get('state') ?? ''
    const begun = this.#attempts.get(state)
    if (!begun || begun.session !== session || begun.until < Date.now())
      throw new ApiProblem('sign-in-failed', 'This sign-in was not begun here, or too long ago. Sign in again.')
    this.#attempts.delete(state)
    const signIn = await finishSignIn(this.#way.endpoint, begun.attempt, query)
    this.#clients.delete(session)
    this.#sessions.setSignIn(session, signIn)
    try {
      const { id, name } = await signedInPerson(this.client(session), { requests: 0 })
      const person = { id, name: name ?? id }
      this.#sessions.setPerson(session, person)
      return person
    } catch (error) {
      this.forget(session)
      throw error
    }
  }

  /** Asks Spotify as whoever signed in. @throws SpotifyError `sign-in-needed` with the first request where nobody did */
  client(session: string): SpotifyClient {
    const known = this.#clients.get(session)
    if (known) return known
    const sessions = this.#sessions
    const tokens: TokenStore = {
      load: async () => sessions.signIn(session),
      save: async (signIn) => sessions.setSignIn(session, signIn),
      clear: async () => sessions.setSignIn(session, undefined),
    }
    const client = this.#way.personClient(tokens)
    this.#clients.set(session, client)
    return client
  }

  view(session: string, person: SignedInPerson): SignInView | undefined {
    const signIn = this.#sessions.signIn(session)
    if (!signIn) return undefined
    const mayWritePlaylists = playlistWriteScopes.every((scope) => signIn.scopes.includes(scope))
    return { ...person, mayWritePlaylists, endsAt: signInEnds(signIn) }
  }

  /** Nothing of a sign-in stays. */
  forget(session: string): void {
    this.#clients.delete(session)
    this.#sessions.setSignIn(session, undefined)
    this.#sessions.setPerson(session, undefined)
  }
}
