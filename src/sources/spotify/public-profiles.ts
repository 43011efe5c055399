import { type Consent, noConsent, pseudonymousConsent } from '../../taste/consent.ts'

/** How profiles that an operator reads from public pages appear. */
export const publicProfiles = ['named', 'pseudonymous', 'hidden'] as const
export type PublicProfiles = (typeof publicProfiles)[number]

const consents: Readonly<Record<PublicProfiles, Consent>> = {
  named: { findable: true, showName: true, showTracks: false, train: true },
  pseudonymous: { findable: true, showName: false, showTracks: false, train: true },
  hidden: noConsent,
}

/** Nobody is behind a simulated name, so it may be shown. */
const simulatedConsent: Consent = { ...pseudonymousConsent, showName: true }

/**
 * What a profile from a public page carries until its owner says otherwise. What the operator may do at all is decided
 * by the policy table, on top of it.
 * @param as what the operator stated; `pseudonymous` where they stated nothing.
 */
export function publicConsent(as: PublicProfiles | undefined, simulated: boolean): Consent {
  return simulated && as === undefined ? simulatedConsent : consents[as ?? 'pseudonymous']
}
