import type { Consent } from './consent.ts'
import type { Item } from './item.ts'
import type { ListenerId } from './listener-id.ts'
import type { Provenance, Provided } from './provenance.ts'

/** Somebody whose taste is known. */
export interface Listener {
  readonly id: ListenerId
  /** Opaque and random: the only name of a listener in pages, answers, the change sequence and models' rows. */
  readonly key: string
  readonly name?: Provided<string>
  readonly url?: Provided<string>
  /** Provenance of the profile as a whole. */
  readonly provenance: Provenance
  readonly consent: Consent
}

/** An artist and the words this listener uses for them. */
export interface Tagged {
  readonly artist: string
  readonly tags: readonly string[]
}

/** A profile as a source delivers it: names, not yet resolved to known artists and tracks. */
export interface Profile {
  readonly id: ListenerId
  readonly name?: string
  readonly url?: string
  readonly provenance: Provenance
  readonly consent: Consent
  /** `item.playlist` says which playlist holds it. */
  readonly items: readonly Item[]
  readonly tagged?: readonly Tagged[]
}
