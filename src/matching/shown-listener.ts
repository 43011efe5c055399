import type { Listener } from '../taste/listener.ts'

/** What may be shown of who somebody is. */
export interface ShownListener {
  /** Opaque. */
  readonly key: string
  /** Their name, if they agreed; else a pseudonym. */
  readonly name: string
  readonly url?: string
  /** A listener that never was: nobody should take them for a person. */
  readonly simulated: boolean
}

/**
 * Name and link where the listener agreed to show them. Ids of research sets and of simulations are pseudonyms already;
 * an id that a service gave to a person is not, so a pseudonym is made from the opaque key.
 */
export function shownListener({ id, key, name, url, consent, provenance }: Listener): ShownListener {
  const simulated = provenance.origin === 'simulated'
  if (consent.showName) return { key, name: name?.value ?? id, ...(url && { url: url.value }), simulated }
  const isPseudonym = simulated || provenance.origin === 'research'
  return { key, name: isPseudonym ? id : `listener ${key.slice(0, 6)}`, simulated }
}
