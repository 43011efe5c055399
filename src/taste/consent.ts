/** What the owner of a profile allows. */
export interface Consent {
  /** May appear among somebody else's matches. */
  readonly findable: boolean
  /** The name and the link may be shown; otherwise a pseudonym is. */
  readonly showName: boolean
  /** Tracks and artists that the other listener does not share may be shown. */
  readonly showTracks: boolean
  /** The profile may be trained on. */
  readonly train: boolean
}

/** For a person who brings data: nothing, until they say so. */
export const noConsent: Consent = { findable: false, showName: false, showTracks: false, train: false }

/** For research and simulated listeners, who are known by a pseudonym only. */
export const pseudonymousConsent: Consent = { findable: true, showName: false, showTracks: true, train: true }
