import type { Environment } from './environment.ts'
import type { Persistence } from './persistence.ts'
import { asFields, asFlag, asNumber } from './shape.ts'

/**
 * How much Spotify lets an app do. `extended`: apps of organisations; `legacy`: development apps made before
 * 2026-02-11, which may still read everybody's public playlists; `development`: later ones, which may read only what
 * belongs to the person who is signed in.
 */
export type Tier = 'extended' | 'legacy' | 'development'

/** What an app may or may not do; which of it holds shows in the answers. */
export const capabilities = [
  /** Profiles and playlists of people who are not signed in: `/users/...`. */
  'others',
  /** The former path of a playlist's contents, `/playlists/<id>/tracks`. */
  'tracks-path',
  /** Several artists or tracks in one request. */
  'batches',
  'audio-features',
  /** Playlists that Spotify itself owns: visible to extended apps only. */
  'spotify-playlists',
  /** No daily quota: `false` once an answer spoke of one, or of other rules for development apps. */
  'unmetered',
] as const
export type Capability = (typeof capabilities)[number]

interface Fact {
  readonly allowed: boolean
  /** Milliseconds since 1970. */
  readonly seenAt: number
}

const day = 24 * 3600_000

/** Facts are looked at afresh: Spotify changes its mind, apps are upgraded, and a single refusal can be a mistake. */
function staysTrue({ allowed }: Pick<Fact, 'allowed'>): number {
  return allowed ? 7 * day : day
}

/** Remembers what an app may do, as its answers showed it; kept by client id. */
export class Access {
  readonly #environment: Environment
  readonly #persistence: Persistence
  readonly #name: string
  readonly #facts: Map<Capability, Fact>

  private constructor(environment: Environment, persistence: Persistence, name: string, facts: Map<Capability, Fact>) {
    this.#environment = environment
    this.#persistence = persistence
    this.#name = name
    this.#facts = facts
  }

  static async open(clientId: string, environment: Environment, persistence: Persistence): Promise<Access> {
    const name = `access-${clientId}`
    return new Access(environment, persistence, name, readFacts(await persistence.load(name)))
  }

  /** Undefined while no answer has shown it. */
  may(capability: Capability): boolean | undefined {
    const fact = this.#facts.get(capability)
    return fact && this.#environment.now() - fact.seenAt < staysTrue(fact) ? fact.allowed : undefined
  }

  /** To be called with what an answer showed. Writes only when that is news, or the old news is half its age. */
  async learn(capability: Capability, allowed: boolean): Promise<void> {
    const now = this.#environment.now()
    const known = this.#facts.get(capability)
    if (known?.allowed === allowed && now - known.seenAt < staysTrue(known) / 2) return
    this.#facts.set(capability, { allowed, seenAt: now })
    await this.#persistence.update(this.#name, (saved) => {
      // What another process learnt later counts.
      for (const [about, fact] of readFacts(saved))
        if (fact.seenAt > (this.#facts.get(about)?.seenAt ?? Number.NEGATIVE_INFINITY)) this.#facts.set(about, fact)
      return Object.fromEntries(this.#facts)
    })
  }

  /**
   * The tier that explains the answers so far; undefined before any told. An app that may read everybody counts as
   * `legacy`, the more careful assumption, until an answer shows that it is `extended`.
   */
  get tier(): Tier | undefined {
    const others = this.may('others')
    if (others === false) return 'development'
    const isExtended = this.may('audio-features') || this.may('spotify-playlists')
    if (isExtended && this.may('unmetered') !== false) return 'extended'
    if (others) return 'legacy'
    return this.may('batches') === false ? 'development' : undefined
  }
}

function readFacts(saved: unknown): Map<Capability, Fact> {
  const fields = asFields(saved) ?? {}
  const facts = capabilities.flatMap((capability): [Capability, Fact][] => {
    const fact = asFields(fields[capability])
    const [allowed, seenAt] = [asFlag(fact?.allowed), asNumber(fact?.seenAt)]
    return allowed === undefined || seenAt === undefined ? [] : [[capability, { allowed, seenAt }]]
  })
  return new Map(facts)
}
