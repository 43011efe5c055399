import { createHash } from 'node:crypto'
import type { SimulatedPerson } from './people.ts'
import type { App } from './settings.ts'

/** What an access token stands for. */
export interface Grant {
  readonly app: App
  /** Absent for a token of the app itself. */
  readonly person?: SimulatedPerson
  readonly scopes: ReadonlySet<string>
}

interface Issued extends Grant {
  readonly expiresAt: number
}

interface Refreshable extends Grant {
  /** When the person agreed. */
  readonly authorizedAt: number
}

interface Code extends Refreshable {
  readonly redirectUri: string
  readonly challenge: string
}

const accessLife = 3600_000
const codeLife = 10 * 60_000

/** Issues and knows codes and tokens. They are made up one after the other, so a run always has the same ones. */
export class Tokens {
  readonly #now: () => number
  readonly #seed: number
  readonly #access = new Map<string, Issued>()
  readonly #refresh = new Map<string, Refreshable>()
  readonly #codes = new Map<string, Code>()
  #issued = 0

  constructor(seed: number, now: () => number) {
    this.#seed = seed
    this.#now = now
  }

  code(code: Omit<Code, 'authorizedAt'>): string {
    const text = this.#text('AQ')
    this.#codes.set(text, { ...code, authorizedAt: this.#now() })
    return text
  }

  /** Each code can be taken once, for ten minutes. */
  takeCode(text: string): Code | undefined {
    const code = this.#codes.get(text)
    this.#codes.delete(text)
    return code && this.#now() - code.authorizedAt <= codeLife ? code : undefined
  }

  access({ app, person, scopes }: Grant): string {
    const text = this.#text('BQ')
    this.#access.set(text, { app, ...(person && { person }), scopes, expiresAt: this.#now() + accessLife })
    return text
  }

  refresh({ app, person, scopes, authorizedAt }: Refreshable): string {
    const text = this.#text('AR')
    this.#refresh.set(text, { app, ...(person && { person }), scopes, authorizedAt })
    return text
  }

  /** Undefined for a token that was never issued, was ended, or is older than six months. */
  refreshable(text: string): Refreshable | undefined {
    const found = this.#refresh.get(text)
    if (found === undefined) return undefined
    const ends = new Date(found.authorizedAt)
    ends.setUTCMonth(ends.getUTCMonth() + 6)
    return this.#now() < ends.getTime() ? found : undefined
  }

  end(refreshToken: string): void {
    this.#refresh.delete(refreshToken)
  }

  /** Ends all that somebody granted, as they can in their account. */
  withdraw(personId: string): void {
    for (const tokens of [this.#access, this.#refresh])
      for (const [text, grant] of tokens) if (grant.person?.id === personId) tokens.delete(text)
  }

  check(accessToken: string): Grant | 'expired' | 'unknown' {
    const issued = this.#access.get(accessToken)
    if (issued === undefined) return 'unknown'
    return this.#now() < issued.expiresAt ? issued : 'expired'
  }

  /** Every token and code so far, so that tests can search for them. */
  get all(): readonly string[] {
    return Array.from({ length: this.#issued }, (_, at) => this.#hash(at + 1))
  }

  #text(start: string): string {
    return start + this.#hash(++this.#issued)
  }

  #hash(number: number): string {
    return createHash('sha256').update(`${this.#seed} ${number}`).digest('base64url')
  }
}
